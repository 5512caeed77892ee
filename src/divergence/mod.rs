//! Divergences between two Betas: how far apart two beliefs about one rate are.
//!
//! Logarithms are natural, so divergences are in nats; distances have no unit, but for [`wasserstein`], which is in units
//! of the rate. All are zero exactly for equal parameters, never negative and never NaN. [`kl`] is directed; the others
//! are symmetric to the last bit.
//!
//! | | relative error for parameters in 1e-2 … 1e4 | up to 1e8, neighbours included |
//! |---|---|---|
//! | all | 1e-10, or absolute 1e-15 | 1e-6 |

mod fisher;
mod hellinger;
mod jeffreys;
mod jensen_shannon;
mod kl;
mod pair;
mod total_variation;
mod wasserstein;

pub use fisher::path_length;
pub use hellinger::hellinger;
pub use jeffreys::jeffreys;
pub use jensen_shannon::jensen_shannon;
pub use kl::kl;
pub use total_variation::total_variation;
pub use wasserstein::wasserstein;
