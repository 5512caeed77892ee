//! Decoding of data that may be damaged.

use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The result of a step of the decoder, or what is wrong in words.
///
/// The decoder trusts what a file says of itself: where that is damaged it indexes past its buffers, unwraps what is not
/// there and so on, in far too many places to check the data before. It does so in safe code, hence by panicking, so that
/// catching these panics is the one way to an error. What the step worked on must not be used any more.
pub(super) fn decode<T, E: Display>(step: impl FnOnce() -> Result<T, E>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(step)) {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(_) => Err("what it says of its values contradicts them".to_owned()),
    }
}
