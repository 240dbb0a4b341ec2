//! What the command line does besides serving.

pub mod accounts;
pub mod backup;
pub mod config;
pub mod keys;
pub mod migrate;
pub mod rules;

/// The commands' own output.
#[expect(clippy::print_stdout, reason = "the command's own output")]
fn print(text: &str) {
    println!("{}", text.trim_end());
}
