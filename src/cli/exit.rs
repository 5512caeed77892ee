//! Exit codes: 0 done · 1 ran, and the check said no · 2 usage · 3 bad data · 4 input/output.

use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// The verb ran, and the check it was asked for said no.
pub(super) const CHECK_FAILED: u8 = 1;
const USAGE: u8 = 2;
const BAD_DATA: u8 = 3;
const INPUT_OUTPUT: u8 = 4;

/// A fault of the command line itself that only shows when it is carried out, such as a flag that names no column.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct Usage(pub(super) String);

/// Prints an error, if there is one, and gives the exit code.
pub(super) fn code(result: anyhow::Result<ExitCode>) -> ExitCode {
    match result {
        Ok(code) => code,
        // The reader went away, as `head` does: nobody is left to tell.
        Err(error) if io_kind(&error) == Some(ErrorKind::BrokenPipe) => ExitCode::SUCCESS,
        Err(error) => {
            // Standard error may be closed as well; the exit code still says it.
            let _ = writeln!(io::stderr(), "error: {error:#}");
            ExitCode::from(classify(&error))
        }
    }
}

fn classify(error: &anyhow::Error) -> u8 {
    if error.chain().any(|cause| cause.is::<Usage>()) {
        return USAGE;
    }
    match io_kind(error) {
        // A decoder reports a damaged file this way: the data is bad, not the disk.
        None | Some(ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::InvalidInput) => BAD_DATA,
        Some(_) => INPUT_OUTPUT,
    }
}

fn io_kind(error: &anyhow::Error) -> Option<ErrorKind> {
    error.chain().find_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind)
}
