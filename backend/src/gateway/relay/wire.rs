//! Lines to a mail server and its replies back, plain or encrypted.

use std::{sync::Arc, time::Duration};

use bytes::BytesMut;
use rustls::pki_types::ServerName;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

use crate::{intake::outcome::HopReply, mail::next_hop::HopError};

/// The longest reply that is read.
const LONGEST_REPLY: usize = 64 * 1024;

/// What the server announced.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Capabilities {
    pub(super) size: bool,
    pub(super) eight_bit: bool,
    pub(super) smtputf8: bool,
    pub(super) dsn: bool,
    pub(super) starttls: bool,
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// A connection to a mail server.
pub(super) struct Wire {
    stream: Box<dyn Stream>,
    input: BytesMut,
    pub(super) capabilities: Capabilities,
}

impl Wire {
    pub(super) fn plain(stream: TcpStream) -> Self {
        Self { stream: Box::new(stream), input: BytesMut::new(), capabilities: Capabilities::default() }
    }

    /// Begins TLS. What came before it is dropped.
    pub(super) async fn encrypt(self, config: &Arc<rustls::ClientConfig>, host: &str) -> Result<Self, HopError> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| HopError::NoTls)?;
        let stream =
            TlsConnector::from(Arc::clone(config)).connect(name, self.stream).await.map_err(|_| HopError::NoTls)?;
        Ok(Self { stream: Box::new(stream), input: BytesMut::new(), capabilities: Capabilities::default() })
    }

    /// EHLO, or HELO where that is refused.
    pub(super) async fn hello(&mut self, hostname: &str) -> Result<Capabilities, HopError> {
        let reply = self.lines(&format!("EHLO {hostname}\r\n")).await?;
        if reply.first().is_some_and(|line| line.starts_with("250")) {
            let has = |name: &str| {
                reply.iter().skip(1).any(|line| {
                    line.get(4..)
                        .and_then(|l| l.split_ascii_whitespace().next())
                        .is_some_and(|word| word.eq_ignore_ascii_case(name))
                })
            };
            return Ok(Capabilities {
                size: has("SIZE"),
                eight_bit: has("8BITMIME"),
                smtputf8: has("SMTPUTF8"),
                dsn: has("DSN"),
                starttls: has("STARTTLS"),
            });
        }
        let plain = self.lines(&format!("HELO {hostname}\r\n")).await?;
        if plain.first().is_some_and(|line| line.starts_with("250")) {
            Ok(Capabilities::default())
        } else {
            Err(HopError::Unreachable)
        }
    }

    async fn lines(&mut self, command: &str) -> Result<Vec<String>, HopError> {
        self.write(command.as_bytes()).await?;
        self.read_reply().await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), HopError> {
        self.stream.write_all(bytes).await.map_err(|_| HopError::Unreachable)?;
        self.stream.flush().await.map_err(|_| HopError::Unreachable)
    }

    /// Sends a command, reads its reply.
    pub(super) async fn command(&mut self, command: &str, patience: Duration) -> Result<HopReply, HopError> {
        let exchange = async {
            self.write(format!("{command}\r\n").as_bytes()).await?;
            self.read_reply().await
        };
        timeout(patience, exchange).await.map_err(|_| HopError::Unreachable)?.and_then(|lines| joined(&lines))
    }

    /// Reads a reply.
    pub(super) async fn reply(&mut self, patience: Duration) -> Result<HopReply, HopError> {
        timeout(patience, self.read_reply()).await.map_err(|_| HopError::Unreachable)?.and_then(|lines| joined(&lines))
    }

    /// Sends the mail, its dots stuffed and CRLF "." CRLF behind it; a mail whose last line has no end gets one.
    pub(super) async fn data(&mut self, content: &[u8], patience: Duration) -> Result<HopReply, HopError> {
        let mut from = 0;
        if content.starts_with(b".") {
            self.stream.write_all(b".").await.map_err(|_| HopError::Unreachable)?;
        }
        for at in memchr::memmem::find_iter(content, b"\r\n.") {
            let dot = at + 2;
            self.stream.write_all(&content[from..dot]).await.map_err(|_| HopError::Unreachable)?;
            self.stream.write_all(b".").await.map_err(|_| HopError::Unreachable)?;
            from = dot;
        }
        self.stream.write_all(&content[from..]).await.map_err(|_| HopError::Unreachable)?;
        let end: &[u8] = if content.is_empty() || content.ends_with(b"\r\n") { b".\r\n" } else { b"\r\n.\r\n" };
        self.stream.flush().await.map_err(|_| HopError::Unreachable)?;
        // From here on nobody knows whether the mail was taken, should the line break.
        self.write(end).await.map_err(|_| HopError::BrokenAfterEnd)?;
        let lines = timeout(patience, self.read_reply()).await.map_err(|_| HopError::BrokenAfterEnd)?;
        lines.and_then(|lines| joined(&lines)).map_err(|_| HopError::BrokenAfterEnd)
    }

    async fn read_reply(&mut self) -> Result<Vec<String>, HopError> {
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
                return Err(HopError::Unreachable);
            }
            match self.stream.read_buf(&mut self.input).await {
                Ok(read) if read > 0 => {}
                _ => return Err(HopError::Unreachable),
            }
        }
    }
}

fn joined(lines: &[String]) -> Result<HopReply, HopError> {
    let code =
        lines.last().and_then(|line| line.get(..3)).and_then(|code| code.parse().ok()).ok_or(HopError::Unreachable)?;
    let words: Vec<&str> = lines.iter().filter_map(|line| line.get(4..)).collect();
    Ok(HopReply { code, text: words.join(" ") })
}
