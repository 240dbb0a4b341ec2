//! Reading mail: structure, body, limits; and that nothing at all makes it fail.

use bytes::Bytes;
use proptest::prelude::*;

use super::{
    Leaf, ParsedMail, RawMail, Unreadable,
    container::octets_in,
    decode::{Decoder, decode},
    outline::TransferEncoding,
    read,
    view::{body_html, body_text, is_plain, sanitise},
};

fn mail(text: &str) -> (RawMail, ParsedMail) {
    let raw = RawMail(Bytes::from(text.replace('\n', "\r\n")));
    let parsed = read(&raw);
    (raw, parsed)
}

fn text_of(text: &str) -> String {
    let (raw, parsed) = mail(text);
    body_text(&parsed.outline, |leaf: &Leaf| octets_in(leaf, &raw.0))
}

#[test]
fn html_without_colours_and_pictures_of_its_own_is_plain() {
    for plain in ["<div dir=\"ltr\">What colour?<br><b>Red</b></div>", "<p style='font-family:Arial;margin:0'>x</p>"] {
        assert!(is_plain(&harmless(plain)), "{plain}");
    }
    for coloured in [
        "<p style='color: black'>x</p>",
        "<p style='background-color:#fff'>x</p>",
        "<table bgcolor=white><tr><td>x</table>",
        "<font COLOR='#000'>x</font>",
        "<p>x</p><img src='cid:1'>",
    ] {
        assert!(!is_plain(&harmless(coloured)), "{coloured}");
    }
    // What the sanitiser takes out colours nothing.
    assert!(is_plain(&harmless("<style>p{color:red}</style><p style='background:url(x)'>x</p>")));
}

fn harmless(html: &str) -> String {
    sanitise(html, &|_| None, false).html
}

#[test]
fn a_mail_without_header_is_a_body() {
    assert_eq!(text_of("Just words, no field.\n"), "Just words, no field.");
}

#[test]
fn text_before_the_first_boundary_and_after_the_last_is_not_shown() {
    let text = text_of("Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\nbody\n--b--\nepilogue\n");
    assert_eq!(text, "body");
}

#[test]
fn of_alternatives_each_view_shows_its_own() {
    let source = "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\n\
                  <b>rich</b>\n--b--\n";
    assert_eq!(text_of(source), "plain");
    let (raw, parsed) = mail(source);
    let html = body_html(&parsed.outline, |leaf| octets_in(leaf, &raw.0), &|_| None, false).unwrap();
    assert_eq!(html.html.trim(), "<b>rich</b>");
    assert!(parsed.outline.attachments().is_empty());
}

#[test]
fn html_alone_is_read_as_text_too() {
    assert_eq!(text_of("Content-Type: text/html\n\n<p>One</p><p>Two &amp; three</p>\n"), "One\nTwo & three");
}

#[test]
fn parts_too_deep_or_too_many_cannot_be_judged() {
    let level = |number| format!("Content-Type: multipart/mixed; boundary=b{number}x\n\n--b{number}x\n");
    let deep: String = (0..40).map(level).collect();
    assert_eq!(mail(&deep).1.unreadable, Some(Unreadable::TooDeep));
    let many = format!("Content-Type: multipart/mixed; boundary=b\n\n{}", "--b\n\nx\n".repeat(1_200));
    assert_eq!(mail(&many).1.unreadable, Some(Unreadable::TooManyParts));
    let long = format!("X-Long: {}\n\nx\n", "y".repeat(1_100_000));
    assert_eq!(mail(&long).1.unreadable, Some(Unreadable::HeaderTooLong));
}

#[test]
fn an_unknown_transfer_encoding_cannot_be_judged() {
    let (_, parsed) = mail("Content-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n");
    assert_eq!(parsed.unreadable, Some(Unreadable::UnknownTransferEncoding));
}

#[test]
fn a_transfer_encoding_is_known_however_it_is_set() {
    for (name, body) in [("8-bit", "A"), ("7bits", "A"), ("\"base64\"", "QQ=="), ("quoted printable", "=41")] {
        let (_, parsed) = mail(&format!("Content-Transfer-Encoding: {name}\n\n{body}"));
        assert_eq!(parsed.unreadable, None, "{name}");
        assert_eq!(text_of(&format!("Content-Transfer-Encoding: {name}\n\n{body}")).trim(), "A", "{name}");
    }
}

#[test]
fn a_type_is_known_where_no_semicolon_stands_behind_it() {
    assert_eq!(mail("Content-Type: text/html charset=utf-8\n\n<p>x").1.outline.leaves()[0].content_type, "text/html");
}

#[test]
fn flowed_lines_are_joined_and_quotes_and_the_signature_are_not() {
    let text = text_of("Content-Type: text/plain; format=flowed\n\none \ntwo\n> quoted \n> more\n-- \nname\n");
    assert_eq!(text, "one two\n> quoted \n> more\n-- \nname");
}

