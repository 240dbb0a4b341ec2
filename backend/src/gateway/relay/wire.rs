//! Lines to a mail server and its replies back, plain or encrypted.

use std::{mem, sync::Arc, time::Duration};

use bytes::BytesMut;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::{Instant, timeout},
};
use tokio_rustls::TlsConnector;

use super::{open::Counted, patience::Patience};
use crate::{
    intake::outcome::{HopReply, is_enhanced},
    mail::next_hop::HopError,
};

/// The longest reply that is read.
const LONGEST_REPLY: usize = 64 * 1024;
/// Octets of a mail that leave in one piece.
const PIECE: usize = 64 * 1024;
/// So many mails go over one connection, and so long: servers count, and what is behind one address may change.
const MOST_MAILS: usize = 100;
const LONGEST: Duration = Duration::from_mins(5);
/// How long to look for a reason when the server closes in the middle of a mail, and to say goodbye.
const A_MOMENT: Duration = Duration::from_secs(2);

/// What the server announced.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Capabilities {
    pub(super) pipelining: bool,
    /// SIZE, and the largest mail; 0 where it sets no bound.
    pub(super) max_size: Option<u64>,
    pub(super) eight_bit: bool,
    pub(super) smtputf8: bool,
    pub(super) dsn: bool,
    pub(super) starttls: bool,
    pub(super) auth_plain: bool,
    pub(super) auth_login: bool,
}

impl Capabilities {
    /// From the lines of the reply to EHLO, without their codes; the first one greets.
    fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut capabilities = Self::default();
        for line in lines.skip(1) {
            // Old servers write `AUTH=LOGIN`.
            let mut words = line.split(|c: char| c.is_ascii_whitespace() || c == '=').filter(|word| !word.is_empty());
            match words.next().unwrap_or_default().to_ascii_uppercase().as_str() {
                "PIPELINING" => capabilities.pipelining = true,
                "SIZE" => capabilities.max_size = Some(words.next().and_then(|size| size.parse().ok()).unwrap_or(0)),
                "8BITMIME" => capabilities.eight_bit = true,
                "SMTPUTF8" => capabilities.smtputf8 = true,
                "DSN" => capabilities.dsn = true,
                "STARTTLS" => capabilities.starttls = true,
                "AUTH" => words.for_each(|mechanism| {
                    capabilities.auth_plain |= mechanism.eq_ignore_ascii_case("PLAIN");
                    capabilities.auth_login |= mechanism.eq_ignore_ascii_case("LOGIN");
                }),
                _ => {}
            }
        }
        capabilities
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection to a mail server.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    input: BytesMut,
    is_over: bool,
    mails: usize,
    since: Instant,
    /// Counts it while it is there.
    _counted: Option<Counted>,
    pub(super) capabilities: Capabilities,
}

impl Wire {
    pub(super) fn plain(stream: TcpStream) -> Self {
        Self::new(Box::new(stream))
    }

    fn new(stream: Box<dyn Stream>) -> Self {
        Self {
            stream,
            input: BytesMut::new(),
            is_over: false,
            mails: 0,
            since: Instant::now(),
            _counted: None,
            capabilities: Capabilities::default(),
        }
    }

