//! Turns the words of all languages into Rust.

fn main() -> std::process::ExitCode {
    words::build(words::Reader::Page)
}
