//! Special functions of the Beta distribution.

mod gamma;
mod inc_beta;
mod logarithm;
pub mod quadrature;

pub use gamma::{Step, digamma, digamma_excess, gamma_excess, ln_beta, ln_beta_excess, trigamma, trigamma_excess};
pub use inc_beta::{IncBeta, Tails, logistic};
pub use logarithm::{centred_cumulant, exp_m1_minus, ln_1p_minus};
