//! The command line of betadrift.

use std::process::ExitCode;

mod cli;

fn main() -> ExitCode {
    cli::run()
}
