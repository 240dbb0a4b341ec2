//! A mail server on threads of its own that takes everything and remembers it, for tests of the whole program.

use std::{
    io::{self, BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

/// The server.
pub struct Sink {
    /// Its port on this machine.
    pub port: u16,
    taken: Arc<Mutex<Vec<Taken>>>,
}

/// A mail that it took for one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The name that its client greeted with.
    pub client: String,
    /// For whom.
    pub recipient: String,
    /// The mail's Message-ID.
    pub message_id: String,
}

impl Sink {
    /// Starts it.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let taken = Arc::new(Mutex::new(Vec::new()));
        let sink = Self { port, taken: Arc::clone(&taken) };
        thread::spawn(move || {
            for stream in listener.incoming() {
                let taken = Arc::clone(&taken);
                // A client that is killed breaks the line: then that is all.
                thread::spawn(move || stream.and_then(|stream| converse(stream, &taken)));
            }
        });
        sink
    }

    /// All that it took, in order.
    pub fn taken(&self) -> Vec<Taken> {
        self.taken.lock().unwrap().clone()
    }
}

fn converse(mut stream: TcpStream, taken: &Mutex<Vec<Taken>>) -> io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let (mut client, mut recipients) = (String::new(), Vec::new());
    stream.write_all(b"220 sink\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let between = |line: &str| line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
        let answer: &[u8] = match line.get(..4).unwrap_or_default() {
            "EHLO" => {
                line[5..].clone_into(&mut client);
                b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n"
            }
            "MAIL" | "RSET" => {
                recipients.clear();
                b"250 OK\r\n"
            }
            "RCPT" => {
                recipients.push(between(&line));
                b"250 OK\r\n"
            }
            "DATA" => {
                stream.write_all(b"354 go\r\n")?;
                let mut message_id = String::new();
                loop {
                    let line = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
                    if line == "." {
                        break;
                    }
                    if message_id.is_empty() && line.to_ascii_lowercase().starts_with("message-id:") {
                        message_id = between(&line);
                    }
                }
                let mail = |recipient| Taken { client: client.clone(), recipient, message_id: message_id.clone() };
                taken.lock().unwrap().extend(std::mem::take(&mut recipients).into_iter().map(mail));
                b"250 2.0.0 taken\r\n"
            }
            "QUIT" => return stream.write_all(b"221 bye\r\n"),
            _ => b"250 OK\r\n",
        };
        stream.write_all(answer)?;
    }
    Ok(())
}
