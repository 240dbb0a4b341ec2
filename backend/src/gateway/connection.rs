//! The only SMTP input and output of the server. Generic over the stream, so that tests use one in memory.

use std::{io, sync::Arc};

use bytes::{Buf as _, BytesMut};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    sync::{OwnedSemaphorePermit, watch},
    time::{Instant, timeout, timeout_at},
};
use tokio_rustls::TlsAcceptor;

use super::{
    Settings,
    chunks::Chunks,
    command::Chunk,
    data::{DataReader, Progress, Received},
    reply::{self, Reply, of_outcome},
    session::{Action, Session},
    tenant,
};
use crate::{
    intake::outcome::{Arrival, Intake, Outcome, Refusal},
    message::RawMail,
};

/// The longest command line: RFC 5321 section 4.5.3.1.4 has 512, logins need 12,288 (RFC 4954 section 4).
const LONGEST_LINE: usize = 12_288;
/// So much is read at once: most mails come in one or two pieces.
const PIECE: usize = 8 * 1024;

/// How a plain part of a connection ended.
enum End {
    Closed,
    StartTls,
}

struct Connection<'a, S, I> {
    stream: S,
    input: BytesMut,
    session: &'a mut Session,
    settings: &'a Arc<Settings>,
    intake: &'a Arc<I>,
    shutdown: watch::Receiver<bool>,
    /// A mail that comes in chunks, and what is charged for it.
    chunks: Option<(Chunks, Option<OwnedSemaphorePermit>)>,
    /// When a mail that comes in chunks must be whole.
    end_of_chunks: Option<Instant>,
}

