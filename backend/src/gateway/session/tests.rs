//! Sessions as transcripts: `C` is the client's line, the rest what the server answers.

use std::net::Ipv4Addr;

use super::*;

fn session(ip: [u8; 4]) -> Session {
    let settings = Settings::new("mx.test".to_owned(), 1_000_000, 10_000_000, vec!["127.0.0.0/8".parse().unwrap()]);
    Session::new(Arc::new(settings), Ipv4Addr::from(ip).into())
}

fn code(action: &Action) -> String {
    match action {
        Action::Reply(reply) | Action::Close(reply) | Action::SkipChunk(_, reply) => reply.code.to_string(),
        Action::Lines(lines) => lines[..3].to_owned(),
        Action::ReadData => "354".to_owned(),
        Action::ReadChunk(_) => "chunk".to_owned(),
        Action::StartTls => "220".to_owned(),
        Action::Authenticate(..) => "auth".to_owned(),
    }
}

fn transcript(session: &mut Session, lines: &[(&str, &str)]) {
    for (line, wanted) in lines {
        assert_eq!(code(&session.line(line.as_bytes())), *wanted, "{line}");
    }
}

#[test]
fn who_speaks_http_is_sent_away() {
    for line in ["POST / HTTP/1.1", "get / HTTP/1.1", "Host: localhost:2525", "CONNECT mx.test:25 HTTP/1.1"] {
        assert_eq!(session([127, 0, 0, 1]).line(line.as_bytes()), Action::Close(reply::NOT_SMTP), "{line}");
    }
}

#[test]
fn a_mail_is_taken_step_by_step() {
    let mut session = session([127, 0, 0, 1]);
    transcript(
        &mut session,
        &[
            ("MAIL FROM:<a@b.org>", "503"),
            ("EHLO client.test", "250"),
            ("RCPT TO:<c@d.org>", "503"),
            ("MAIL FROM:<a@b.org> SIZE=100 BODY=8BITMIME", "250"),
            ("MAIL FROM:<a@b.org>", "503"),
            ("DATA", "503"),
            ("RCPT TO:<c@d.org> NOTIFY=NEVER", "250"),
            ("rcpt to:<C@D.org>", "250"),
            ("DATA", "354"),
        ],
    );
    let (envelope, client) = session.take_envelope().unwrap();
    assert_eq!(envelope.recipients.len(), 1);
    assert_eq!(client.helo, "client.test");
    transcript(&mut session, &[("DATA", "503"), ("QUIT", "221")]);
}

#[test]
fn the_null_sender_is_taken() {
    transcript(&mut session([127, 0, 0, 1]), &[("HELO x", "250"), ("MAIL FROM:<>", "250"), ("RCPT TO:<>", "501")]);
}

#[test]
fn nonsense_is_refused_and_the_session_goes_on() {
    transcript(
        &mut session([127, 0, 0, 1]),
        &[
            ("EHLO x y", "501"),
            ("EHLO x\u{1}", "501"),
            ("EHLO x", "250"),
            ("MAIL FROM:a@b.org", "501"),
            ("MAIL FROM:<a@b.org> SIZE=big", "501"),
            ("MAIL FROM:<a@b.org> WHAT=1", "555"),
            ("MAIL FROM:<a@b.org> SIZE=99999999", "552"),
            ("MAIL FROM:<ä@b.org>", "553"),
            ("MAIL FROM:<ä@b.org> SMTPUTF8", "250"),
            ("VRFY a", "252"),
            ("NOPE", "500"),
            ("BDAT 3", "503"),
            ("NOOP", "250"),
        ],
    );
}

#[test]
fn strangers_may_not_send() {
    transcript(
        &mut session([203, 0, 113, 5]),
        &[("EHLO x", "250"), ("MAIL FROM:<a@b.org>", "550"), ("AUTH PLAIN", "538")],
    );
}

