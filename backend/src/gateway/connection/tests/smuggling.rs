//! Two mails that look like one, and one that looks like two, cut into segments at every octet.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::ReadBuf;

use super::*;

/// A client that sends these segments, each for one read, and keeps what it hears.
struct Segments {
    left: VecDeque<Vec<u8>>,
    heard: Arc<Mutex<Vec<u8>>>,
}

impl AsyncRead for Segments {
    fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if let Some(mut segment) = self.left.pop_front() {
            let rest = segment.split_off(segment.len().min(buffer.remaining()));
            buffer.put_slice(&segment);
            if !rest.is_empty() {
                self.left.push_front(rest);
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Segments {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.heard.lock().unwrap().extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// What the server answers to these segments, and the mails it took.
async fn hear(segments: impl IntoIterator<Item = &[u8]>) -> (Vec<String>, Vec<Vec<u8>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let left = segments.into_iter().filter(|segment| !segment.is_empty()).map(<[u8]>::to_vec).collect();
    let settings = Arc::new(settings());
    let fake = Arc::new(Fake::default());
    let session = Session::new(Arc::clone(&settings), Ipv4Addr::LOCALHOST.into());
    let (_stop, stopped) = watch::channel(false);
    let stream = Segments { left, heard: Arc::clone(&heard) };
    serve(stream, session, settings, Arc::clone(&fake), stopped).await.unwrap();
    let heard = String::from_utf8(heard.lock().unwrap().clone()).unwrap();
    let mails = fake.mails.lock().unwrap().clone();
    (codes(&heard).into_iter().map(str::to_owned).collect(), mails)
}

/// The same whole, cut in two at every octet, and octet by octet: always the same answers and mails.
async fn assert_heard(said: &[u8], wanted: &[&str], mails: &[&[u8]]) {
    let check = |(heard, taken): (Vec<String>, Vec<Vec<u8>>), cut: usize| {
        assert_eq!(heard, wanted, "cut at {cut}: {}", said.escape_ascii());
        assert_eq!(taken, mails, "cut at {cut}: {}", said.escape_ascii());
    };
    for cut in 0..said.len() {
        let (front, back) = said.split_at(cut);
        check(hear([front, back]).await, cut);
    }
    check(hear(said.chunks(1)).await, 1);
}

const EVIL: &str = "MAIL FROM:<evil@x.org>\r\nRCPT TO:<evil@x.org>\r\nDATA\r\nevil\r\n";

#[tokio::test]
async fn no_near_miss_of_an_end_is_one() {
    for miss in [
        "\n.\n",
        "\r.\r",
        "\r\n.\n",
        "\n.\r\n",
        "\r.\r\n",
        "\r\n.\r",
        "\r\n\0.\r\n",
        "\r\n.\0\r\n",
        "\r\n.\r\r\n",
        "\n\r.\r\n",
        "\n\r\n.\n",
        "\r\n.\n\r\n",
        "\0\r\n..\r\n",
    ] {
        let said = format!("{OPENING}Hi{miss}{EVIL}.\r\nNOOP\r\nQUIT\r\n");
        assert_heard(said.as_bytes(), &["220", "250", "250", "250", "354", "550", "250", "221"], &[]).await;
    }
}

#[tokio::test]
async fn a_stuffed_end_is_a_line_of_the_one_mail() {
    let said = format!("{OPENING}Hi\r\n..\r\n{EVIL}.\r\nNOOP\r\nQUIT\r\n");
    let mail = format!("Hi\r\n.\r\n{EVIL}");
    assert_heard(said.as_bytes(), &["220", "250", "250", "250", "354", "250", "250", "221"], &[mail.as_bytes()]).await;
}

#[tokio::test]
async fn a_bare_carriage_return_before_the_end_spoils_the_mail_and_nothing_else() {
    let said = format!("{OPENING}Hi\r\r\n.\r\nNOOP\r\nQUIT\r\n");
    assert_heard(said.as_bytes(), &["220", "250", "250", "250", "354", "550", "250", "221"], &[]).await;
}

#[tokio::test]
async fn what_stands_in_a_chunk_is_no_command_and_no_end() {
    let chunk = format!("Hi\r\n.\r\n{EVIL}");
    let said = format!("{CHUNKED}BDAT {}\r\n{chunk}BDAT 0 LAST\r\nNOOP\r\nQUIT\r\n", chunk.len());
    assert_heard(said.as_bytes(), &["220", "250", "250", "250", "250", "250", "250", "221"], &[chunk.as_bytes()]).await;
}

#[tokio::test]
async fn data_among_chunks_is_refused_and_the_chunks_go_on() {
    let said = format!("{CHUNKED}BDAT 4\r\nHi\r\nDATA\r\nBDAT 5 LAST\r\nyou\r\nNOOP\r\nQUIT\r\n");
    let wanted = ["220", "250", "250", "250", "250", "503", "250", "250", "221"];
    assert_heard(said.as_bytes(), &wanted, &[b"Hi\r\nyou\r\n"]).await;
}

#[tokio::test]
async fn a_chunk_after_data_belongs_to_no_mail() {
    let said = format!("{OPENING}Hi\r\n.\r\nBDAT {} LAST\r\n{EVIL}NOOP\r\nQUIT\r\n", EVIL.len());
    let wanted = ["220", "250", "250", "250", "354", "250", "503", "250", "221"];
    assert_heard(said.as_bytes(), &wanted, &[b"Hi\r\n"]).await;
}

#[tokio::test]
async fn a_chunk_for_nobody_is_swallowed_with_what_stands_in_it() {
    let opening = "EHLO c\r\nMAIL FROM:<a@b.org>\r\n";
    let said = format!("{opening}BDAT {} LAST\r\n{EVIL}RSET\r\nNOOP\r\nQUIT\r\n", EVIL.len());
    let wanted = ["220", "250", "250", "503", "250", "250", "221"];
    assert_heard(said.as_bytes(), &wanted, &[]).await;
}

#[tokio::test]
async fn chunks_that_are_reset_or_cut_off_are_no_mail() {
    let said = format!("{CHUNKED}BDAT 4\r\nHi\r\nRSET\r\nBDAT 5 LAST\r\nyou\r\nQUIT\r\n");
    assert_heard(said.as_bytes(), &["220", "250", "250", "250", "250", "250", "503", "221"], &[]).await;
    let said = format!("{CHUNKED}BDAT 400 LAST\r\nHi\r\n");
    assert_heard(said.as_bytes(), &["220", "250", "250", "250"], &[]).await;
}

#[tokio::test]
async fn a_mail_that_is_cut_off_is_no_mail() {
    for end in ["", "\r", "\r\n", "\r\n.", "\r\n.\r"] {
        let said = format!("{OPENING}Hi{end}");
        assert_heard(said.as_bytes(), &["220", "250", "250", "250", "354"], &[]).await;
    }
}
