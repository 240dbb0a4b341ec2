//! Whole connections over a stream in memory.

mod smuggling;
mod starttls;

use std::{
    net::{IpAddr, Ipv4Addr},
    sync::Mutex,
    time::Duration,
};

use shared::EmailAddress;
use tokio::io::{DuplexStream, duplex};

use super::*;
use crate::intake::outcome::{Cause, Login};

#[derive(Default)]
struct Fake {
    mails: Mutex<Vec<Vec<u8>>>,
    /// It never comes to an end with a mail.
    is_stuck: bool,
}

impl Intake for Fake {
    async fn accept(&self, arrival: Arrival) -> Outcome {
        if self.is_stuck {
            std::future::pending::<()>().await;
        }
        self.mails.lock().unwrap().push(arrival.mail.0.to_vec());
        Outcome::Stored { id: "1".to_owned(), cause: Cause::Sealed("marker") }
    }

    async fn authenticate(&self, _: IpAddr, _: EmailAddress, token: String) -> Login {
        if token == "right" { Login::Right } else { Login::Wrong }
    }
}

fn start(settings: Settings) -> (DuplexStream, Arc<Fake>, watch::Sender<bool>) {
    start_with(settings, Fake::default(), 64 * 1024)
}

fn start_with(settings: Settings, fake: Fake, window: usize) -> (DuplexStream, Arc<Fake>, watch::Sender<bool>) {
    let (client, server) = duplex(window);
    let settings = Arc::new(settings);
    let fake = Arc::new(fake);
    let (stop, stopped) = watch::channel(false);
    let session = Session::new(Arc::clone(&settings), Ipv4Addr::LOCALHOST.into());
    tokio::spawn(serve(server, session, settings, Arc::clone(&fake), stopped));
    (client, fake, stop)
}

fn settings() -> Settings {
    Settings::new("mx.test".to_owned(), 1_000, 100_000, vec!["127.0.0.0/8".parse().unwrap()])
}

/// Sends all and reads to the end.
async fn talk(client: &mut DuplexStream, text: &str) -> String {
    client.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

fn codes(answer: &str) -> Vec<&str> {
    answer.lines().filter(|line| line.as_bytes()[3] == b' ').map(|line| &line[..3]).collect()
}

const OPENING: &str = "EHLO c\r\nMAIL FROM:<a@b.org>\r\nRCPT TO:<c@d.org>\r\nDATA\r\n";

#[test]
fn room_is_kept_for_what_is_decoded_of_the_mail_that_is_judged() {
    let settings = Settings::new(String::new(), 400_000, 1_000_000, Vec::new());
    assert_eq!(settings.memory.available_permits(), 700_000 / 1024);
}

#[tokio::test]
async fn pipelined_commands_are_answered_in_order() {
    let (mut client, fake, _stop) = start(settings());
    let answer = talk(&mut client, &format!("{OPENING}Subject: x\r\n\r\nhi\r\n.\r\nQUIT\r\n")).await;
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "354", "250", "221"]);
    assert_eq!(fake.mails.lock().unwrap()[0], b"Subject: x\r\n\r\nhi\r\n");
}

#[tokio::test]
async fn a_malformed_mail_is_refused_and_the_session_stays_in_step() {
    let (mut client, fake, _stop) = start(settings());
    let answer = talk(&mut client, &format!("{OPENING}a\n.\nMAIL FROM:<evil@x.org>\r\n.\r\nNOOP\r\nQUIT\r\n")).await;
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "354", "550", "250", "221"]);
    assert!(fake.mails.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_mail_over_the_limit_is_swallowed_and_refused() {
    let (mut client, _fake, _stop) = start(settings());
    let big = "x".repeat(5_000);
    let answer = talk(&mut client, &format!("{OPENING}{big}\r\n.\r\nQUIT\r\n")).await;
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "354", "552", "221"]);
}

#[tokio::test]
async fn without_memory_left_a_mail_is_put_off() {
    let mut tight = settings();
    tight.memory = Arc::new(tokio::sync::Semaphore::new(1));
    let (mut client, _fake, _stop) = start(tight);
    let answer = talk(&mut client, &format!("{OPENING}MAIL FROM:<evil@x.org>\r\n.\r\nNOOP\r\nQUIT\r\n")).await;
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "354", "452", "250", "221"]);
}

