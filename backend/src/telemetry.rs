//! What the program says of itself: lines on standard error. Never message content, subjects, matched text, tokens or
//! passwords.

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Starts logging; `RUST_LOG` chooses how much (`info` unless set).
pub fn start() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,actix_server=warn"));
    let lines = fmt::layer().with_writer(std::io::stderr).with_target(false);
    // A second start, in tests, keeps the first one's subscriber.
    drop(tracing_subscriber::registry().with(filter).with(lines).try_init());
}

/// The one sentence that says why the program stops.
#[expect(clippy::print_stderr, reason = "whoever started the program reads it there, whatever RUST_LOG says")]
pub fn say_fatal(sentence: &str) {
    eprintln!("octothorpe: {sentence}");
}
