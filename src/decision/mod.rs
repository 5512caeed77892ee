//! Quantities to decide on, over the posteriors of many edges: the chance of being the best, the expected maximum, what
//! is lost by each choice and what is left to win by searching on.

mod best;
mod density;
mod information;
mod quadrature;
mod sweep;

pub use best::{Decision, decide};
pub use information::{Information, information};