#[tokio::test]
async fn when_memory_runs_out_within_a_mail_the_rest_is_swallowed_and_the_next_mail_is_taken() {
    let line = format!("{}\r\n", "x".repeat(1_022));
    let (large, small) = (line.repeat(150), "hi\r\n.\r\nQUIT\r\n");
    let in_chunks = format!("{CHUNKED}BDAT 51200\r\n{}BDAT 102400\r\n{}", line.repeat(50), line.repeat(100));
    for (mail, said) in [
        (format!("{OPENING}{large}.\r\n"), &["220", "250", "250", "250", "354", "452"] as &[_]),
        (format!("{in_chunks}BDAT 0 LAST\r\n"), &["220", "250", "250", "250", "250", "452", "503"]),
    ] {
        let memory = Arc::new(tokio::sync::Semaphore::new(100));
        let tight = Settings { max_size: 1_000_000, memory: Arc::clone(&memory), ..settings() };
        let (mut client, fake, _stop) = start_with(tight, Fake::default(), 1024 * 1024);
        let answer = talk(&mut client, &format!("{mail}{OPENING}{small}")).await;
        assert_eq!(codes(&answer), [said, &["250", "250", "250", "354", "250", "221"]].concat());
        assert_eq!(fake.mails.lock().unwrap()[..], [b"hi\r\n".to_vec()]);
        assert_eq!(memory.available_permits(), 100, "all is given back");
    }
}

#[tokio::test]
async fn an_overlong_line_is_refused() {
    let (mut client, _fake, _stop) = start(settings());
    let answer = talk(&mut client, &format!("EHLO {}\r\nQUIT\r\n", "x".repeat(20_000))).await;
    assert_eq!(codes(&answer), ["220", "500", "221"]);
}

#[tokio::test]
async fn a_line_that_is_too_long_is_so_even_if_it_arrives_at_once() {
    let (mut client, _fake, _stop) = start(settings());
    let answer = talk(&mut client, &format!("NOOP {}\r\nQUIT\r\n", "x".repeat(13_000))).await;
    assert_eq!(codes(&answer), ["220", "500", "221"]);
}

#[tokio::test]
async fn at_shutdown_the_client_is_told() {
    let (mut client, _fake, stop) = start(settings());
    stop.send(true).unwrap();
    let answer = talk(&mut client, "").await;
    assert_eq!(codes(&answer), ["220", "421"]);
}

const CHUNKED: &str = "EHLO c\r\nMAIL FROM:<a@b.org>\r\nRCPT TO:<c@d.org>\r\n";

#[tokio::test]
async fn a_mail_in_chunks_is_one_mail_whatever_it_holds() {
    let (mut client, fake, _stop) = start(settings());
    let answer = talk(&mut client, &format!("{CHUNKED}BDAT 8\r\na\r\n.\r\nQUBDAT 4 LAST\r\nIT\r\nQUIT\r\n")).await;
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "250", "250", "221"]);
    assert_eq!(fake.mails.lock().unwrap()[..], [b"a\r\n.\r\nQUIT\r\n".to_vec()]);
}

#[tokio::test]
async fn a_chunk_out_of_order_is_swallowed_whole() {
    let (mut client, fake, _stop) = start(settings());
    let answer = talk(&mut client, "EHLO c\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\nQUIT\r\n").await;
    assert_eq!(codes(&answer), ["220", "250", "503", "250", "221"]);
    assert!(fake.mails.lock().unwrap().is_empty());
}

#[tokio::test]
async fn chunks_with_a_bare_line_feed_or_of_too_much_are_refused_and_the_session_stays_in_step() {
    let (mut client, fake, _stop) = start(settings());
    let large = "a".repeat(1_001);
    let said = format!(
        "{CHUNKED}BDAT 6 LAST\r\na\n.\r\nbMAIL FROM:<a@b.org>\r\nRCPT TO:<c@d.org>\r\nBDAT 1001\r\n{large}\
         BDAT 2 LAST\r\nhiNOOP\r\nQUIT\r\n"
    );
    let answer = talk(&mut client, &said).await;
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "550", "250", "250", "552", "503", "250", "221"]);
    assert!(fake.mails.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_mail_in_chunks_read_octet_by_octet_is_the_same() {
    let (mut client, fake, _stop) = start(settings());
    for byte in format!("{CHUNKED}BDAT 3\r\na\r\nBDAT 5 LAST\r\n.\r\nb.QUIT\r\n").bytes() {
        client.write_all(&[byte]).await.unwrap();
    }
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "250", "250", "221"]);
    assert_eq!(fake.mails.lock().unwrap()[..], [b"a\r\n.\r\nb.\r\n".to_vec()]);
}

fn impatient() -> Settings {
    Settings { patience: Duration::from_secs(1), ..settings() }
}

#[tokio::test]
async fn a_client_that_says_nothing_for_too_long_is_told_so() {
    let (mut client, _fake, _stop) = start(impatient());
    let answer = talk(&mut client, "EHLO c\r\n").await;
    assert_eq!(codes(&answer), ["220", "250", "421"]);
    assert!(answer.ends_with("421 4.4.2 Nothing heard for too long\r\n"), "{answer}");
}