#[test]
fn a_login_works_over_tls_only_and_binds_to_the_address() {
    let mut session = session([203, 0, 113, 5]);
    session.encrypted();
    transcript(
        &mut session,
        &[
            ("EHLO x", "250"),
            ("MAIL FROM:<a@b.org>", "530"),
            ("AUTH LOGIN", "334"),
            ("YUBiLm9yZw==", "334"),
            ("c2VjcmV0", "auth"),
        ],
    );
    assert_eq!(code(&session.authenticated("a@b.org".parse().unwrap(), Login::Right)), "235");
    transcript(&mut session, &[("MAIL FROM:<x@b.org>", "553"), ("MAIL FROM:<A@b.org>", "250")]);
}

#[test]
fn nobody_logs_in_for_another_or_without_a_name() {
    let mut session = session([203, 0, 113, 5]);
    session.encrypted();
    transcript(
        &mut session,
        &[
            ("EHLO x", "250"),
            // "boss@b.org" NUL "a@b.org" NUL "secret", and without the first; then "a@b.org" alone, and no address.
            ("AUTH PLAIN Ym9zc0BiLm9yZwBhQGIub3JnAHNlY3JldA==", "535"),
            ("AUTH PLAIN AGFAYi5vcmcAc2VjcmV0", "auth"),
            ("AUTH PLAIN YUBiLm9yZw==", "501"),
            ("AUTH PLAIN AG5vYm9keQBzZWNyZXQ=", "535"),
            ("AUTH PLAIN not-base64", "501"),
            ("AUTH PLAIN", "334"),
            ("*", "501"),
            ("AUTH CRAM-MD5", "504"),
        ],
    );
}

#[test]
fn parameters_for_reports_are_taken_to_the_letter() {
    for (line, wanted) in [
        ("MAIL FROM:<a@b.org> RET=HDRS ENVID=QQ+2B1", "250"),
        ("MAIL FROM:<a@b.org> RET=BODY", "501"),
        ("MAIL FROM:<a@b.org> ENVID=a+2b", "501"),
        ("MAIL FROM:<a@b.org> ENVID=a=b", "501"),
        ("MAIL FROM:<a@b.org> ENVID=+0D+0A", "501"),
    ] {
        transcript(&mut session([127, 0, 0, 1]), &[("EHLO x", "250"), (line, wanted)]);
    }
    for (line, wanted) in [
        ("RCPT TO:<c@d.org> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;c+2Bd@d.org", "250"),
        ("RCPT TO:<c@d.org> NOTIFY=NEVER,FAILURE", "501"),
        ("RCPT TO:<c@d.org> NOTIFY=", "501"),
        ("RCPT TO:<c@d.org> ORCPT=c@d.org", "501"),
        ("RCPT TO:<c@d.org> ORCPT=rfc822;c+xx@d.org", "501"),
    ] {
        transcript(&mut session([127, 0, 0, 1]), &[("EHLO x", "250"), ("MAIL FROM:<a@b.org>", "250"), (line, wanted)]);
    }
}

#[test]
fn too_many_errors_end_the_session() {
    let mut session = session([127, 0, 0, 1]);
    let last = (0..30).map(|_| session.line(b"NOPE")).find(|action| matches!(action, Action::Close(_)));
    assert_eq!(last.map(|action| code(&action)), Some("421".to_owned()));
}

#[test]
fn recipients_are_bounded() {
    let mut session = session([127, 0, 0, 1]);
    transcript(&mut session, &[("EHLO x", "250"), ("MAIL FROM:<a@b.org>", "250")]);
    for n in 0..1000 {
        assert_eq!(code(&session.line(format!("RCPT TO:<r{n}@d.org>").as_bytes())), "250");
    }
    transcript(&mut session, &[("RCPT TO:<last@d.org>", "452")]);
}

#[test]
fn a_mail_in_chunks_takes_neither_data_nor_recipients_in_between() {
    transcript(
        &mut session([127, 0, 0, 1]),
        &[
            ("EHLO x", "250"),
            ("MAIL FROM:<a@b.org>", "250"),
            ("BDAT 3", "503"),
            ("RCPT TO:<c@d.org>", "250"),
            ("BDAT 3", "chunk"),
            ("DATA", "503"),
            ("RCPT TO:<e@d.org>", "503"),
            ("BDAT 0 LAST", "chunk"),
            ("RSET", "250"),
            ("BDAT 3 LAST", "503"),
            ("BDAT x", "421"),
        ],
    );
}
