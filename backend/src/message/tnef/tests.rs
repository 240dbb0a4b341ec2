//! What `winmail.dat` holds.

use std::borrow::Cow;

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::message::{Leaf, Node, ParsedMail, RawMail, Unreadable, container::octets_in, read, view};

fn attribute(level: u8, number: u16, data: &[u8]) -> Vec<u8> {
    let sum = data.iter().fold(0_u16, |sum, &octet| sum.wrapping_add(octet.into()));
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    [&[level], &number.to_le_bytes()[..], &[8, 0], &length, data, &sum.to_le_bytes()].concat()
}

fn stream(attributes: &[Vec<u8>]) -> Vec<u8> {
    [&SIGNATURE[..], &[1, 0], &attributes.concat()].concat()
}

fn sized(value: &[u8]) -> Vec<u8> {
    let filling = vec![0; (4 - value.len() % 4) % 4];
    [&u32::try_from(value.len()).unwrap().to_le_bytes()[..], value, &filling].concat()
}

/// A property of one value of any length.
fn property(kind: u16, tag: u16, value: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &tag.to_le_bytes(), &1_u32.to_le_bytes(), &sized(value)].concat()
}

fn properties(all: &[Vec<u8>]) -> Vec<u8> {
    [&u32::try_from(all.len()).unwrap().to_le_bytes()[..], &all.concat()].concat()
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// Rich text that is not compressed.
fn rich(rtf: &str) -> Vec<u8> {
    let length = u32::try_from(rtf.len()).unwrap();
    [&(length + 12).to_le_bytes()[..], &length.to_le_bytes(), b"MELA\0\0\0\0", rtf.as_bytes()].concat()
}

const RENDERING: [u8; 14] = [1, 0, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0];

fn file(title: &str, data: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    [
        attribute(2, ATTACHMENT_BEGINS, &RENDERING),
        attribute(2, ATTACHMENT_TITLE, &[title.as_bytes(), b"\0"].concat()),
        attribute(2, ATTACHMENT_DATA, data),
        attribute(2, ATTACHMENT_PROPERTIES, &properties(more)),
    ]
    .concat()
}

fn named_property() -> Vec<u8> {
    let name = wide("Keywords");
    [
        &[0x1F, 0x10, 1, 0x80][..],
        &[7; 16],
        &1_u32.to_le_bytes(),
        &sized(&name),
        &2_u32.to_le_bytes(),
        &sized(&wide("a")),
        &sized(&wide("bc")),
    ]
    .concat()
}

/// As Outlook writes: rich text, a picture in it, a file with a long name, a message.
fn outlook() -> Vec<u8> {
    let message = stream(&[attribute(
        1,
        MESSAGE_PROPERTIES,
        &properties(&[
            property(0x1F, property::SUBJECT, &wide("Visit / 2")),
            property(0x1E, property::BODY, b"See you there.\0"),
        ]),
    )]);
    stream(&[
        attribute(1, 0x9006, &[0, 0, 1, 0]),
        attribute(1, CODE_PAGE, &[0xE3, 4, 0, 0, 0, 0, 0, 0]),
        attribute(1, SUBJECT, b"Report\0"),
        attribute(
            1,
            MESSAGE_PROPERTIES,
            &properties(&[
                [&[0x0B, 0, 0x1F, 0x0E][..], &[1, 0, 0, 0]].concat(),
                named_property(),
                property(0x102, property::RTF_COMPRESSED, &rich(r"{\rtf1\ansi The number is 123-{\b 45}-6789.}")),
            ]),
        ),
        file("REPORT~1.TXT", b"one\0two", &[property(0x1F, property::ATTACH_LONG_NAME, &wide("report für Pat.txt"))]),
        file(
            "image001.png",
            b"\x89PNG",
            &[
                property(0x1E, property::ATTACH_TYPE, b"image/png\0"),
                property(0x1E, property::ATTACH_CONTENT_ID, b"image001@x\0"),
            ],
        ),
        file("Visit", b"", &[property(0x0D, property::ATTACH_DATA, &[&[9; 16][..], &message].concat())]),
    ])
}

fn received(stream: &[u8], beside: Option<&str>) -> (RawMail, ParsedMail) {
    let stream = data_encoding::BASE64.encode(stream);
    let part = format!(
        "Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n{stream}"
    );
    let text = match beside {
        Some(text) => {
            format!("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{text}\r\n--b\r\n{part}\r\n--b--\r\n")
        }
        None => format!("Subject: # x\r\n{part}\r\n"),
    };
    let raw = RawMail(Bytes::from(text));
    let parsed = read(&raw);
    (raw, parsed)
}

fn shown((raw, parsed): &(RawMail, ParsedMail)) -> String {
    view::body_text(&parsed.outline, |leaf| octets_in(leaf, &raw.0))
}

fn attachments((raw, parsed): &(RawMail, ParsedMail)) -> Vec<(String, String, Vec<u8>)> {
    let octets = |leaf: &Leaf| octets_in(leaf, &raw.0).into_owned();
    let listed = parsed.outline.attachments();
    listed.iter().map(|leaf| (leaf.name.clone().unwrap_or_default(), leaf.content_type.clone(), octets(leaf))).collect()
}

#[test]
fn text_and_attachments_stand_where_winmail_dat_stood() {
    let mail = received(&outlook(), None);
    assert_eq!(mail.1.unreadable, None);
    assert!(!mail.1.broken);
    assert_eq!(shown(&mail), "The number is 123-45-6789.");
    let attachments = attachments(&mail);
    let names: Vec<_> = attachments.iter().map(|(name, kind, _)| (name.as_str(), kind.as_str())).collect();
    assert_eq!(
        names,
        [("report für Pat.txt", "text/plain"), ("image001.png", "image/png"), ("Visit _ 2.eml", "message/rfc822")]
    );
    assert_eq!(attachments[0].2, b"one\0two");
    assert_eq!(attachments[1].2, b"\x89PNG");
    assert!(String::from_utf8_lossy(&attachments[2].2).contains("See you there."));
}

#[test]
fn a_body_that_stands_beside_it_is_not_shown_twice() {
    let both = received(&outlook(), Some("The number\r\nis 123-45-6789.\r\n-- \r\na list"));
    assert_eq!(shown(&both), "The number\nis 123-45-6789.\n-- \na list");
    assert_eq!(attachments(&both).len(), 3);
    let other = received(&outlook(), Some("An attachment was added."));
    assert_eq!(shown(&other), "An attachment was added.\nThe number is 123-45-6789.");
    let empty = received(&outlook(), Some(""));
    assert_eq!(shown(&empty).trim(), "The number is 123-45-6789.");
}

#[test]
fn html_is_shown_as_html_and_rich_text_only_where_there_is_no_other() {
    let body = |more: &[Vec<u8>]| stream(&[attribute(1, MESSAGE_PROPERTIES, &properties(more))]);
    let code_page = [&[3, 0][..], &property::INTERNET_CODE_PAGE.to_le_bytes(), &65_001_u32.to_le_bytes()].concat();
    let html = property(0x102, property::BODY_HTML, "<p>Grüße, <b>Pat</b></p>".as_bytes());
    let mail = received(&body(&[code_page, html, property(0x1E, property::BODY, b"Gr\xFC\xDFe, Pat\0")]), None);
    assert_eq!(shown(&mail), "Grüße, Pat");
    let shown_html = view::body_html(&mail.1.outline, |leaf| octets_in(leaf, &mail.0.0), &|_| None, false).unwrap();
    assert!(shown_html.html.contains("<b>Pat</b>"));
    let both = body(&[
        property(0x1F, property::BODY, &wide("plain")),
        property(0x102, property::RTF_COMPRESSED, &rich(r"{\rtf1 rich}")),
    ]);
    let mail = received(&both, None);
    assert_eq!(shown(&mail), "plain");
    assert!(attachments(&mail).is_empty(), "the rich text is judged, not listed");
    let of_old = stream(&[attribute(1, BODY, b"old text\0")]);
    assert_eq!(shown(&received(&of_old, None)), "old text");
}

#[test]
fn what_is_broken_stays_as_it_came_and_cannot_be_judged() {
    let whole = outlook();
    for broken in
        [&whole[..whole.len() - 12], &whole[..whole.len() - 1], &whole[..200], &whole[..10], b"", b"no such thing"]
    {
        let mail = received(broken, None);
        assert_eq!(mail.1.unreadable, Some(Unreadable::Tnef), "{}", broken.len());
        assert!(matches!(mail.1.outline.root, Node::Leaf(_)));
        assert_eq!(attachments(&mail).len(), 1);
    }
    assert_eq!(received(&whole[..6], None).1.unreadable, None, "one that holds nothing");
    assert_eq!(received(&[&whole[..], b"\r\n"].concat(), None).1.unreadable, None, "a line end was added");
}

#[test]
fn messages_within_messages_are_opened_to_a_depth() {
    let mut inner = stream(&[attribute(1, BODY, b"inmost\0")]);
    for depth in 0..8 {
        let object = property(0x0D, property::ATTACH_DATA, &[&[9; 16][..], &inner].concat());
        inner = stream(&[file("deeper", b"", &[object])]);
        assert_eq!(to_mime(&inner).is_some(), depth < MAX_DEPTH, "{depth}");
    }
}

#[test]
fn an_outline_from_before_is_read() {
    let old = "{\"start\":1,\"end\":2,\"content_type\":\"text/plain\",\"charset\":null,\"encoding\":\"base64\",\"name\":null,\
               \"attached\":false,\"content_id\":null,\"size\":1,\"flowed\":false}";
    let leaf: Leaf = serde_json::from_str(old).unwrap();
    assert_eq!((leaf.within, leaf.delsp), (None, false));
    let (_, parsed) = received(&outlook(), None);
    let sealed = serde_json::to_string(&parsed.outline).unwrap();
    assert_eq!(serde_json::from_str::<crate::message::Outline>(&sealed).unwrap(), parsed.outline);
}

#[test]
fn nothing_in_a_stream_can_pass_for_a_boundary_or_a_header() {
    let evil = "x\r\n\r\n--0\r\nContent-Type: text/html\r\n\r\n<b>--".as_bytes();
    let whole = stream(&[file(
        "a\r\nContent-Type: text/html\r\n\r\n.txt",
        evil,
        &[
            property(0x1E, property::ATTACH_TYPE, b"text/plain\r\nX: y\0"),
            property(0x1E, property::ATTACH_CONTENT_ID, b"a>\r\nX: <b\0"),
        ],
    )]);
    let mail = received(&whole, None);
    let attachments = attachments(&mail);
    assert_eq!(attachments.len(), 1);
    assert_eq!(attachments[0].1, "application/octet-stream");
    assert_eq!(attachments[0].2, evil);
}

proptest! {
    #[test]
    fn a_stream_changed_anywhere_is_read_or_told(
        changes in proptest::collection::vec((0_usize..4_000, any::<u8>()), 1..5),
    ) {
        let mut whole = outlook();
        for (at, octet) in changes {
            let at = at % whole.len();
            whole[at] = octet;
        }
        let (raw, parsed) = received(&whole, Some("beside"));
        for leaf in parsed.outline.leaves() {
            let octets: Cow<'_, [u8]> = octets_in(leaf, &raw.0);
            prop_assert_eq!(octets.len() as u64, leaf.end - leaf.start);
        }
        prop_assert!(to_mime(&whole).is_none_or(|mime| mime.len() < 20 * whole.len() + 4_000));
    }

    #[test]
    fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = to_mime(&octets);
        let _ = to_mime(&[&SIGNATURE[..], &[0, 0], &octets].concat());
        let _ = to_mime(&stream(&[attribute(1, MESSAGE_PROPERTIES, &octets), attribute(2, ATTACHMENT_PROPERTIES, &octets)]));
    }
}
