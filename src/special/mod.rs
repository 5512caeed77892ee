//! Special functions of the Beta distribution: ln B, ψ, ψ₁, the regularised incomplete beta function I_x(a, b) with both
//! of its tails, and its inverse. Nothing here knows what they are for.
//!
//! **How.** No difference of large logarithms is ever taken. lnΓ is split into x ln x − x, whose part in every formula
//! below is a deviance that can be written without cancellation (Loader 2000), and a small excess (`gamma_excess`). A tail
//! is the density at its end times a factor: the continued fraction of Didonato & Morris (1992,
//! doi:10.1145/131766.131776), or, near the mean of parameters above 400, where that needs about √(a+b) steps, a 21-point
//! quadrature of what is then nearly a Gaussian. The inverse is Halley's iteration for the logarithm of a tail in the
//! logit, bracketed: two to four tails.
//!
//! **Accuracy.** The greatest relative errors over the tables in `tests/reference` (made by the scripts beside them, with
//! 50 digits and more), by the greater of both parameters; the lesser one goes down to 0.01:
//!
//! | a, b up to | I_x and 1 − I_x | x or 1 − x of a given tail |
//! |---|---|---|
//! | 1e2 | 1.2e-13 | 6.8e-13 |
//! | 1e4 | 1.4e-12 | 6.8e-13 |
//! | 1e6 | 1.4e-12 | 6.8e-13 |
//! | 1e8 | 3.9e-12 | 6.8e-13 |
//! | 1e9 | 8.1e-12 | 6.8e-13 |
//!
//! ln B, ψ, ψ₁ and the entropy: 6e-15, absolute below one. With a parameter far below 0.01 the tail that is left of nearly
//! everything is known only absolutely, to 1e-15. Far out on the logit, where rates round to 0 or 1, the tail at
//! that end keeps 1.2e-13 for parameters down to 0.001 beside 1e9 (`extreme_tails.csv`).
//!
//! **Cost** on one core of a server: a tail 0.2 to 0.9 µs, a quantile 0.8 to 2 µs, at any magnitude (`benches/special.rs`).

mod gamma;
mod inc_beta;
mod logarithm;
mod normal;
pub mod quadrature;
mod root;
mod student;
mod sum;

pub use gamma::{Step, digamma, digamma_excess, gamma_excess, ln_beta, ln_beta_excess, trigamma, trigamma_excess};
pub use inc_beta::{IncBeta, Tails, logistic};
pub use logarithm::{centred_cumulant, centred_cumulant_below, exp_m1_minus, ln_1p_minus};
pub use normal::two_sided_normal_quantile;
pub use root::root;
pub use student::student_quantile;
pub use sum::sum;
