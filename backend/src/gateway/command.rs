//! SMTP command lines (RFC 5321 section 4.1), parsed strictly.

use shared::EmailAddress;

use super::reply::{self, Reply};
use crate::intake::dsn;

/// A command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// HELO, or EHLO if `extended`.
    Hello {
        /// The client's name.
        name: String,
        /// EHLO.
        extended: bool,
    },
    /// MAIL FROM.
    Mail(MailFrom),
    /// RCPT TO.
    Rcpt(RcptTo),
    /// DATA.
    Data,
    /// BDAT (RFC 3030).
    Bdat(Chunk),
    /// RSET.
    Rset,
    /// NOOP.
    Noop,
    /// QUIT.
    Quit,
    /// VRFY and EXPN.
    Verify,
    /// HELP.
    Help,
    /// STARTTLS (RFC 3207).
    StartTls,
    /// AUTH (RFC 4954): mechanism in upper case, initial response.
    Auth(String, Option<String>),
}

/// A chunk that follows its command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Octets.
    pub size: u64,
    /// Whether the mail ends with it.
    pub is_last: bool,
}

/// MAIL FROM with its parameters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailFrom {
    /// `None` is `<>`.
    pub sender: Option<EmailAddress>,
    /// `SIZE` (RFC 1870).
    pub size: Option<u64>,
    /// `BODY=8BITMIME`.
    pub eight_bit: bool,
    /// `SMTPUTF8`.
    pub smtputf8: bool,
    /// `RET`.
    pub ret: Option<String>,
    /// `ENVID`.
    pub envid: Option<String>,
}

/// RCPT TO with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RcptTo {
    /// The recipient; `None` is `<postmaster>`, the one that needs no domain (RFC 5321 section 4.1.1.3).
    pub recipient: Option<EmailAddress>,
    /// `NOTIFY`.
    pub notify: Option<String>,
    /// `ORCPT`.
    pub orcpt: Option<String>,
}

/// Parses a line without its CRLF.
///
/// ```
/// use octothorpe::gateway::command::{Command, parse};
/// assert_eq!(parse(b"quit"), Ok(Command::Quit));
/// assert_eq!(parse(b"MAIL FROM:<a@b.org> SIZE=x").unwrap_err().code, 501);
/// ```
pub fn parse(line: &[u8]) -> Result<Command, Reply> {
    let text = std::str::from_utf8(line).map_err(|_| reply::BAD_ARGUMENTS)?;
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err(reply::BAD_ARGUMENTS);
    }
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    match verb.to_ascii_uppercase().as_str() {
        "HELO" => hello(rest, false),
        "EHLO" => hello(rest, true),
        "MAIL" => mail(rest),
        "RCPT" => rcpt(rest),
        "DATA" => bare(rest, Command::Data),
        "BDAT" => chunk(rest),
        "RSET" => bare(rest, Command::Rset),
        "NOOP" => Ok(Command::Noop),
        "QUIT" => bare(rest, Command::Quit),
        "VRFY" | "EXPN" => Ok(Command::Verify),
        "HELP" => Ok(Command::Help),
        "STARTTLS" => bare(rest, Command::StartTls),
        "AUTH" => {
            let mut words = rest.split_ascii_whitespace();
            let mechanism = words.next().ok_or(reply::BAD_ARGUMENTS)?.to_ascii_uppercase();
            Ok(Command::Auth(mechanism, words.next().map(str::to_owned)))
        }
        _ => Err(reply::UNKNOWN_COMMAND),
    }
}

fn bare(rest: &str, command: Command) -> Result<Command, Reply> {
    if rest.is_empty() { Ok(command) } else { Err(reply::BAD_ARGUMENTS) }
}

fn chunk(rest: &str) -> Result<Command, Reply> {
    let mut words = rest.split_ascii_whitespace();
    let size = words.next().filter(|word| word.len() <= 20 && word.bytes().all(|b| b.is_ascii_digit()));
    let size = size.and_then(|word| word.parse().ok()).ok_or(reply::BAD_CHUNK)?;
    let is_last = match words.next() {
        None => false,
        Some(word) if word.eq_ignore_ascii_case("LAST") => true,
        Some(_) => return Err(reply::BAD_CHUNK),
    };
    if words.next().is_some() { Err(reply::BAD_CHUNK) } else { Ok(Command::Bdat(Chunk { size, is_last })) }
}

