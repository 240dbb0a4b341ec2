//! One SMTP session, pure: a command line in, an action out. No I/O, no clock.

use std::{net::IpAddr, sync::Arc};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use shared::EmailAddress;

use super::{
    Settings,
    command::{Chunk, Command, MailFrom, RcptTo, parse},
    reply::{self, Reply},
};
use crate::intake::{
    envelope::{Envelope, Recipient},
    outcome::{Client, Login},
};

/// What the connection has to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Send this.
    Reply(Reply),
    /// Send these lines as they are.
    Lines(String),
    /// Send 354 and read the mail.
    ReadData,
    /// Read a chunk of the mail.
    ReadChunk(Chunk),
    /// Read a chunk, throw it away, and send this.
    SkipChunk(Chunk, Reply),
    /// Send 220, then begin TLS; what the client sent already is dropped.
    StartTls,
    /// Look whether this token is right, then call [`Session::authenticated`].
    Authenticate(EmailAddress, String),
    /// Send this, then close.
    Close(Reply),
}

/// What the client answers next is not a command but part of a login.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Dialogue {
    None,
    Plain,
    LoginName,
    LoginPassword(String),
}

/// The state of a session.
pub struct Session {
    settings: Arc<Settings>,
    client: Client,
    greeted: bool,
    dialogue: Dialogue,
    envelope: Option<Envelope>,
    /// SIZE as declared at MAIL.
    declared_size: Option<u64>,
    errors: u32,
    /// Commands since the last mail that bring none.
    chatter: u32,
    /// Chunks of the mail have come.
    in_chunks: bool,
}

/// What programs say that took this for a web server.
const OTHER_COMMANDS: [&[u8]; 8] = [b"GET", b"HEAD", b"POST", b"PUT", b"PATCH", b"DELETE", b"OPTIONS", b"CONNECT"];

/// Whether a line is a request of HTTP or one of its fields. A page could otherwise have a browser within a trusted network
/// send mail, in the body of a request.
fn speaks_otherwise(line: &[u8]) -> bool {
    let word = line.split(|octet| *octet == b' ').next().unwrap_or_default();
    word.ends_with(b":") || OTHER_COMMANDS.iter().any(|command| word.eq_ignore_ascii_case(command))
}

/// So many commands that bring no mail are heard between two mails.
const MOST_CHATTER: u32 = 100;

impl Session {
    /// A session with a client at `ip`.
    pub fn new(settings: Arc<Settings>, ip: IpAddr) -> Self {
        let trusted = settings.trusts(ip);
        let client = Client { ip, helo: String::new(), extended: false, tls: false, trusted, authenticated: None };
        Self {
            settings,
            client,
            greeted: false,
            dialogue: Dialogue::None,
            envelope: None,
            declared_size: None,
            errors: 0,
            chatter: 0,
            in_chunks: false,
        }
    }

    /// The first line.
    pub fn greeting(&self) -> String {
        format!("220 {} ESMTP Octothorpe\r\n", self.settings.hostname)
    }

    /// Takes a line without its CRLF.
    pub fn line(&mut self, line: &[u8]) -> Action {
        let action = match std::mem::replace(&mut self.dialogue, Dialogue::None) {
            Dialogue::None if speaks_otherwise(line) => Action::Close(reply::NOT_SMTP),
            Dialogue::None => match parse(line) {
                Ok(command) => self.command(command),
                Err(reply) if reply == reply::BAD_CHUNK => Action::Close(reply),
                Err(reply) => Action::Reply(reply),
            },
            dialogue => self.continue_login(dialogue, line),
        };
        self.count(action)
    }

    /// A refusal made elsewhere (a line too long) counts too.
    pub fn refuse(&mut self, reply: Reply) -> Action {
        self.count(Action::Reply(reply))
    }

    fn count(&mut self, action: Action) -> Action {
        if matches!(&action, Action::Reply(reply) | Action::SkipChunk(_, reply) if reply.is_refusal()) {
            self.errors += 1;
            if self.errors > self.settings.max_errors {
                return Action::Close(reply::TOO_MANY_ERRORS);
            }
        }
        action
    }