/// Serves one client to the end.
///
/// # Errors
/// When the connection breaks; nothing that was answered with 250 is lost by it.
pub async fn serve<S, I>(
    stream: S,
    mut session: Session,
    settings: Arc<Settings>,
    intake: Arc<I>,
    shutdown: watch::Receiver<bool>,
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    I: Intake,
{
    let greeting = session.greeting();
    let mut plain = Connection {
        stream,
        input: BytesMut::new(),
        session: &mut session,
        settings: &settings,
        intake: &intake,
        shutdown: shutdown.clone(),
        chunks: None,
        end_of_chunks: None,
    };
    plain.send(&greeting).await?;
    let (End::StartTls, Some(tls)) = (plain.run().await?, settings.tls.clone()) else { return Ok(()) };
    let stream = plain.stream;
    let stream = timeout(settings.patience, TlsAcceptor::from(tls).accept(stream)).await??;
    session.encrypted();
    // What the client sent before the handshake is not carried over (RFC 3207 section 4.2).
    let mut encrypted = Connection {
        stream,
        input: BytesMut::new(),
        session: &mut session,
        settings: &settings,
        intake: &intake,
        shutdown,
        chunks: None,
        end_of_chunks: None,
    };
    encrypted.run().await.map(|_| ())
}

impl<S, I> Connection<'_, S, I>
where
    S: AsyncRead + AsyncWrite + Unpin + Send,
    I: Intake,
{
    async fn run(&mut self) -> io::Result<End> {
        loop {
            let action = match self.line().await? {
                Line::Whole(line) => self.session.line(&line),
                Line::TooLong => self.session.refuse(reply::LINE_TOO_LONG),
                Line::Silence => Action::Close(reply::TIMEOUT),
                Line::Shutdown => Action::Close(reply::SHUTTING_DOWN),
                Line::End => return Ok(End::Closed),
            };
            if !self.session.is_in_chunks() {
                self.chunks = None;
                self.end_of_chunks = None;
            }
            match action {
                Action::Reply(reply) => self.reply(&reply).await?,
                Action::Lines(lines) => self.send(&lines).await?,
                Action::ReadData => {
                    if !self.mail().await? {
                        return Ok(End::Closed);
                    }
                }
                Action::ReadChunk(chunk) => {
                    if !self.chunk(chunk).await? {
                        return Ok(End::Closed);
                    }
                }
                Action::SkipChunk(chunk, reply) => {
                    if !self.swallow(chunk.size, None).await? {
                        return Ok(End::Closed);
                    }
                    self.reply(&reply).await?;
                }
                Action::Authenticate(address, token) => {
                    let login = self.intake.authenticate(self.session.client_ip(), address.clone(), token).await;
                    match self.session.authenticated(address, login) {
                        Action::Close(reply) => return self.close(&reply).await,
                        action => {
                            if let Action::Reply(reply) = action {
                                self.reply(&reply).await?;
                            }
                        }
                    }
                }
                Action::StartTls => {
                    self.send(&reply::READY_FOR_TLS.line()).await?;
                    return Ok(End::StartTls);
                }
                Action::Close(reply) => return self.close(&reply).await,
            }
        }
    }

    async fn close(&mut self, reply: &Reply) -> io::Result<End> {
        self.send(&reply.line()).await?;
        timeout(self.settings.patience, self.stream.shutdown()).await??;
        Ok(End::Closed)
    }

    /// Replies to pipelined commands leave together (RFC 2920): nothing is flushed while more input is there.
    async fn reply(&mut self, reply: &Reply) -> io::Result<()> {
        self.write(&reply.line(), !self.input.contains(&b'\n')).await
    }

    async fn send(&mut self, text: &str) -> io::Result<()> {
        self.write(text, true).await
    }

    /// A client that takes no answers is not waited for longer than one that says nothing.
    async fn write(&mut self, text: &str, flushes: bool) -> io::Result<()> {
        let writing = async {
            self.stream.write_all(text.as_bytes()).await?;
            if flushes { self.stream.flush().await } else { Ok(()) }
        };
        timeout(self.settings.patience, writing).await?
    }

    async fn line(&mut self) -> io::Result<Line> {
        let mut too_long = false;
        let end = Instant::now() + self.settings.patience;
        loop {
            if let Some(end) = memchr::memchr(b'\n', &self.input) {
                let mut line = self.input.split_to(end + 1);
                line.truncate(end);
                if line.last() == Some(&b'\r') {
                    line.truncate(end - 1);
                }
                // However the network cut it, a line is too long or it is not.
                return Ok(if too_long || end > LONGEST_LINE { Line::TooLong } else { Line::Whole(line) });
            }
            if self.input.len() > LONGEST_LINE {
                too_long = true;
                self.input.clear();
            }
            match self.read(end).await? {
                Input::Some => {}
                Input::End => return Ok(Line::End),
                Input::Silence => return Ok(Line::Silence),
                Input::Shutdown => return Ok(Line::Shutdown),
            }
        }
    }

    /// Waits for a piece, for as long as for any and not beyond `end`.
    async fn read(&mut self, end: Instant) -> io::Result<Input> {
        if *self.shutdown.borrow() {
            return Ok(Input::Shutdown);
        }
        self.input.reserve(PIECE);
        tokio::select! {
            read = timeout_at(end.min(Instant::now() + self.settings.patience), self.stream.read_buf(&mut self.input)) => match read {
                Ok(Ok(0)) => Ok(Input::End),
                Ok(Ok(_)) => Ok(Input::Some),
                Ok(Err(error)) => Err(error),
                Err(_) => Ok(Input::Silence),
            },
            _ = self.shutdown.changed() => Ok(Input::Shutdown),
        }
    }

    /// Reads a piece of a mail that must be whole at `end`; `false` when the connection is over, and the client knows.
    async fn more(&mut self, end: Instant) -> io::Result<bool> {
        let farewell = match self.read(end).await? {
            Input::Some => return Ok(true),
            Input::End => return Ok(false),
            Input::Silence if Instant::now() >= end => reply::TOO_SLOW,
            Input::Silence => reply::TIMEOUT,
            Input::Shutdown => reply::SHUTTING_DOWN,
        };
        self.send(&farewell.line()).await?;
        Ok(false)
    }

    /// Reads a mail and has it judged; `false` when the connection is over.
    async fn mail(&mut self) -> io::Result<bool> {
        let mut budget = match self.session.declared_size() {
            Some(_) => self.reserve(self.session.expected_size()),
            None => self.reserve(64 * 1024),
        };
        self.send(&reply::BEGIN_DATA.line()).await?;
        // Without room the whole is swallowed: only after its end will the client try again later.
        let mut no_room = budget.is_none();
        let mut reader = DataReader::new(if no_room { 0 } else { self.settings.max_size });
        let end = Instant::now() + self.settings.longest_mail;
        loop {
            match reader.push(&self.input) {
                Progress::Ended(at) => {
                    self.input.advance(at);
                    break;
                }
                Progress::Reading => self.input.clear(),
            }
            if !no_room && !self.covers(&mut budget, reader.held()) {
                no_room = true;
                // The rest is swallowed, not kept.
                reader = DataReader::new(0).in_state_of(&reader);
            }
            if !self.more(end).await? {
                return Ok(false);
            }
        }
        let answer = if no_room {
            self.session.take_envelope();
            reply::NO_ROOM
        } else {
            self.judge_received(reader.finish()).await
        };
        drop(budget);
        self.reply(&answer).await?;
        Ok(true)
    }

    /// Reads a chunk, and after the last one has the mail judged; `false` when the connection is over.
    async fn chunk(&mut self, chunk: Chunk) -> io::Result<bool> {
        let (mut chunks, mut budget) = self.chunks.take().unwrap_or_default();
        let wanted = chunks.held().saturating_add(usize::try_from(chunk.size).unwrap_or(usize::MAX));
        let fits = wanted as u64 <= self.settings.max_size;
        let has_room = fits && self.covers(&mut budget, wanted);
        if !self.swallow(chunk.size, has_room.then_some(&mut chunks)).await? {
            return Ok(false);
        }
        let refusal = if has_room { None } else { Some(if fits { reply::NO_ROOM } else { reply::TOO_LARGE }) };
        let answer = match refusal {
            // Nothing of the mail is of use any more; later chunks of it are out of order (RFC 3030 section 2).
            Some(refusal) => {
                self.session.take_envelope();
                refusal
            }
            None if !chunk.is_last => {
                self.chunks = Some((chunks, budget));
                reply::CHUNK_OK
            }
            None => self.judge_received(chunks.finish()).await,
        };
        self.reply(&answer).await?;
        Ok(true)
    }

    /// Reads so many octets, and keeps them where there is a place; `false` when the connection is over.
    async fn swallow(&mut self, mut octets: u64, mut place: Option<&mut Chunks>) -> io::Result<bool> {
        let longest = self.settings.longest_mail;
        let end = *self.end_of_chunks.get_or_insert_with(|| Instant::now() + longest);
        while octets > 0 {
            let here = self.input.len().min(usize::try_from(octets).unwrap_or(usize::MAX));
            if let Some(chunks) = &mut place {
                chunks.push(&self.input[..here], self.settings.max_size);
            }
            self.input.advance(here);
            octets -= here as u64;
            if octets > 0 && !self.more(end).await? {
                return Ok(false);
            }
        }
        if Instant::now() >= end {
            self.send(&reply::TOO_SLOW.line()).await?;
            return Ok(false);
        }
        Ok(true)
    }

    async fn judge_received(&mut self, received: Received) -> Reply {
        let answer = match received {
            Received::Malformed => reply::MALFORMED,
            Received::TooLarge => reply::TOO_LARGE,
            Received::Whole(mail) => self.judge(mail).await,
        };
        self.session.take_envelope();
        answer
    }

    async fn judge(&mut self, mail: BytesMut) -> Reply {
        let Some((envelope, client)) = self.session.take_envelope() else { return reply::BAD_SEQUENCE };
        // Whoever has logged in has said who they are.
        let tenants = self.settings.tenants_at(client.ip);
        let is_asked = !tenants.is_empty() && client.authenticated.is_none();
        let mail = if is_asked { tenant::admit(&tenants, mail) } else { Some(mail) };
        let Some(mail) = mail else {
            tracing::info!(client = %client.ip, "refused a mail that is not of our tenant");
            return reply::OTHER_TENANT;
        };
        let arrival = Arrival { envelope, mail: RawMail(mail.freeze()), client };
        let outcome = timeout(self.settings.longest_answer, self.intake.accept(arrival)).await;
        of_outcome(outcome.unwrap_or(Outcome::Refused(Refusal::TryLater)))
    }

    fn reserve(&self, octets: u64) -> Option<OwnedSemaphorePermit> {
        let kib = u32::try_from(octets / 1024 + 1).unwrap_or(u32::MAX);
        Arc::clone(&self.settings.memory).try_acquire_many_owned(kib).ok()
    }

    /// Whether the budget holds so much, grown by need.
    fn covers(&self, budget: &mut Option<OwnedSemaphorePermit>, held: usize) -> bool {
        let have = budget.as_ref().map_or(0, OwnedSemaphorePermit::num_permits) * 1024;
        if held <= have {
            return true;
        }
        let Some(more) = self.reserve((held - have).max(have) as u64) else { return false };
        match budget {
            Some(budget) => budget.merge(more),
            None => *budget = Some(more),
        }
        true
    }
}

enum Line {
    Whole(BytesMut),
    TooLong,
    Silence,
    Shutdown,
    End,
}

enum Input {
    Some,
    End,
    Silence,
    Shutdown,
}

#[cfg(test)]
mod tests;
