//! Feedback logs: reading them and writing them.

mod block;
mod clock;
mod delimited;
mod error;
mod escape;
mod fault;
mod format;
mod id;
mod jsonl;
mod label;
mod layout;
mod read;
mod role;
mod row;
mod source;
mod write;
mod zone;

pub use block::Block;
pub use clock::{Clock, Time, TimeUnit, TimeUnitError};
pub use error::Error;
pub use escape::{Shown, escaped};
pub use fault::{Problem, Reason};
pub use id::EventId;
pub use label::{Labels, LabelsError};
pub use layout::PassedOver;
pub use read::{BadRow, Log, Options, Parser};
pub use role::{Columns, ColumnsError, Role};
pub use row::Entry;
pub use source::{Digest, Input};
pub use write::{LogWriter, LoggedEvent};
pub use zone::{Zone, ZoneError};
