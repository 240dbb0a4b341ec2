//! The end of data, and what is not.

use proptest::prelude::*;

use super::*;

fn read(pieces: &[&[u8]]) -> (Option<(usize, usize)>, Received) {
    let mut reader = DataReader::new(1 << 20);
    for (n, piece) in pieces.iter().enumerate() {
        if let Progress::Ended(at) = reader.push(piece) {
            return (Some((n, at)), reader.finish());
        }
    }
    (None, reader.finish())
}

#[test]
fn near_misses_never_end_the_mail() {
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
        "\r\r\n.\n",
    ] {
        let mail = format!("Hi{miss}MAIL FROM:<x@y.org>\r\n.\r\n");
        let (end, received) = read(&[mail.as_bytes()]);
        assert_eq!(end, Some((0, mail.len())), "{miss:?}");
        assert_eq!(received, Received::Malformed, "{miss:?}");
    }
}

#[test]
fn an_empty_mail_ends_at_once() {
    assert_eq!(read(&[b".\r\n"]), (Some((0, 3)), Received::Whole(BytesMut::new())));
}

#[test]
fn dots_are_unstuffed() {
    let (_, received) = read(&[b"..a\r\n...\r\n.x\r\n.\r\n"]);
    assert_eq!(received, Received::Whole(BytesMut::from(&b".a\r\n..\r\nx\r\n"[..])));
}

#[test]
fn what_is_over_the_limit_is_swallowed_to_its_end() {
    let mut reader = DataReader::new(4);
    assert_eq!(reader.push(b"123456\r\n.\r\nQUIT"), Progress::Ended(11));
    assert_eq!(reader.finish(), Received::TooLarge);
}

proptest! {
    #[test]
    fn however_it_is_split_it_reads_the_same(text in "([a.]|\r|\n|\r\n|\r\n\\.|\0){0,30}", cuts in proptest::collection::vec(0usize..40, 0..5)) {
        let whole = format!("{text}\r\n.\r\n");
        let bytes = whole.as_bytes();
        let mut at: Vec<usize> = cuts.into_iter().map(|cut| cut.min(bytes.len())).collect();
        at.extend([0, bytes.len()]);
        at.sort_unstable();
        let pieces: Vec<&[u8]> = at.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        let (end, received) = read(&pieces);
        let (one_end, one_received) = read(&[bytes]);
        prop_assert_eq!(received, one_received);
        let absolute = end.map(|(n, offset)| pieces[..n].iter().map(|piece| piece.len()).sum::<usize>() + offset);
        prop_assert_eq!(absolute, one_end.map(|(_, offset)| offset));
    }
}
