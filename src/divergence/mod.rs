//! Divergences between two Betas, in nats where they are logarithms.

mod kl;

pub use kl::kl;
