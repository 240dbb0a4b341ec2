//! A mail server that is slow, refuses, or breaks the line where a test says, and remembers what it took.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufStream},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::sleep,
};

/// Where a line breaks, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Break {
    /// Instead of the greeting.
    Greeting,
    /// Instead of the answer to EHLO.
    Ehlo,
    /// … to MAIL.
    Mail,
    /// … to the first, second, … RCPT.
    Rcpt(usize),
    /// … to DATA.
    Data,
    /// Within the mail.
    Within,
    /// After the final dot; the mail is not kept.
    BeforeKept,
    /// After the final dot; the mail is kept.
    Kept,
    /// After the answer to the final dot.
    Answered,
}

/// The server.
pub struct MailServer {
    /// Its port on this machine.
    pub port: u16,
    state: Arc<State>,
    generation: watch::Sender<u32>,
}

#[derive(Default)]
struct State {
    broken: Mutex<Option<Break>>,
    refusals: Mutex<HashMap<&'static str, &'static str>>,
    pause: Mutex<Option<Duration>>,
    pipelining: Mutex<bool>,
    recipients: Mutex<Option<(usize, &'static str)>>,
    places: Mutex<Option<Arc<Semaphore>>>,
    sends_away: Mutex<bool>,
    mails_each: Mutex<Option<usize>>,
    greeted: Mutex<usize>,
    mails: Mutex<Vec<(String, String)>>,
}

impl MailServer {
    /// A friendly one.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State::default());
        let (generation, changes) = watch::channel(0);
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mut changes = changes.clone();
                changes.mark_unchanged();
                tokio::spawn(serve(stream, Arc::clone(&shared), changes));
            }
        });
        Self { port, state, generation }
    }

    /// From now on it announces PIPELINING, or does not.
    pub fn set_pipelining(&self, announced: bool) {
        *self.state.pipelining.lock().unwrap() = announced;
    }

    /// The next line that comes to this point breaks there. Those that wait for the next mail are closed.
    pub fn break_at(&self, at: Break) {
        *self.state.broken.lock().unwrap() = Some(at);
        self.generation.send_modify(|generation| *generation += 1);
    }

    /// Whether a line broke as it was told.
    pub fn has_broken(&self) -> bool {
        self.state.broken.lock().unwrap().is_none()
    }

    /// From now on lines that begin so get this answer; `.` is the end of a mail.
    pub fn refuse(&self, start: &'static str, answer: &'static str) {
        self.state.refusals.lock().unwrap().insert(start, answer);
    }

    /// From now on it takes everything.
    pub fn relent(&self) {
        self.state.refusals.lock().unwrap().clear();
    }

    /// From now on it takes so many recipients of a mail, and answers all others so.
    pub fn take_at_once(&self, most: usize, answer: &'static str) {
        *self.state.recipients.lock().unwrap() = Some((most, answer));
    }

    /// From now on so many connections are served at a time; the others wait to be greeted.
    pub fn serve_at_once(&self, most: usize) {
        *self.state.places.lock().unwrap() = Some(Arc::new(Semaphore::new(most)));
    }

    /// From now on so many connections are served at a time; the others are sent away.
    pub fn send_away_beyond(&self, most: usize) {
        self.serve_at_once(most);
        *self.state.sends_away.lock().unwrap() = true;
    }

    /// From now on it takes so many mails over a connection, and puts off all more.
    pub fn take_each(&self, most: usize) {
        *self.state.mails_each.lock().unwrap() = Some(most);
    }

    /// How many connections have been served.
    pub fn greeted(&self) -> usize {
        *self.state.greeted.lock().unwrap()
    }

    /// From now on it waits so long before each answer, and answers octet by octet.
    pub fn slow_down(&self, pause: Duration) {
        *self.state.pause.lock().unwrap() = Some(pause);
    }

    /// The mails it took for an address.
    pub fn mails(&self, to: &str) -> Vec<String> {
        let mails = self.state.mails.lock().unwrap();
        mails.iter().filter(|(recipient, _)| recipient == to).map(|(_, mail)| mail.clone()).collect()
    }
}

impl State {
    /// Whether the line breaks here.
    fn breaks(&self, at: Break) -> bool {
        let mut broken = self.broken.lock().unwrap();
        let is_here = *broken == Some(at);
        if is_here {
            *broken = None;
        }
        is_here
    }

