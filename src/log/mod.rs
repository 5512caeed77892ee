//! Feedback logs: reading them and writing them.

mod write;

pub use write::{LogWriter, LoggedEvent};
