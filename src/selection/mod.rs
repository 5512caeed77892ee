//! Choosing edges by one Thompson draw: the k greatest draws, a floor under the chance of every edge, and choices that fit
//! a budget.

mod budget;
mod draw;
mod floor;

pub use budget::{Fit, Search, fit};
pub use draw::{Draw, draw, greatest};
pub use floor::{Floor, FloorError};
