//! A mail server that answers as it is told.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_rustls::TlsAcceptor;

/// What it answers to a line that begins so; an empty answer closes the connection. `.` is the end of a mail.
pub(super) type Script = &'static [(&'static str, &'static str)];

/// The server.
pub(super) struct Hop {
    /// Its port on this machine.
    pub(super) port: u16,
    state: Arc<State>,
}

struct State {
    script: Mutex<HashMap<&'static str, &'static str>>,
    /// Answers wait until a line begins so.
    hold: Option<&'static str>,
    tls: Option<TlsAcceptor>,
    heard: Mutex<Vec<String>>,
    mails: Mutex<Vec<String>>,
    connections: AtomicUsize,
    /// Before what it waits, and how long; `greeting`, a command, or `handshake`.
    slow: Mutex<Option<(&'static str, Duration)>>,
}

impl Hop {
    pub(super) async fn start(script: Script) -> Self {
        Self::with(script, None, None).await
    }

    /// One that answers nothing until it hears a line that begins so.
    pub(super) async fn holding(script: Script, hold: &'static str) -> Self {
        Self::with(script, Some(hold), None).await
    }

    /// One that takes STARTTLS.
    pub(super) async fn encrypting(script: Script, tls: Arc<rustls::ServerConfig>) -> Self {
        Self::with(script, None, Some(TlsAcceptor::from(tls))).await
    }

    async fn with(script: Script, hold: Option<&'static str>, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            script: Mutex::new(script.iter().copied().collect()),
            hold,
            tls,
            heard: Mutex::default(),
            mails: Mutex::default(),
            connections: AtomicUsize::default(),
            slow: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(greet(stream, Arc::clone(&shared)));
            }
        });
        Self { port, state }
    }

    /// From now on it answers so.
    pub(super) fn set(&self, start: &'static str, answer: &'static str) {
        self.state.script.lock().unwrap().insert(start, answer);
    }

    /// From now on it thinks for so long before it answers a line that begins so.
    pub(super) fn slow(&self, start: &'static str, time: Duration) {
        *self.state.slow.lock().unwrap() = Some((start, time));
    }

    /// The lines it heard, without those of mails.
    pub(super) fn heard(&self) -> Vec<String> {
        self.state.heard.lock().unwrap().clone()
    }

    /// What came between DATA and its end, as it came; of mails that ended.
    pub(super) fn mails(&self) -> Vec<String> {
        self.state.mails.lock().unwrap().clone()
    }

    /// How often somebody connected.
    pub(super) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::SeqCst)
    }
}

impl State {
    async fn think(&self, line: &str) {
        let slow = *self.slow.lock().unwrap();
        if let Some((_, time)) = slow.filter(|(start, _)| line.starts_with(start)) {
            sleep(time).await;
        }
    }

    fn answer(&self, line: &str) -> Option<&'static str> {
        let script = self.script.lock().unwrap();
        let longest = script.iter().filter(|(start, _)| line.starts_with(**start)).max_by_key(|(start, _)| start.len());
        longest.map(|(_, answer)| *answer)
    }
}

async fn greet(stream: TcpStream, state: Arc<State>) {
    let mut plain = BufStream::new(stream);
    state.think("greeting").await;
    let greeting = state.answer("greeting").unwrap_or("220 hop");
    plain.write_all(format!("{greeting}\r\n").as_bytes()).await.unwrap();
    plain.flush().await.unwrap();
    if !converse(&mut plain, &state).await {
        return;
    }
    state.think("handshake").await;
    if let Some(tls) = &state.tls
        && let Ok(stream) = tls.accept(plain.into_inner()).await
    {
        converse(&mut BufStream::new(stream), &state).await;
    }
}

/// Whether the client wants TLS now.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, state: &State) -> bool {
    let mut held = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let line = line.trim_end().to_owned();
        state.heard.lock().unwrap().push(line.clone());
        state.think(&line).await;
        let answer = state.answer(&line).unwrap_or(if line == "DATA" { "354 go" } else { "250 OK" });
        if answer.is_empty() {
            return false;
        }
        held.push_str(answer);
        held.push_str("\r\n");
        let in_transaction = ["RSET", "MAIL", "RCPT"].iter().any(|verb| line.starts_with(verb));
        if in_transaction && state.hold.is_some_and(|hold| !line.starts_with(hold)) {
            continue;
        }
        if stream.write_all(std::mem::take(&mut held).as_bytes()).await.is_err() || stream.flush().await.is_err() {
            return false;
        }
        if line == "STARTTLS" && answer.starts_with("220") {
            return true;
        }
        if answer.starts_with("354") && !mail(stream, state).await {
            return false;
        }
        if answer.starts_with("421") || line == "QUIT" {
            return false;
        }
    }
}

/// Reads a mail to its end; `false` when the connection is over.
async fn mail<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufStream<S>, state: &State) -> bool {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        if line == ".\r\n" {
            break;
        }
        mail.push_str(&line);
    }
    state.mails.lock().unwrap().push(mail);
    let answer = state.answer(".").unwrap_or("250 2.0.0 queued");
    if answer.is_empty() {
        return false;
    }
    stream.write_all(format!("{answer}\r\n").as_bytes()).await.is_ok() && stream.flush().await.is_ok()
}
