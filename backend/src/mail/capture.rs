//! The demo's mailbox: everything that would leave, one file a recipient, so that a newcomer can play every role
//! without a mail server.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use bytes::Bytes;
use shared::EmailAddress;

use super::next_hop::{Handed, HopError, Mode, NextHop, Passing};
use crate::{
    clock::SharedClock,
    intake::{envelope::Envelope, outcome::HopReply},
};

/// The mailbox. A clone is another handle on the same.
#[derive(Clone)]
pub struct Capture {
    folder: PathBuf,
    clock: SharedClock,
    counter: Arc<AtomicU64>,
}

impl Capture {
    /// A mailbox in `folder`, which is made if need be.
    pub fn new(folder: &Path, clock: SharedClock) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        Ok(Self { folder: folder.to_owned(), clock, counter: Arc::default() })
    }

    /// Keeps a mail for one recipient: written aside and renamed, so that whoever looks sees it whole.
    pub fn keep(&self, from: Option<&EmailAddress>, to: &EmailAddress, content: &[u8]) -> io::Result<()> {
        let safe: String = to
            .as_str()
            .chars()
            .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() || "@._-".contains(c) { c } else { '_' })
            .take(150)
            .collect();
        let number = self.counter.fetch_add(1, Ordering::Relaxed);
        let name = format!("{}-{number}-{safe}.eml", self.clock.now().timestamp_micros());
        let mut mail =
            format!("Return-Path: <{}>\r\nDelivered-To: {to}\r\n", from.map_or("", |from| from.written())).into_bytes();
        mail.extend_from_slice(content);
        let aside = self.folder.join(format!(".{name}.part"));
        fs::write(&aside, mail)?;
        fs::rename(aside, self.folder.join(name))
    }

    /// The names of the files, newest first.
    pub fn list(&self) -> io::Result<Vec<String>> {
        let mut names: Vec<String> = fs::read_dir(&self.folder)?
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| is_safe(name))
            .collect();
        names.sort_unstable_by(|a, b| b.cmp(a));
        Ok(names)
    }

    /// One file, by a name of the list.
    pub fn read(&self, name: &str) -> Option<Bytes> {
        if is_safe(name) { fs::read(self.folder.join(name)).ok().map(Bytes::from) } else { None }
    }
}

fn is_safe(name: &str) -> bool {
    name.strip_suffix(".eml").is_some() && !name.starts_with('.') && !name.contains(['/', '\\'])
}

#[async_trait]
impl NextHop for Capture {
    async fn send(&self, envelope: &Envelope, mail: Passing, _: Mode) -> Result<Handed, HopError> {
        let content = mail.joined();
        for recipient in &envelope.recipients {
            self.keep(envelope.sender.as_ref(), &recipient.address, &content).map_err(|_| HopError::Unreachable)?;
        }
        Ok(Handed::All(HopReply { code: 250, text: "2.0.0 Captured".to_owned() }))
    }
}