#[tokio::test]
async fn a_mail_that_stops_in_the_middle_is_given_up() {
    let (mut client, fake, _stop) = start(impatient());
    let answer = talk(&mut client, &format!("{OPENING}Subject: x\r\n")).await;
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "354", "421"]);
    assert!(fake.mails.lock().unwrap().is_empty());
}

#[tokio::test]
async fn the_session_ends_after_as_many_errors_as_the_settings_allow() {
    let mut strict = settings();
    strict.max_errors = 2;
    let (mut client, _fake, _stop) = start(strict);
    let answer = talk(&mut client, "NOPE\r\nNOPE\r\nNOPE\r\nNOOP\r\n").await;
    assert_eq!(codes(&answer), ["220", "500", "500", "421"]);
    assert!(answer.ends_with("421 4.7.0 Too many errors\r\n"), "{answer}");
}

#[tokio::test]
async fn a_mail_that_takes_too_long_to_judge_is_put_off() {
    let hasty = Settings { longest_answer: Duration::from_millis(50), ..settings() };
    let (mut client, _fake, _stop) = start_with(hasty, Fake { is_stuck: true, ..Fake::default() }, 64 * 1024);
    let answer = talk(&mut client, &format!("{OPENING}hi\r\n.\r\nQUIT\r\n")).await;
    assert_eq!(codes(&answer), ["220", "250", "250", "250", "354", "451", "221"]);
}

/// Sends a drop every so often until the server has had enough; answers what it said.
async fn drip(client: &mut DuplexStream, opening: &str, drop: &str) -> String {
    client.write_all(opening.as_bytes()).await.unwrap();
    while client.write_all(drop.as_bytes()).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let mut answer = String::new();
    client.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_mail_that_drips_is_given_up() {
    for (opening, codes_before) in [(OPENING.to_owned(), 5), (format!("{CHUNKED}BDAT 900 LAST\r\n"), 4)] {
        let hasty = Settings { longest_mail: Duration::from_millis(200), ..settings() };
        let (mut client, fake, _stop) = start(hasty);
        let answer = drip(&mut client, &opening, "x").await;
        assert_eq!(codes(&answer).len(), codes_before + 1, "{answer}");
        assert!(answer.ends_with("421 4.4.2 The mail came too slowly\r\n"), "{answer}");
        assert!(fake.mails.lock().unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_mail_that_drips_in_whole_chunks_is_given_up() {
    let (mut client, fake, _stop) = start(Settings { longest_mail: Duration::from_millis(200), ..settings() });
    let answer = drip(&mut client, CHUNKED, "BDAT 1\r\nx").await;
    assert!(answer.ends_with("421 4.4.2 The mail came too slowly\r\n"), "{answer}");
    assert!(fake.mails.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_command_that_drips_is_given_up() {
    let (mut client, _fake, _stop) = start(Settings { patience: Duration::from_millis(200), ..settings() });
    let answer = drip(&mut client, "EHLO c\r\n", "N").await;
    assert!(answer.ends_with("421 4.4.2 Nothing heard for too long\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_no_answers_is_given_up() {
    let hasty = Settings { max_errors: 1_000, patience: Duration::from_millis(200), ..settings() };
    let (mut client, _fake, _stop) = start_with(hasty, Fake::default(), 256);
    let mut written = 0;
    while client.write_all(b"NOPE\r\n").await.is_ok() {
        written += 1;
    }
    assert!(written < 1_000, "the server went on and on");
}

#[tokio::test]
async fn commands_that_bring_no_mail_come_to_an_end() {
    let (mut client, _fake, _stop) = start(settings());
    let answer = talk(&mut client, &"NOOP\r\n".repeat(150)).await;
    assert_eq!(answer.matches("250 2.0.0 OK").count(), 100);
    assert!(answer.ends_with("421 4.7.0 Too many commands without a mail\r\n"), "{answer}");
}

#[tokio::test]
async fn a_mail_that_says_it_finds_no_room_is_put_off_at_once() {
    let mut tight = settings();
    tight.memory = Arc::new(tokio::sync::Semaphore::new(1));
    let (mut client, _fake, _stop) = start(tight);
    let said = "EHLO c\r\nMAIL FROM:<a@b.org> SIZE=1000\r\nRSET\r\n";
    let room = talk(&mut client, &format!("{said}QUIT\r\n")).await;
    assert_eq!(codes(&room), ["220", "250", "250", "250", "221"]);
    let mut tight = settings();
    tight.memory = Arc::new(tokio::sync::Semaphore::new(0));
    let (mut client, _fake, _stop) = start(tight);
    let none = talk(&mut client, &format!("{said}QUIT\r\n")).await;
    assert!(none.contains("452 4.3.1 Too much mail at once, try again later\r\n"), "{none}");
}
