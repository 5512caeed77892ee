//! Quantities to decide on, over the posteriors of many edges: the chance of being the best or among the k best, the expected maximum, what
//! is lost by each choice and what is left to win by searching on.

mod best;
mod density;
pub mod difference;
pub mod e_bh;
pub mod e_value;
mod information;
mod lead;
pub mod one_rate;
mod quadrature;
mod shift;
mod sweep;
mod top_k;
pub mod within;

pub use best::{Decision, decide};
pub use difference::{Difference, difference, p_greater};
pub use e_bh::{Discoveries, e_bh, ln_mean_e_value};
pub use e_value::{always_valid, ln_e_value};
pub use information::{Information, information};
pub use lead::{Lead, lead};
pub use one_rate::{DailyCounts, OneRate, one_rate, one_rate_from};
pub use top_k::top_k;
pub use within::{within, within_decided};
