//! How long the next hop may take over each step of a mail.

use std::time::Duration;

use tokio::time::Instant;

use crate::mail::next_hop::Mode;

/// The bounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// For a connection.
    pub(super) connection: Duration,
    /// For the greeting, MAIL and RCPT (RFC 5321 section 4.5.3.2).
    pub(super) command: Duration,
    /// For DATA.
    pub(super) data: Duration,
    /// For a piece of the mail.
    pub(super) piece: Duration,
    /// For the answer to its end: a line that is given up too early doubles the mail (RFC 5321 section 4.5.3.2.6).
    pub(super) end: Duration,
    /// For a handshake: servers that say yes to STARTTLS and then nothing can still be spoken to in clear.
    pub(super) handshake: Duration,
    /// For all up to the answer to DATA where a client waits: its answer is due within four minutes, and the end of the
    /// mail wants most of them.
    pub(super) asking: Duration,
    /// For the whole where a client waits.
    pub(super) whole: Duration,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connection: Duration::from_mins(1),
            command: Duration::from_mins(5),
            data: Duration::from_mins(2),
            piece: Duration::from_mins(3),
            end: Duration::from_mins(10),
            handshake: Duration::from_secs(30),
            asking: Duration::from_mins(2),
            whole: Duration::from_secs(230),
        }
    }
}

/// The same for one mail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    bounds: Bounds,
    /// Since when a client waits; whatever is handed on whole or not at all has one.
    since: Option<Instant>,
}

impl Patience {
    /// From now on.
    pub(super) fn from_now(bounds: Bounds, mode: Mode) -> Self {
        Self { bounds, since: (mode == Mode::WholeOrNothing).then(Instant::now) }
    }

    /// This, or what is left of the other while a client waits.
    fn at_most(&self, bound: Duration, in_all: Duration) -> Duration {
        self.since.map_or(bound, |since| bound.min(in_all.saturating_sub(since.elapsed())))
    }

    /// For a connection.
    pub(super) fn connection(&self) -> Duration {
        self.at_most(self.bounds.connection, self.bounds.asking)
    }

    /// For a handshake.
    pub(super) fn handshake(&self) -> Duration {
        self.at_most(self.bounds.handshake, self.bounds.asking)
    }

    /// For any command up to DATA.
    pub(super) fn command(&self) -> Duration {
        self.at_most(self.bounds.command, self.bounds.asking)
    }

    /// For DATA.
    pub(super) fn data(&self) -> Duration {
        self.at_most(self.bounds.data, self.bounds.asking)
    }

    /// For a piece of the mail.
    pub(super) fn piece(&self) -> Duration {
        self.at_most(self.bounds.piece, self.bounds.whole)
    }

    /// For the answer to the end of the mail.
    pub(super) fn end(&self) -> Duration {
        self.at_most(self.bounds.end, self.bounds.whole)
    }
}
