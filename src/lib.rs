//! Thompson Sampling with convergence analysis.
#![forbid(unsafe_code)]

pub mod beta;
pub mod convergence;
pub mod feedback;
pub mod posterior;
pub mod timeline;