    /// What is said where there are so many recipients already, if it is no.
    fn answer_to_more(&self, recipients: usize) -> Option<&'static str> {
        let bound = *self.recipients.lock().unwrap();
        bound.filter(|(most, _)| recipients >= *most).map(|(_, answer)| answer)
    }

    fn refusal(&self, line: &str) -> Option<&'static str> {
        let refusals = self.refusals.lock().unwrap();
        refusals.iter().find(|(start, _)| line.starts_with(**start)).map(|(_, answer)| *answer)
    }

    async fn answer(&self, stream: &mut BufStream<TcpStream>, answer: &str) -> io::Result<()> {
        let pause = *self.pause.lock().unwrap();
        let answer = format!("{answer}\r\n");
        if let Some(pause) = pause {
            sleep(pause).await;
            for octet in answer.as_bytes() {
                stream.write_all(&[*octet]).await?;
                stream.flush().await?;
            }
        }
        stream.write_all(if pause.is_none() { answer.as_bytes() } else { b"" }).await?;
        stream.flush().await
    }
}

async fn serve(stream: TcpStream, state: Arc<State>, mut changes: watch::Receiver<u32>) {
    let places = state.places.lock().unwrap().clone();
    let sends_away = *state.sends_away.lock().unwrap();
    let mut stream = BufStream::new(stream);
    let _place = match places {
        Some(places) if sends_away => match places.try_acquire_owned() {
            Ok(place) => Some(place),
            Err(_) => return drop(state.answer(&mut stream, "421 4.7.0 too many connections").await),
        },
        Some(places) => places.acquire_owned().await.ok(),
        None => None,
    };
    tokio::select! {
        _ = converse(&mut stream, &state) => {}
        _ = changes.changed() => {}
    }
}

/// Ends where the line breaks.
async fn converse(stream: &mut BufStream<TcpStream>, state: &State) -> io::Result<()> {
    if state.breaks(Break::Greeting) {
        return Ok(());
    }
    *state.greeted.lock().unwrap() += 1;
    state.answer(stream, "220 server").await?;
    let (mut recipients, mut asked, mut mails) = (Vec::new(), 0, 0);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let at = match line.get(..4).unwrap_or_default() {
            "EHLO" => Some(Break::Ehlo),
            "MAIL" => {
                recipients.clear();
                asked = 0;
                Some(Break::Mail)
            }
            "RCPT" => {
                asked += 1;
                Some(Break::Rcpt(asked))
            }
            "DATA" => Some(Break::Data),
            _ => None,
        };
        if at.is_some_and(|at| state.breaks(at)) {
            return Ok(());
        }
        if let Some(refusal) = state.refusal(&line) {
            state.answer(stream, refusal).await?;
            continue;
        }
        let has_enough = state.mails_each.lock().unwrap().is_some_and(|most| mails >= most);
        match at {
            Some(Break::Mail) if has_enough => state.answer(stream, "450 4.7.0 too many mails").await?,
            Some(Break::Ehlo) if *state.pipelining.lock().unwrap() => {
                state.answer(stream, "250-server\r\n250 PIPELINING").await?;
            }
            Some(Break::Rcpt(_)) if state.answer_to_more(recipients.len()).is_some() => {
                let answer = state.answer_to_more(recipients.len()).unwrap_or_default();
                state.answer(stream, answer).await?;
            }
            Some(Break::Rcpt(_)) => {
                recipients.push(line.split(['<', '>']).nth(1).unwrap_or_default().to_owned());
                state.answer(stream, "250 2.1.5 OK").await?;
            }
            Some(Break::Data) if recipients.is_empty() => state.answer(stream, "503 5.5.1 no recipients").await?,
            Some(Break::Data) => {
                state.answer(stream, "354 go").await?;
                mails += 1;
                if !take(stream, state, &recipients).await? {
                    return Ok(());
                }
            }
            _ => state.answer(stream, "250 OK").await?,
        }
    }
}

/// Takes a mail; `false` where the line breaks.
async fn take(stream: &mut BufStream<TcpStream>, state: &State, recipients: &[String]) -> io::Result<bool> {
    let mut mail = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || state.breaks(Break::Within) {
            return Ok(false);
        }
        if line == ".\r\n" {
            break;
        }
        mail.push_str(&line);
    }
    if state.breaks(Break::BeforeKept) {
        return Ok(false);
    }
    if let Some(refusal) = state.refusal(".") {
        state.answer(stream, refusal).await?;
        return Ok(true);
    }
    state.mails.lock().unwrap().extend(recipients.iter().map(|recipient| (recipient.clone(), mail.clone())));
    if state.breaks(Break::Kept) {
        return Ok(false);
    }
    state.answer(stream, "250 2.0.0 taken").await?;
    Ok(!state.breaks(Break::Answered))
}