    /// Begins TLS. What came before it is dropped.
    pub(super) async fn encrypt(
        self,
        config: &Arc<rustls::ClientConfig>,
        host: &str,
        patience: Duration,
    ) -> Result<Self, HopError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| HopError::NoTls)?;
        let handshake = TlsConnector::from(Arc::clone(config)).connect(name, self.stream);
        let stream = timeout(patience, handshake).await.ok().and_then(Result::ok).ok_or(HopError::NoTls)?;
        Ok(Self::new(Box::new(stream)))
    }

    /// Whether nothing more may be said.
    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// The same, counted.
    pub(super) fn counted(self, counted: Counted) -> Self {
        Self { _counted: Some(counted), ..self }
    }

    /// Whether it has served long enough.
    pub(super) fn is_worn(&self) -> bool {
        self.mails >= MOST_MAILS || self.since.elapsed() >= LONGEST
    }

    /// Nothing more may be said: the connection ends, and with it whatever the server was told.
    pub(super) fn abandon(&mut self) {
        self.is_over = true;
    }

    /// EHLO, or HELO where that is not known; keeps what is announced.
    pub(super) async fn hello(&mut self, hostname: &str, patience: Duration) -> Result<(), HopError> {
        self.write(format!("EHLO {hostname}\r\n").as_bytes(), patience).await?;
        let lines = self.lines(patience).await?;
        let reply = joined(&lines)?;
        if reply.is_yes() {
            self.capabilities = Capabilities::read(lines.iter().map(|line| line.get(4..).unwrap_or_default()));
            return Ok(());
        }
        if reply.code < 500 || !self.command(&format!("HELO {hostname}"), patience).await?.is_yes() {
            return Err(HopError::BrokenWithin);
        }
        Ok(())
    }

    async fn write(&mut self, bytes: &[u8], patience: Duration) -> Result<(), HopError> {
        let writing = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        let is_written = timeout(patience, writing).await.is_ok_and(|written| written.is_ok());
        if is_written { Ok(()) } else { Err(self.lost()) }
    }

    fn lost(&mut self) -> HopError {
        self.is_over = true;
        HopError::BrokenWithin
    }

    /// Sends commands together.
    pub(super) async fn say(&mut self, commands: &[String], patience: Duration) -> Result<(), HopError> {
        let mut text = String::with_capacity(commands.iter().map(|command| command.len() + 2).sum());
        for command in commands {
            text.push_str(command);
            text.push_str("\r\n");
        }
        self.write(text.as_bytes(), patience).await
    }

    /// Sends a command, reads its reply.
    pub(super) async fn command(&mut self, command: &str, patience: Duration) -> Result<HopReply, HopError> {
        self.write(format!("{command}\r\n").as_bytes(), patience).await?;
        self.reply(patience).await
    }

    /// Reads a reply. After 421 the server closes (RFC 5321 section 3.8).
    pub(super) async fn reply(&mut self, patience: Duration) -> Result<HopReply, HopError> {
        let lines = self.lines(patience).await?;
        let reply = joined(&lines).map_err(|_| self.lost())?;
        self.is_over |= reply.code == 421;
        Ok(reply)
    }

    /// Sends a field and the mail behind it, its dots stuffed and CRLF "." CRLF at the end; a mail whose last line has no
    /// end gets one.
    pub(super) async fn data(&mut self, trace: &str, content: &[u8], patience: Patience) -> Result<HopReply, HopError> {
        self.mails += 1;
        let mut pieces =
            Stuffed { trace, content, at: 0, out: Vec::with_capacity(trace.len() + content.len().min(PIECE) + 64) };
        while let Some(piece) = pieces.next() {
            if self.write(piece, patience.piece()).await.is_err() {
                // Servers that have heard enough say why, and close.
                return self.reply(A_MOMENT).await.and_then(|reply| {
                    self.is_over = true;
                    if reply.code >= 400 { Ok(reply) } else { Err(HopError::BrokenWithin) }
                });
            }
        }
        // From here on nobody knows whether the mail was taken, should the line break.
        self.write(pieces.last(), patience.piece()).await.map_err(|_| HopError::BrokenAfterEnd)?;
        let reply = self.reply(patience.end()).await.map_err(|_| HopError::BrokenAfterEnd)?;
        // Neither a yes nor a no: nobody knows, either.
        if matches!(reply.code, 300..400) { Err(HopError::BrokenAfterEnd) } else { Ok(reply) }
    }

    /// Says goodbye.
    pub(super) async fn quit(mut self) {
        if !self.is_over {
            drop(self.command("QUIT", A_MOMENT).await);
        }
        drop(timeout(A_MOMENT, self.stream.shutdown()).await);
    }

    async fn lines(&mut self, patience: Duration) -> Result<Vec<String>, HopError> {
        match timeout(patience, self.read_lines()).await {
            Ok(Ok(lines)) => Ok(lines),
            _ => Err(self.lost()),
        }
    }

    async fn read_lines(&mut self) -> Result<Vec<String>, HopError> {
        let mut lines = Vec::new();
        let mut total = 0;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.input) {
                let line = self.input.split_to(end + 1);
                total += line.len();
                let text = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
                let is_last = text.as_bytes().get(3) != Some(&b'-');
                lines.push(text);
                if is_last {
                    return Ok(lines);
                }
                continue;
            }
            if total + self.input.len() > LONGEST_REPLY {
                return Err(HopError::BrokenWithin);
            }
            self.input.reserve(1024);
            match self.stream.read_buf(&mut self.input).await {
                Ok(read) if read > 0 => {}
                _ => return Err(HopError::BrokenWithin),
            }
        }
    }
}

/// A mail in pieces, dots stuffed (RFC 5321 section 4.5.2).
struct Stuffed<'a> {
    /// Goes in front, as it is.
    trace: &'a str,
    content: &'a [u8],
    at: usize,
    out: Vec<u8>,
}

impl Stuffed<'_> {
    /// The next full piece; none when the rest fits into the last.
    fn next(&mut self) -> Option<&[u8]> {
        if self.content.len() - self.at <= PIECE {
            return None;
        }
        self.fill(self.at + PIECE);
        Some(&self.out)
    }

    /// The rest and the end of the mail, in one piece, so that a small mail leaves at once.
    fn last(&mut self) -> &[u8] {
        self.fill(self.content.len());
        let ends_line = self.content.is_empty() || self.content.ends_with(b"\r\n");
        self.out.extend_from_slice(if ends_line { b".\r\n" } else { b"\r\n.\r\n" });
        &self.out
    }

    fn fill(&mut self, end: usize) {
        self.out.clear();
        self.out.extend_from_slice(mem::take(&mut self.trace).as_bytes());
        while self.at < end {
            let is_line_start = self.at == 0 || self.content[..self.at].ends_with(b"\r\n");
            if is_line_start && self.content[self.at] == b'.' {
                self.out.push(b'.');
            }
            // Up to the next dot that begins a line; the line before it may have ended in the piece before.
            let from = self.at.saturating_sub(1);
            let next = memchr::memmem::find(&self.content[from..end], b"\r\n.").map_or(end, |found| from + found + 2);
            self.out.extend_from_slice(&self.content[self.at..next]);
            self.at = next;
        }
    }
}

/// The lines of a reply as one; an error where it has no code that SMTP knows.
fn joined(lines: &[String]) -> Result<HopReply, HopError> {
    let digits = lines.last().and_then(|line| line.get(..3)).filter(|code| code.bytes().all(|b| b.is_ascii_digit()));
    let code = digits.and_then(|code| code.parse().ok()).filter(|code| matches!(code, 200..600));
    let code = code.ok_or(HopError::BrokenWithin)?;
    let mut words = lines.iter().filter_map(|line| line.get(4..));
    let mut text = words.next().unwrap_or_default().to_owned();
    for more in words {
        // Each line has the enhanced code in front (RFC 2034 section 4); people need it once.
        let rest = more.split_once(' ').filter(|(word, _)| is_enhanced(word)).map_or(more, |(_, rest)| rest);
        text.extend([" ", rest]);
    }
    Ok(HopReply { code, text })
}