    fn command(&mut self, command: Command) -> Action {
        let is_chatter =
            matches!(command, Command::Hello { .. } | Command::Rset | Command::Noop | Command::Verify | Command::Help);
        self.chatter += u32::from(is_chatter);
        if self.chatter > MOST_CHATTER {
            return Action::Close(reply::TOO_MUCH_CHATTER);
        }
        match command {
            Command::Hello { name, extended } => self.hello(name, extended),
            Command::Mail(mail) => Action::Reply(self.mail(mail)),
            Command::Bdat(chunk) => match &self.envelope {
                None => Action::SkipChunk(chunk, reply::BAD_SEQUENCE),
                Some(envelope) if envelope.recipients.is_empty() => Action::SkipChunk(chunk, reply::NO_RECIPIENTS),
                Some(_) => {
                    self.in_chunks = true;
                    Action::ReadChunk(chunk)
                }
            },
            Command::Rcpt(_) | Command::Data if self.in_chunks => Action::Reply(reply::BAD_SEQUENCE),
            Command::Rcpt(rcpt) => Action::Reply(self.rcpt(rcpt)),
            Command::Data => match &self.envelope {
                None => Action::Reply(reply::BAD_SEQUENCE),
                Some(envelope) if envelope.recipients.is_empty() => Action::Reply(reply::NO_RECIPIENTS),
                Some(_) => Action::ReadData,
            },
            Command::Rset => {
                self.forget();
                Action::Reply(reply::OK)
            }
            Command::Noop => Action::Reply(reply::OK),
            Command::Quit => Action::Close(reply::BYE),
            Command::Verify => Action::Reply(reply::CANNOT_VERIFY),
            Command::Help => Action::Reply(reply::HELP),
            Command::StartTls if self.client.tls => Action::Reply(reply::BAD_SEQUENCE),
            Command::StartTls if self.settings.tls.is_none() => Action::Reply(reply::UNKNOWN_COMMAND),
            Command::StartTls => Action::StartTls,
            Command::Auth(mechanism, initial) => self.auth(&mechanism, initial),
        }
    }

    fn hello(&mut self, name: String, extended: bool) -> Action {
        self.greeted = true;
        self.forget();
        self.client.helo = name;
        self.client.extended = extended;
        let hostname = &self.settings.hostname;
        if !extended {
            return Action::Lines(format!("250 {hostname}\r\n"));
        }
        let mut lines = vec![
            hostname.clone(),
            "PIPELINING".to_owned(),
            format!("SIZE {}", self.settings.max_size),
            "8BITMIME".to_owned(),
            "SMTPUTF8".to_owned(),
            "ENHANCEDSTATUSCODES".to_owned(),
            "DSN".to_owned(),
            "CHUNKING".to_owned(),
        ];
        if self.client.tls {
            lines.push("AUTH PLAIN LOGIN".to_owned());
        } else if self.settings.tls.is_some() {
            lines.push("STARTTLS".to_owned());
        }
        let last = lines.len() - 1;
        let text =
            lines.iter().enumerate().map(|(n, line)| format!("250{}{line}\r\n", if n == last { ' ' } else { '-' }));
        Action::Lines(text.collect())
    }

    fn mail(&mut self, mail: MailFrom) -> Reply {
        if !self.greeted || self.envelope.is_some() {
            return reply::BAD_SEQUENCE;
        }
        match &self.client.authenticated {
            Some(address) if mail.sender.as_ref() != Some(address) => return reply::NOT_YOUR_SENDER,
            None if !self.client.trusted && self.client.tls => return reply::LOGIN_REQUIRED,
            None if !self.client.trusted => return reply::NOT_TRUSTED,
            _ => {}
        }
        if mail.size.is_some_and(|size| size > self.settings.max_size) {
            return reply::TOO_LARGE;
        }
        let room = (self.settings.memory.available_permits() as u64).saturating_mul(1024);
        if mail.size.is_some_and(|size| size >= room) {
            return reply::NO_ROOM;
        }
        self.declared_size = mail.size;
        self.envelope = Some(Envelope {
            sender: mail.sender,
            recipients: Vec::new(),
            eight_bit: mail.eight_bit,
            smtputf8: mail.smtputf8,
            ret: mail.ret,
            envid: mail.envid,
        });
        reply::SENDER_OK
    }

    fn rcpt(&mut self, rcpt: RcptTo) -> Reply {
        let Some(envelope) = &mut self.envelope else { return reply::BAD_SEQUENCE };
        if envelope.recipients.len() >= self.settings.max_recipients {
            return reply::TOO_MANY_RECIPIENTS;
        }
        let Some(address) = rcpt.recipient.or_else(|| self.settings.postmaster.clone()) else {
            return reply::BAD_ADDRESS;
        };
        if !envelope.smtputf8 && !address.written().is_ascii() {
            return reply::NEEDS_SMTPUTF8;
        }
        if (self.settings.is_forged)(&address) {
            return reply::NO_SUCH_ADDRESS;
        }
        // Named twice, reached once.
        if !envelope.recipients.iter().any(|known| known.address == address) {
            envelope.recipients.push(Recipient { address, notify: rcpt.notify, orcpt: rcpt.orcpt });
        }
        reply::RECIPIENT_OK
    }

