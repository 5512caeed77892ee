//! Thompson Sampling with convergence analysis.
#![forbid(unsafe_code)]

pub mod beta;
pub mod convergence;
pub mod decision;
pub mod divergence;
pub mod environment;
pub mod feedback;
pub mod log;
pub mod number;
pub mod policy;
pub mod posterior;
pub mod replay;
pub mod report;
pub mod seed;
pub mod simulate;
pub mod special;
pub mod timeline;
