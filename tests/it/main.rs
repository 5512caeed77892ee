//! The integration tests, one file a concern.

mod posterior;
mod truths;
