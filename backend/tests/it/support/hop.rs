//! A next hop that does as the test says to what is relayed; what is written here goes into the demo's mailbox.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use octothorpe::{
    intake::{envelope::Envelope, outcome::HopReply},
    mail::capture::Capture,
    mail::next_hop::{Handed, HopError, Mode, NextHop, Passing, RecipientOutcome},
};

/// What it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mood {
    /// Takes everything.
    #[default]
    Friendly,
    /// Cannot be reached.
    Down,
    /// Refuses everyone for good.
    Refusing,
    /// Refuses everyone for now.
    Busy,
    /// Takes all but the last recipient, whom it refuses for good.
    RefusingTheLast,
    /// Takes all but the last recipient, whom it puts off.
    PuttingOffTheLast,
}

/// A next hop.
pub struct Hop {
    capture: Capture,
    mood: Mutex<Mood>,
    taken: Mutex<Vec<(Envelope, Bytes)>>,
    announces_dsn: AtomicBool,
}

impl Hop {
    /// One that takes everything.
    pub fn new(capture: Capture) -> Self {
        Self { capture, mood: Mutex::default(), taken: Mutex::default(), announces_dsn: AtomicBool::new(false) }
    }

    /// From now on it does this.
    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    /// From now on it reports for itself.
    pub fn announce_dsn(&self) {
        self.announces_dsn.store(true, Ordering::Relaxed);
    }

    /// What it took.
    pub fn taken(&self) -> Vec<(Envelope, Bytes)> {
        self.taken.lock().unwrap().clone()
    }

    /// The recipients of what it took.
    pub fn recipients(&self) -> Vec<String> {
        let taken = self.taken();
        taken.iter().flat_map(|(envelope, _)| &envelope.recipients).map(|one| one.address.to_string()).collect()
    }
}

fn reply(code: u16, text: &str) -> HopReply {
    HopReply { code, text: text.to_owned() }
}

#[async_trait]
impl NextHop for Hop {
    async fn send(&self, envelope: &Envelope, mail: Passing, mode: Mode) -> Result<Handed, HopError> {
        // What is relayed bears a trace field.
        if mail.trace.is_empty() {
            return self.capture.send(envelope, mail, mode).await;
        }
        let content = Bytes::from(mail.joined());
        let mood = *self.mood.lock().unwrap();
        let keep = |envelope: Envelope| self.taken.lock().unwrap().push((envelope, content.clone()));
        match mood {
            Mood::Friendly => {
                keep(envelope.clone());
                Ok(Handed::All(reply(250, "2.0.0 taken as 17")))
            }
            Mood::Down => Err(HopError::Unreachable),
            Mood::Refusing => Ok(Handed::None(reply(550, "5.1.1 no such user"))),
            Mood::Busy => Ok(Handed::None(reply(450, "4.2.0 later"))),
            Mood::RefusingTheLast | Mood::PuttingOffTheLast => {
                let (last, taken) = envelope.recipients.split_last().unwrap();
                let refusal = match mood {
                    Mood::RefusingTheLast => reply(550, "5.1.1 no such user"),
                    _ => reply(450, "4.2.1 greylisted"),
                };
                if taken.is_empty() {
                    return Ok(Handed::None(refusal));
                }
                if mode == Mode::Each {
                    keep(envelope.to(taken.to_vec()));
                }
                let yes = taken.iter().map(|one| (one, reply(250, "2.1.5 ok")));
                let no = std::iter::once((last, refusal));
                let outcomes = yes.chain(no).map(|(one, reply)| RecipientOutcome { recipient: one.clone(), reply });
                Ok(Handed::Mixed(outcomes.collect()))
            }
        }
    }

    fn announces_dsn(&self) -> bool {
        self.announces_dsn.load(Ordering::Relaxed)
    }
}
