//! Documents of a few pieces.

use proptest::prelude::*;
use shared::rules::first_hit;

use super::*;

/// Where the text begins in the documents below.
const TEXT: usize = 0x0400;

/// A stream with this text, and a table with these pieces: how many characters, and where.
fn document(text: &[u8], pieces: &[(u32, u32)]) -> (Vec<u8>, Vec<u8>) {
    let ends = pieces.iter().scan(0, |end, (length, _)| {
        *end += length;
        Some(*end)
    });
    let mut plc: Vec<u8> = std::iter::once(0).chain(ends).flat_map(u32::to_le_bytes).collect();
    for (_, place) in pieces {
        plc.extend([&[0; 2][..], &place.to_le_bytes(), &[0; 2]].concat());
    }
    let table = [&[1, 2, 0, 9, 9, 2][..], &u32::try_from(plc.len()).unwrap().to_le_bytes(), &plc].concat();
    let mut stream = vec![0; TEXT];
    stream[PIECES + 4..PIECES + 8].copy_from_slice(&u32::try_from(table.len()).unwrap().to_le_bytes());
    (([stream, text.to_vec()].concat()), table)
}

fn narrow(at: usize) -> u32 {
    u32::try_from(2 * (TEXT + at)).unwrap() | IS_NARROW
}

fn of_one_piece(text: &[u8]) -> String {
    let (stream, table) = document(text, &[(u32::try_from(text.len()).unwrap(), narrow(0))]);
    Document::read(&stream, &table).text(10_000).unwrap()
}

#[test]
fn characters_that_stand_for_others_are_read_as_those() {
    assert_eq!(of_one_piece(b"1234\x1E5678\x1E9012\x1E3456789"), "1234\u{2011}5678\u{2011}9012\u{2011}3456789");
    assert_eq!(of_one_piece(b"123-4\x055-67\x1F8\x029\x01 \x08\x80\x97\tx"), "123-45-6789 €—\tx");
    assert_eq!(of_one_piece(b"SSN\x07123\x0745\x0B6789\x07\x07\r"), "SSN\n123\n45\n6789\n\n\n");
}

#[test]
fn of_fields_is_read_what_they_show() {
    assert_eq!(of_one_piece(b"123-\x13 REF a \x13 PAGE \x145\x15 \x1445\x15-6789"), "123-45-6789");
    assert_eq!(of_one_piece(b"\x13 XE \"a\" \x15b\x15c\x14d"), "bcd");
    assert_eq!(of_one_piece(b"\x13 without an end\r123-45-6789"), "\n123-45-6789");
}

#[test]
fn pieces_are_read_in_their_order_and_width() {
    let text = [&b"-6789.."[..], &[b'S', 0, 0x11, 0x20, b'1', 0], b"23-45"].concat();
    let at = u32::try_from(TEXT + 7).unwrap();
    let (stream, table) = document(&text, &[(3, at), (5, narrow(13)), (5, narrow(0)), (5, narrow(90_000))]);
    assert_eq!(Document::read(&stream, &table).text(100).as_deref(), Some("S\u{2011}123-45-6789"));
    assert_eq!(Document::read(&stream, &table).text(10), None);
}

#[test]
fn without_a_table_all_text_lies_together() {
    let mut stream = [&vec![0; TEXT][..], b"123\x1E45\x1E6789..."].concat();
    stream[FIRST_CHARACTER..BEHIND_LAST_CHARACTER + 4].copy_from_slice(&[0, 4, 0, 0, 11, 4, 0, 0]);
    assert_eq!(Document::read(&stream, &[]).text(100).as_deref(), Some("123\u{2011}45\u{2011}6789"));
}

#[test]
fn what_was_deleted_under_revision_is_read_and_left_out() {
    let text = b"123-45-678x9";
    let (mut stream, mut table) = document(text, &[(12, narrow(0))]);
    let place = |at: usize| u32::try_from(TEXT + at).unwrap().to_le_bytes();
    stream.resize(0x0800, 0);
    // Three runs, of which the second one is bold and deleted.
    let mut page = [place(0), place(10), place(11), place(12)].concat();
    page.extend([0, 10, 12]);
    page.resize(20, 0);
    page.extend([6, 0x35, 0x08, 1, 0, 0x08, 1]);
    page.resize(511, 0);
    page.push(3);
    stream.extend(page);
    let looks = [&place(0)[..], &place(12), &[4, 0, 0, 0]].concat();
    stream[LOOKS..LOOKS + 8].copy_from_slice(&[u8::try_from(table.len()).unwrap(), 0, 0, 0, 12, 0, 0, 0]);
    table.extend(looks);
    let document = Document::read(&stream, &table);
    assert_eq!(document.text(100).as_deref(), Some("123-45-678x9"));
    assert!(document.has_unshown());
    assert_eq!(document.text_shown(100).as_deref(), Some("123-45-6789"));
    assert!(first_hit(&document.text_shown(100).unwrap()).is_some());
}

proptest! {
    #[test]
    fn no_octets_make_it_fail(
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 0..40),
        at in 0_u32..0xFFFF,
        table in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let (mut stream, pieces) = document(b"123-\x13 REF \x14-6789\r", &[(9, at), (8, narrow(3)), (2, narrow(0))]);
        stream[LOOKS + 4] = 60;
        for (at, octet) in changes {
            let at = at.index(stream.len());
            stream[at] = octet;
        }
        for table in [pieces, table] {
            let document = Document::read(&stream, &table);
            document.text(10_000);
            document.text_shown(10_000);
        }
    }
}
