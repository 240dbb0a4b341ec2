//! Mail of which nothing is sealed, kept until the next hop has taken it for all its recipients.

use super::keep::{Content, Error, Keep};
use crate::{
    app::App,
    id::MessageId,
    message::{Mailbox, RawMail},
    outbox::job::Relay,
    store::messages::Origin,
};

/// Keeps a mail of which nothing is sealed, until the next hop has taken it for all its recipients.
pub async fn keep(app: &App, id: MessageId, raw: &RawMail, relay: Relay) -> Result<(), Error> {
    let mail = crate::message::read(raw);
    let address = relay.original.sender.clone().unwrap_or_else(|| app.config.mail.postmaster().clone());
    let request = Keep {
        id,
        origin: Origin::Smtp,
        author: Mailbox { name: String::new(), address },
        raw: raw.clone(),
        outline: mail.outline,
        original: relay.original.clone(),
        sealed: Vec::new(),
        staff: Vec::new(),
        relay: None,
        in_reply_to: None,
        expires_in_days: None,
        read_notice: false,
        fingerprint: None,
        once: None,
        draft: None,
        note: None,
        reason: "relay",
    };
    let content = Content::unlisted(app, &request)?;
    let job = content.relay_job(app, relay)?;
    app.store
        .write(move |conn| {
            content.insert(conn)?;
            job.enqueue(conn)
        })
        .await?;
    app.wake.wake();
    Ok(())
}
