//! SMTP sessions: whatever a client sends, and however the network cuts it, the same mails come out of it, none of them
//! with anything that a server behind this one could take for the end of a mail.

use std::{
    io,
    net::{IpAddr, Ipv4Addr},
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
};

use octothorpe::{
    gateway::{
        Settings, connection,
        session::{Action, Session},
    },
    intake::outcome::{Arrival, Intake, Login, Outcome},
};
use shared::EmailAddress;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    runtime,
    sync::watch,
};

/// Plays the input as a client at once, octet by octet, and in pieces of seven; and its lines as those of a client
/// whose connection is encrypted.
///
/// # Panics
/// When something that always holds does not.
pub fn run(input: &[u8]) {
    let whole = Played::of(input, usize::MAX);
    for piece in [1, 7] {
        assert!(Played::of(input, piece) == whole, "in pieces of {piece} it is another session");
    }
    for mail in &whole.mails {
        assert!(is_well_formed(&mail.octets));
    }
    for line in whole.answers.split_inclusive("\r\n") {
        let (code, rest) = line.split_at(3);
        assert!(code.bytes().all(|octet| octet.is_ascii_digit()) && rest.starts_with([' ', '-']));
        assert!(rest.strip_suffix("\r\n").is_some_and(|text| !text.contains(['\r', '\n', '\0'])));
    }
    logins(input);
}

#[derive(PartialEq)]
struct Played {
    mails: Vec<Mail>,
    answers: String,
}

#[derive(PartialEq)]
struct Mail {
    sender: Option<EmailAddress>,
    recipients: Vec<EmailAddress>,
    octets: Vec<u8>,
}

impl Played {
    fn of(input: &[u8], piece: usize) -> Self {
        let settings = Arc::new(settings());
        let intake = Arc::new(Taking::default());
        let answers = Arc::default();
        let wire = Wire { input: input.to_vec(), at: 0, piece, answers: Arc::clone(&answers) };
        let session = Session::new(Arc::clone(&settings), Ipv4Addr::LOCALHOST.into());
        let (_stop, stopped) = watch::channel(false);
        let runtime = runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(connection::serve(wire, session, settings, Arc::clone(&intake), stopped)).unwrap();
        let answers = String::from_utf8(std::mem::take(&mut answers.lock().unwrap())).unwrap();
        Self { mails: std::mem::take(&mut intake.0.lock().unwrap()), answers }
    }
}

fn settings() -> Settings {
    Settings::new("mx.test".to_owned(), 20_000, 1_000_000, vec!["127.0.0.0/8".parse().unwrap()])
}

fn is_well_formed(mail: &[u8]) -> bool {
    let breaks = mail.windows(2).filter(|pair| pair == b"\r\n").count();
    let count = |octet| mail.iter().filter(|&&other| other == octet).count();
    count(b'\r') == breaks && count(b'\n') == breaks && count(0) == 0
}

#[derive(Default)]
struct Taking(Mutex<Vec<Mail>>);

impl Intake for Taking {
    async fn accept(&self, arrival: Arrival) -> Outcome {
        let recipients = arrival.envelope.recipients.into_iter().map(|recipient| recipient.address).collect();
        let mail = Mail { sender: arrival.envelope.sender, recipients, octets: arrival.mail.0.to_vec() };
        self.0.lock().unwrap().push(mail);
        Outcome::Known
    }

    async fn authenticate(&self, _: IpAddr, _: EmailAddress, _: String) -> Login {
        Login::Wrong
    }
}

/// A client that says all it has to say and hangs up.
struct Wire {
    input: Vec<u8>,
    at: usize,
    piece: usize,
    answers: Arc<Mutex<Vec<u8>>>,
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let length = self.piece.min(buffer.remaining()).min(self.input.len() - self.at);
        buffer.put_slice(&self.input[self.at..self.at + length]);
        self.at += length;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, octets: &[u8]) -> Poll<io::Result<usize>> {
        self.answers.lock().unwrap().extend_from_slice(octets);
        Poll::Ready(Ok(octets.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// The lines alone, once TLS is there and logins are taken.
fn logins(input: &[u8]) {
    let mut session = Session::new(Arc::new(settings()), Ipv4Addr::new(192, 0, 2, 1).into());
    session.encrypted();
    let mut known = None;
    for line in input.split(|&octet| octet == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)) {
        match session.line(line) {
            Action::Authenticate(address, token) => {
                let right = if token.starts_with('r') { Login::Right } else { Login::Wrong };
                if right == Login::Right {
                    known = Some(address.clone());
                }
                session.authenticated(address, right);
            }
            Action::ReadData | Action::ReadChunk(_) => {
                let (envelope, client) = session.take_envelope().unwrap();
                // From outside only who logged in sends, and only as himself.
                assert!(known.is_some() && envelope.sender == known && client.authenticated == known);
            }
            Action::Close(_) => return,
            _ => {}
        }
    }
}
