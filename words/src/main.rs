//! Writes the words of the pages into a folder, a file a language: `octothorpe-words FOLDER`.

use std::{path::PathBuf, process::ExitCode};

#[allow(clippy::print_stderr, reason = "a program of the command line")]
fn main() -> ExitCode {
    let folder = std::env::args_os().nth(1).map(PathBuf::from).unwrap_or_default();
    match words::write_for_pages(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(faults) => {
            for fault in faults {
                eprintln!("{fault}");
            }
            ExitCode::FAILURE
        }
    }
}
