//! Mail of which nothing is sealed, kept until the next hop has taken it for all its recipients.

use super::{
    keep::{Error, Keep, NewMessageOf, Shared, enqueue_relay, insert_message},
    reference,
};
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
    let now = app.clock.now();
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
        note: None,
        reason: "relay",
    };
    let inner = app.clone();
    app.store
        .write(move |conn| {
            let sealer = inner.seal.new_message(id);
            let shared = Shared {
                id,
                author: &request.author,
                original: &request.original,
                reference: reference::new(),
                sent_at: now,
                expires_at: now,
                now,
            };
            let of = NewMessageOf { owner_wrap: None, listed: false, expires_at: None };
            insert_message(conn, &inner, &request, &sealer, &shared, of)?;
            enqueue_relay(conn, &inner, &sealer, now, relay)
        })
        .await?;
    app.wake.wake();
    Ok(())
}
