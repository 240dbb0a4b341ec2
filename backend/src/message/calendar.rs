//! Calendars and address cards (RFC 5545, RFC 6350) as far as their text goes, and the files in them.

mod file;

pub(super) use self::file::files;

/// Lines joined where they were folded, and what a backslash hides written out.
///
/// ```
/// use octothorpe::message::calendar::unfolded;
/// assert_eq!(unfolded("NOTE:one\\, t\r\n wo\\nthree"), "NOTE:one, two\nthree");
/// ```
pub fn unfolded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr3(b'\r', b'\n', b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let found = &rest[at..];
        let behind = found.strip_prefix("\r\n").or_else(|| found.strip_prefix('\n'));
        rest = if let Some(folded) = behind.and_then(|line| line.strip_prefix([' ', '\t'])) {
            folded
        } else if let Some(line) = found.strip_prefix("\\n").or_else(|| found.strip_prefix("\\N")).or(behind) {
            out.push('\n');
            line
        } else {
            // A backslash makes what follows an ordinary character; a carriage return alone stands for itself.
            let kept = if found.starts_with('\r') { found } else { &found[1..] };
            let length = kept.chars().next().map_or(0, char::len_utf8);
            out.push_str(&kept[..length]);
            &kept[length..]
        };
    }
    out.push_str(rest);
    out
}

/// Octets joined where lines were folded, if a fold may stand within a character: it is the octets that are folded.
pub(super) fn joined(octets: &[u8]) -> Option<Vec<u8>> {
    let mut joined: Option<Vec<u8>> = None;
    let mut from = 0;
    for at in memchr::memchr_iter(b'\n', octets) {
        let end = if octets[..at].ends_with(b"\r") { at - 1 } else { at };
        let is_within = octets[from..end.max(from)].last().is_some_and(|octet| !octet.is_ascii());
        if is_within && matches!(octets.get(at + 1), Some(b' ' | b'\t')) {
            joined.get_or_insert_default().extend_from_slice(&octets[from..end]);
            from = at + 2;
        }
    }
    if let Some(joined) = &mut joined {
        joined.extend_from_slice(octets.get(from..).unwrap_or_default());
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::joined;

    #[test]
    fn octets_are_joined_where_a_fold_may_stand_within_a_character() {
        assert_eq!(
            joined(b"A:\xC3\r\n \xA9\n\tb\r\nB:\xC3\xA9\r\n").as_deref(),
            Some(&b"A:\xC3\xA9b\r\nB:\xC3\xA9\r\n"[..])
        );
        assert_eq!(joined(b"A:b\r\n c\r\n"), None);
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(
            octets in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b' '), any::<u8>()], 0..60),
        ) {
            let length = joined(&octets).map_or(0, |joined| joined.len());
            prop_assert!(length <= octets.len());
        }
    }
}