fn hello(name: &str, extended: bool) -> Result<Command, Reply> {
    // What stands here goes into a trace field, so it must be harmless there.
    let harmless = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    if name.is_empty() || name.len() > 255 || !name.chars().all(harmless) {
        return Err(reply::BAD_ARGUMENTS);
    }
    Ok(Command::Hello { name: name.to_owned(), extended })
}

/// The path between `<` and `>`, and the parameters after it.
fn path<'a>(rest: &'a str, keyword: &str) -> Result<(&'a str, impl Iterator<Item = (String, Option<&'a str>)>), Reply> {
    let keyword_matches = rest.get(..keyword.len()).is_some_and(|start| start.eq_ignore_ascii_case(keyword));
    let after = if keyword_matches { rest[keyword.len()..].trim_start() } else { return Err(reply::BAD_ARGUMENTS) };
    let inner = after.strip_prefix('<').ok_or(reply::BAD_ARGUMENTS)?;
    let end = path_end(inner).ok_or(reply::BAD_ARGUMENTS)?;
    let parameters = inner[end + 1..].split_ascii_whitespace().map(|parameter| match parameter.split_once('=') {
        Some((name, value)) => (name.to_ascii_uppercase(), Some(value)),
        None => (parameter.to_ascii_uppercase(), None),
    });
    // A source route is ignored (RFC 5321 section 4.1.1.3).
    let address = &inner[..end];
    let address =
        if address.starts_with('@') { address.split_once(':').map_or(address, |(_, last)| last) } else { address };
    Ok((address, parameters))
}

/// The closing `>`, which may not be one within quotes.
fn path_end(inner: &str) -> Option<usize> {
    let mut quoted = false;
    let mut escaped = false;
    inner.char_indices().find_map(|(at, c)| {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '>' if !quoted => return Some(at),
            _ => {}
        }
        None
    })
}

fn mail(rest: &str) -> Result<Command, Reply> {
    let (address, parameters) = path(rest, "FROM:")?;
    let sender = if address.is_empty() { None } else { Some(address.parse().map_err(|_| reply::BAD_SENDER)?) };
    let mut mail = MailFrom { sender, ..MailFrom::default() };
    for (name, value) in parameters {
        match (name.as_str(), value) {
            ("SIZE", Some(size)) => mail.size = Some(size.parse().map_err(|_| reply::BAD_ARGUMENTS)?),
            ("BODY", Some(body)) if body.eq_ignore_ascii_case("8BITMIME") => mail.eight_bit = true,
            ("BODY", Some(body)) if body.eq_ignore_ascii_case("7BIT") => {}
            ("SMTPUTF8", None) => mail.smtputf8 = true,
            ("RET", Some(ret)) if ["FULL", "HDRS"].iter().any(|known| ret.eq_ignore_ascii_case(known)) => {
                mail.ret = Some(ret.to_owned());
            }
            ("ENVID", Some(id)) if dsn::envid(id).is_some() => mail.envid = Some(id.to_owned()),
            ("AUTH", Some(_)) => {}
            ("SIZE" | "BODY" | "SMTPUTF8" | "RET" | "ENVID" | "AUTH", _) => return Err(reply::BAD_ARGUMENTS),
            _ => return Err(reply::UNKNOWN_PARAMETER),
        }
    }
    needs_smtputf8(mail.sender.as_ref(), mail.smtputf8)?;
    Ok(Command::Mail(mail))
}

fn needs_smtputf8(address: Option<&EmailAddress>, declared: bool) -> Result<(), Reply> {
    if !declared && address.is_some_and(|address| !address.written().is_ascii()) {
        return Err(reply::NEEDS_SMTPUTF8);
    }
    Ok(())
}

fn rcpt(rest: &str) -> Result<Command, Reply> {
    let (address, parameters) = path(rest, "TO:")?;
    let recipient = if address.eq_ignore_ascii_case("postmaster") {
        None
    } else {
        Some(address.parse().map_err(|_| reply::BAD_ADDRESS)?)
    };
    let mut rcpt = RcptTo { recipient, notify: None, orcpt: None };
    for (name, value) in parameters {
        match (name.as_str(), value) {
            ("NOTIFY", Some(notify)) if dsn::is_notify(notify) => rcpt.notify = Some(notify.to_owned()),
            ("ORCPT", Some(orcpt)) if dsn::original_recipient(orcpt).is_some() => rcpt.orcpt = Some(orcpt.to_owned()),
            ("NOTIFY" | "ORCPT", _) => return Err(reply::BAD_ARGUMENTS),
            _ => return Err(reply::UNKNOWN_PARAMETER),
        }
    }
    Ok(Command::Rcpt(rcpt))
}
