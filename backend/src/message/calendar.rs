//! Calendars and address cards (RFC 5545, RFC 6350) as far as their text goes.

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
