//! The program itself, started as its users start it.

use std::{
    fs,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A port that nobody listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What starts it: `serve`, on these ports.
pub fn command(data: &Path, http: u16, smtp: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_octothorpe"));
    command
        .env_clear()
        .env("RUST_LOG", "debug")
        .env("OCTOTHORPE_DATA_DIR", data)
        .env("OCTOTHORPE_HTTP__LISTEN", format!("127.0.0.1:{http}"))
        .env("OCTOTHORPE_PORTAL__URL", format!("http://127.0.0.1:{http}"))
        .env("OCTOTHORPE_GATEWAY__LISTEN", format!("127.0.0.1:{smtp}"))
        .env("OCTOTHORPE_ORGANISATION__SENDER_DOMAINS", "cws.state.ca.us")
        .env("OCTOTHORPE_MAIL__TRANSPORT", "capture")
        .arg("serve");
    command
}

/// A running program.
pub struct Program {
    child: Child,
    http: u16,
    smtp: u16,
}

impl Program {
    /// One with a data folder of its own.
    pub fn start(data: &Path) -> Self {
        Self::start_at(data, free_port(), |_| ())
    }

    /// The same, taking mail on this port, with changes to what starts it.
    pub fn start_at(data: &Path, smtp: u16, change: impl FnOnce(&mut Command)) -> Self {
        let log = fs::OpenOptions::new().create(true).append(true).open(data.with_extension("log")).unwrap();
        let http = free_port();
        let mut command = command(data, http, smtp);
        change(&mut command);
        let child = command.stderr(Stdio::from(log)).spawn().unwrap();
        let mut program = Self { child, http, smtp };
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            // The port is taken before the store is open; the greeting comes after.
            let mut greeting = String::new();
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", smtp))
                && BufReader::new(stream).read_line(&mut greeting).is_ok_and(|octets| octets > 0)
            {
                return program;
            }
            let ended = program.child.try_wait().unwrap();
            assert!(ended.is_none() && Instant::now() < end, "it does not start: {ended:?}");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a mail; answers the reply to its end, without saying goodbye.
    pub fn send(&self, to: &str, mail: &str) -> String {
        send(self.smtp, &[to], mail).unwrap()
    }

    /// What it counts.
    pub fn metrics(&self) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.http)).unwrap();
        let asked = format!("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n\r\n", self.http);
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// Has it read anew what may change while it runs (SIGHUP).
    pub fn hang_up(&self) {
        let told = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
    }

    /// Ends it as a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Sends a mail of the clerk's; answers the last reply, or how the line broke.
pub fn send(port: u16, to: &[&str], mail: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(("127.0.0.1", port))?;
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let mut reply = move || loop {
        let line = lines.next().ok_or(io::ErrorKind::UnexpectedEof)??;
        if line.as_bytes().get(3) == Some(&b' ') {
            return io::Result::Ok(line);
        }
    };
    reply()?;
    let mut steps = vec!["EHLO x".to_owned(), "MAIL FROM:<clerk@cws.state.ca.us>".to_owned()];
    steps.extend(to.iter().map(|to| format!("RCPT TO:<{to}>")));
    steps.extend(["DATA".to_owned(), format!("{}\r\n.", mail.replace('\n', "\r\n"))]);
    let mut last = String::new();
    for step in steps {
        stream.write_all(format!("{step}\r\n").as_bytes())?;
        last = reply()?;
    }
    Ok(last)
}