    fn auth(&mut self, mechanism: &str, initial: Option<String>) -> Action {
        if !self.client.tls {
            return Action::Reply(reply::TLS_REQUIRED);
        }
        if !self.greeted || self.client.authenticated.is_some() || self.envelope.is_some() {
            return Action::Reply(reply::BAD_SEQUENCE);
        }
        let (dialogue, challenge) = match mechanism {
            "PLAIN" => (Dialogue::Plain, "334 \r\n"),
            "LOGIN" => (Dialogue::LoginName, "334 VXNlcm5hbWU6\r\n"),
            _ => return Action::Reply(reply::UNKNOWN_MECHANISM),
        };
        match initial {
            Some(response) => self.continue_login(dialogue, response.as_bytes()),
            None => {
                self.dialogue = dialogue;
                Action::Lines(challenge.to_owned())
            }
        }
    }

    fn continue_login(&mut self, dialogue: Dialogue, line: &[u8]) -> Action {
        if line == b"*" {
            return Action::Reply(reply::AUTH_CANCELLED);
        }
        let decoded = BASE64_STANDARD.decode(line).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let Some(text) = decoded else { return Action::Reply(reply::BAD_ARGUMENTS) };
        let (name, token) = match dialogue {
            Dialogue::LoginName => {
                self.dialogue = Dialogue::LoginPassword(text);
                return Action::Lines("334 UGFzc3dvcmQ6\r\n".to_owned());
            }
            Dialogue::LoginPassword(name) => (name, text),
            // RFC 4616: authorization identity, NUL, name, NUL, password.
            Dialogue::Plain | Dialogue::None => {
                let mut parts = text.splitn(3, '\0').map(str::to_owned);
                match (parts.next(), parts.next(), parts.next()) {
                    // Nobody acts for another.
                    (Some(other), Some(name), Some(_)) if !other.is_empty() && other != name => {
                        return Action::Reply(reply::WRONG_CREDENTIALS);
                    }
                    (_, Some(name), Some(token)) => (name, token),
                    _ => return Action::Reply(reply::BAD_ARGUMENTS),
                }
            }
        };
        match name.parse() {
            Ok(address) => Action::Authenticate(address, token),
            Err(_) => Action::Reply(reply::WRONG_CREDENTIALS),
        }
    }

    /// How [`Action::Authenticate`] ended.
    pub fn authenticated(&mut self, address: EmailAddress, login: Login) -> Action {
        match login {
            Login::Right => {
                self.client.authenticated = Some(address);
                Action::Reply(reply::AUTHENTICATED)
            }
            Login::Wrong => self.refuse(reply::WRONG_CREDENTIALS),
            Login::TooMany => Action::Close(reply::TOO_MANY_LOGINS),
            Login::Unknown => Action::Reply(reply::AUTH_TEMPORARY),
        }
    }

    /// The client's address.
    pub fn client_ip(&self) -> IpAddr {
        self.client.ip
    }

    /// The connection is encrypted now; the client must greet anew (RFC 3207 section 4.2).
    pub fn encrypted(&mut self) {
        self.client.tls = true;
        self.greeted = false;
        self.forget();
    }

    fn forget(&mut self) {
        self.envelope = None;
        self.in_chunks = false;
    }

    /// Whether chunks of a mail have come that is not whole yet.
    pub fn is_in_chunks(&self) -> bool {
        self.in_chunks
    }

    /// Octets the client said its mail has, or the most it may have.
    pub fn expected_size(&self) -> u64 {
        self.declared_size.unwrap_or(self.settings.max_size).min(self.settings.max_size)
    }

    /// Whether the client said how much will come.
    pub fn declared_size(&self) -> Option<u64> {
        self.declared_size
    }

    /// Takes the envelope, once the mail is read; the session is ready for the next.
    pub fn take_envelope(&mut self) -> Option<(Envelope, Client)> {
        self.in_chunks = false;
        self.chatter = 0;
        self.envelope.take().map(|envelope| (envelope, self.client.clone()))
    }
}

#[cfg(test)]
mod tests;
