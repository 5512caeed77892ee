//! Choosing edges by one Thompson draw: the k greatest draws, a floor under the chance of every edge, and choices that fit
//! a budget.

mod budget;
mod chooser;
mod draw;
mod edge;
mod floor;
mod index;
mod leaders;
mod threshold;
mod tune;

pub use budget::{Fit, Search, fit};
pub use chooser::Chooser;
pub use draw::{Draw, draw, greatest};
pub use floor::{Floor, FloorError};