#[test]
fn html_runs_nothing_and_loads_nothing() {
    for html in [
        "<script>evil()</script>",
        "<img src=x onerror=evil()>",
        "<a href=\"javascript:evil()\">a</a>",
        "<svg onload=evil()><animate onbegin=evil()></svg>",
        "<iframe src=\"https://evil.test\"></iframe>",
        "<link rel=stylesheet href=\"https://evil.test\">",
        "<style>@import 'https://evil.test'</style>",
        "<p style=\"background:url(https://evil.test)\">p</p>",
        "<img src=\"https://evil.test/pixel\">",
        "<form action=\"https://evil.test\"><input></form>",
        "<meta http-equiv=refresh content=\"0;url=https://evil.test\">",
        "<base href=\"https://evil.test\">",
        "<a href=\"data:text/html,evil\">a</a>",
        "<video poster=\"https://evil.test\"></video>",
        "<p style=\"position:fixed;top:0;background-image:image-set('https://evil.test')\">p</p>",
    ] {
        let shown = harmless(html);
        assert!(!shown.contains("evil") && !shown.contains("position"), "{html} became {shown}");
    }
}

#[test]
fn a_link_opens_in_a_window_that_knows_nothing_of_ours() {
    let shown = harmless("<a href=\"https://school.example\">school</a>");
    assert!(shown.contains("target=\"_blank\"") && shown.contains("noopener noreferrer"), "{shown}");
}

#[test]
fn hostile_mail_is_read_once() {
    // Each of these would take minutes, or more room than there is, were any step quadratic.
    let boundaries = format!("Content-Type: multipart/mixed; boundary=x\n\n{}\n--x\n\nhi", "--x".repeat(1_000_000));
    assert_eq!(mail(&boundaries).1.outline.leaves().len(), 1);
    let blanks = format!("={}x", " ".repeat(1_000_000));
    assert_eq!(decode(TransferEncoding::QuotedPrintable, blanks.as_bytes()).len(), blanks.len());
    harmless(&"cid:".repeat(200_000));
}

#[test]
fn of_an_endless_header_only_the_limit_is_taken_apart() {
    let (_, endless) = mail(&"a: b\n".repeat(400_000));
    assert_eq!(endless.unreadable, Some(Unreadable::HeaderTooLong));
    assert!(endless.headers.fields.len() < 200_000);
}

proptest! {
    #[test]
    fn no_octets_make_reading_fail(octets in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let raw = RawMail(Bytes::from(octets));
        let parsed = read(&raw);
        for leaf in parsed.outline.leaves().into_iter().map(Leaf::outermost) {
            prop_assert!(leaf.range().end <= raw.0.len() && leaf.start <= leaf.end);
        }
    }

    #[test]
    fn no_structure_makes_reading_fail(
        lines in proptest::collection::vec(
            prop_oneof![
                Just("Content-Type: multipart/mixed; boundary=b"), Just("Content-Type: multipart/alternative; boundary=c"),
                Just("Content-Type: message/rfc822"), Just("Content-Transfer-Encoding: base64"), Just("Subject: # x"),
                Just("--b"), Just("--c"), Just("--b--"), Just("--c--"), Just(""), Just("text"), Just(" folded"),
            ],
            0..60,
        ),
    ) {
        let raw = RawMail(Bytes::from(lines.join("\r\n")));
        let parsed = read(&raw);
        body_text(&parsed.outline, |leaf| octets_in(leaf, &raw.0));
        let body = parsed.outline.body();
        let shown = body.leaves().count();
        prop_assert_eq!(shown + parsed.outline.attachments().len(), parsed.outline.leaves().len());
    }

    #[test]
    fn a_part_decodes_alike_in_pieces_of_any_size(
        octets in proptest::collection::vec(
            prop_oneof![Just(b'='), Just(b' '), Just(b'\r'), Just(b'\n'), Just(b'4'), Just(b'A'), any::<u8>()], 0..300),
        size in 1_usize..40,
        quoted in any::<bool>(),
    ) {
        let encoding = if quoted { TransferEncoding::QuotedPrintable } else { TransferEncoding::Base64 };
        let mut decoder = Decoder::new(encoding);
        let mut out: Vec<u8> = octets.chunks(size).flat_map(|piece| decoder.push(piece)).collect();
        out.extend(decoder.finish());
        prop_assert_eq!(out, decode(encoding, &octets));
    }

    #[test]
    fn what_is_made_harmless_stays_so(html in "[a-z<>/=\"' &;:!-]{0,200}") {
        let once = harmless(&html);
        prop_assert_eq!(harmless(&once), once);
    }
}
