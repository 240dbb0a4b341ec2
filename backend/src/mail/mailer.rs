//! Sends what Octothorpe writes: over pooled SMTP connections, or into the demo's mailbox.

use std::time::Duration;

use bytes::Bytes;
use lettre::{
    AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor,
    address::Envelope as LettreEnvelope,
    transport::smtp::{
        Error as SmtpError,
        authentication::Credentials,
        client::{Tls as LettreTls, TlsParameters},
    },
};
use secrecy::ExposeSecret as _;
use shared::EmailAddress;
use thiserror::Error;

use super::{
    capture::Capture,
    relay_url::{RelayUrl, Tls},
};
use crate::intake::outcome::HopReply;

/// A generated mail on its way.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// `None` is the null sender.
    pub envelope_from: Option<EmailAddress>,
    /// One recipient.
    pub envelope_to: EmailAddress,
    /// The mail.
    pub content: Bytes,
}

/// Why a mail did not leave.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum SendError {
    /// Trying again may help. What the next hop said, if it said anything.
    #[error("not sent now")]
    Temporary(Option<HopReply>),
    /// It will not.
    #[error("refused for good")]
    Permanent(HopReply),
    /// The address is none that a mail server takes.
    #[error("the address cannot be used")]
    BadAddress,
}

impl From<SmtpError> for SendError {
    fn from(error: SmtpError) -> Self {
        let words = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        let reply = error.status().map(|code| HopReply { code: code.into(), text: words });
        match reply {
            Some(reply) if error.is_permanent() && is_of_the_mail(&reply) => Self::Permanent(reply),
            reply => Self::Temporary(reply),
        }
    }
}

/// Whether a refusal is one of the mail. A login that fails, or a server that serves nobody, says nothing of it: whoever
/// runs the servers will mend that. Where 554 is about a mail, an enhanced code says so (RFC 2034).
fn is_of_the_mail(reply: &HopReply) -> bool {
    !matches!(reply.code, 521 | 530 | 534 | 535 | 538) && (reply.code != 554 || reply.text.starts_with("5."))
}

/// How long the next hop may take for an answer: given up too early, a mail is doubled.
const PATIENCE: Duration = Duration::from_mins(5);

/// The way out of generated mail. A clone is another handle on the same.
#[derive(Clone)]
pub enum Mailer {
    /// To the relay.
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    /// Into the demo's mailbox.
    Capture(Capture),
}

impl Mailer {
    /// A mailer for this relay, which greets as `hostname`.
    pub fn smtp(relay: &RelayUrl, hostname: &str) -> Result<Self, SmtpError> {
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(relay.host.as_str())
            .port(relay.port)
            .timeout(Some(PATIENCE))
            .hello_name(lettre::transport::smtp::extension::ClientId::Domain(hostname.to_owned()));
        let parameters = |verified: bool| {
            TlsParameters::builder(relay.host.clone())
                .dangerous_accept_invalid_certs(!verified)
                .dangerous_accept_invalid_hostnames(!verified)
                .build()
        };
        builder = builder.tls(match relay.tls {
            Tls::None => LettreTls::None,
            Tls::Opportunistic => LettreTls::Opportunistic(parameters(false)?),
            Tls::Required => LettreTls::Required(parameters(true)?),
            Tls::Implicit => LettreTls::Wrapper(parameters(true)?),
        });
        if let Some((name, password)) = &relay.login {
            builder = builder.credentials(Credentials::new(name.clone(), password.expose_secret().to_owned()));
        }
        Ok(Self::Smtp(builder.build()))
    }

    /// Sends one mail to one recipient.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), SendError> {
        match self {
            Self::Capture(capture) => capture
                .keep(mail.envelope_from.as_ref(), &mail.envelope_to, &mail.content)
                .map_err(|_| SendError::Temporary(None)),
            Self::Smtp(transport) => {
                let address = |address: &EmailAddress| address.written().parse();
                let from = mail.envelope_from.as_ref().map(address).transpose();
                let (Ok(from), Ok(to)) = (from, address(&mail.envelope_to)) else {
                    return Err(SendError::BadAddress);
                };
                let envelope = LettreEnvelope::new(from, vec![to]).map_err(|_| SendError::BadAddress)?;
                // The transport adds a line end of its own.
                let content = mail.content.strip_suffix(b"\r\n").unwrap_or(&mail.content);
                transport.send_raw(&envelope, content).await?;
                Ok(())
            }
        }
    }
}
