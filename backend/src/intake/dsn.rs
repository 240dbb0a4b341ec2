//! What the parameters of delivery status notifications mean (RFC 3461): parsed strictly where they come in, kept as
//! they were given so that they can be passed on, decoded where a report is written.

use std::fmt::Write as _;

use shared::EmailAddress;

use super::envelope::Recipient;

/// What a sender may want to be told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The mail was handed on.
    Success,
    /// It will not arrive.
    Failure,
    /// It has not been handed on for hours.
    Delay,
}

impl Event {
    const fn keyword(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
            Self::Delay => "DELAY",
        }
    }
}

impl Recipient {
    /// Whether the sender wants to be told of this. Who says nothing is told of failures alone.
    pub fn wants(&self, event: Event) -> bool {
        match &self.notify {
            None => event == Event::Failure,
            Some(list) => list.split(',').any(|word| word.eq_ignore_ascii_case(event.keyword())),
        }
    }
}

/// Whether this is a value of `NOTIFY`: `NEVER` alone, or a list of the others.
pub fn is_notify(value: &str) -> bool {
    let is_event = |word: &str| {
        [Event::Success, Event::Failure, Event::Delay].iter().any(|event| word.eq_ignore_ascii_case(event.keyword()))
    };
    value.eq_ignore_ascii_case("NEVER") || value.split(',').all(is_event)
}

/// The text that an `ENVID` stands for: at most 100 characters as given, printable once decoded.
///
/// ```
/// use octothorpe::intake::dsn::envid;
/// assert_eq!(envid("QQ314159+2B1").as_deref(), Some("QQ314159+1"));
/// assert_eq!(envid("a+0D+0Ab"), None);
/// ```
pub fn envid(value: &str) -> Option<String> {
    if value.is_empty() || value.len() > 100 { None } else { decode_xtext(value) }
}

/// The value of an Original-Recipient field that an `ORCPT` stands for: at most 500 characters as given.
///
/// ```
/// use octothorpe::intake::dsn::original_recipient;
/// assert_eq!(original_recipient("rfc822;Bob+2Bx@example.org").as_deref(), Some("rfc822;Bob+x@example.org"));
/// assert_eq!(original_recipient("Bob@example.org"), None);
/// ```
pub fn original_recipient(value: &str) -> Option<String> {
    let (kind, address) = value.split_once(';')?;
    let is_atom =
        !kind.is_empty() && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b));
    if !is_atom || address.is_empty() || value.chars().count() > 500 {
        return None;
    }
    let address =
        if kind.eq_ignore_ascii_case("utf-8") { decode_utf8_address(address)? } else { decode_xtext(address)? };
    Some(format!("{kind};{address}"))
}

/// The value of a Final-Recipient field; beyond ASCII in the form of RFC 6533, for the field itself must be ASCII.
pub fn final_recipient(address: &EmailAddress) -> String {
    let written = address.written();
    if written.is_ascii() {
        return format!("rfc822; {written}");
    }
    let mut out = "utf-8; ".to_owned();
    for c in written.chars() {
        if c.is_ascii_graphic() && !matches!(c, '+' | '=' | '\\') { out.push(c) } else { embed(&mut out, c) }
    }
    out
}

/// Decodes xtext (RFC 3461 section 4): printable ASCII, where `+` and two upper-case hexadecimal digits stand for an
/// octet. What it stands for must be printable, too.
fn decode_xtext(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        let decoded = match byte {
            b'+' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            b'!'..=b'~' if byte != b'=' => byte,
            _ => return None,
        };
        if !matches!(decoded, b' '..=b'~') {
            return None;
        }
        out.push(char::from(decoded));
    }
    Some(out)
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// An address of the type `utf-8` (RFC 6533 section 3), in the form that is ASCII alone: `\x{…}` stays, and a character
/// beyond ASCII becomes one.
fn decode_utf8_address(value: &str) -> Option<String> {
    let mut out = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(c) = rest.chars().next() {
        if c == '\\' {
            let (digits, after) = rest.strip_prefix("\\x{")?.split_once('}')?;
            let is_hex = (1..=6).contains(&digits.len()) && digits.bytes().all(|digit| hex(digit).is_some());
            let scalar = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32).filter(|c| !c.is_control());
            embed(&mut out, scalar.filter(|_| is_hex)?);
            rest = after;
            continue;
        }
        match c {
            '+' | '=' => return None,
            '!'..='~' => out.push(c),
            c if !c.is_ascii() && !c.is_control() => embed(&mut out, c),
            _ => return None,
        }
        rest = &rest[c.len_utf8()..];
    }
    Some(out)
}

fn embed(out: &mut String, c: char) {
    let _ = write!(out, "\\x{{{:X}}}", u32::from(c));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn xtext_is_taken_to_the_letter() {
        for (given, wanted) in [
            ("abc", Some("abc")),
            ("a+20b", Some("a b")),
            ("+2B+3D", Some("+=")),
            ("a+2b", None),
            ("a+2", None),
            ("a+", None),
            ("a=b", None),
            ("a b", None),
            ("a+0Ab", None),
            ("a+00", None),
            ("a+E9", None),
            ("ä", None),
            ("", None),
        ] {
            assert_eq!(envid(given).as_deref(), wanted, "{given}");
        }
        assert!(envid(&"x".repeat(100)).is_some() && envid(&"x".repeat(101)).is_none());
    }

    #[test]
    fn an_original_recipient_has_a_type_and_an_address() {
        for (given, wanted) in [
            ("rfc822;a@b.org", Some("rfc822;a@b.org")),
            ("RFC822;a+2Bc@b.org", Some("RFC822;a+c@b.org")),
            ("x400;/C=us/", None),
            ("x400;/C+3Dus/", Some("x400;/C=us/")),
            ("utf-8;\\x{E4}@b.org", Some("utf-8;\\x{E4}@b.org")),
            ("utf-8;ä@b.org", Some("utf-8;\\x{E4}@b.org")),
            ("utf-8;\\x{}@b.org", None),
            ("utf-8;\\x{0A}@b.org", None),
            ("utf-8;\\x{D800}@b.org", None),
            ("utf-8;\\y", None),
            ("rfc822;ä@b.org", None),
            ("rfc822;", None),
            (";a@b.org", None),
            ("r f;a@b.org", None),
            ("a@b.org", None),
        ] {
            assert_eq!(original_recipient(given).as_deref(), wanted, "{given}");
        }
    }

    #[test]
    fn never_stands_alone_and_no_word_is_made_up() {
        for good in ["NEVER", "never", "SUCCESS", "SUCCESS,FAILURE,DELAY", "delay,Failure"] {
            assert!(is_notify(good), "{good}");
        }
        for bad in ["", "NEVER,FAILURE", "FAILURE,", "ALWAYS", "FAILURE SUCCESS"] {
            assert!(!is_notify(bad), "{bad}");
        }
    }

    #[test]
    fn who_says_nothing_is_told_of_failures_alone() {
        let wishes = |notify: Option<&str>| {
            let mut recipient = Recipient::new("a@b.org".parse().unwrap());
            recipient.notify = notify.map(str::to_owned);
            [Event::Success, Event::Failure, Event::Delay].map(|event| recipient.wants(event))
        };
        assert_eq!(wishes(None), [false, true, false]);
        assert_eq!(wishes(Some("NEVER")), [false, false, false]);
        assert_eq!(wishes(Some("success,delay")), [true, false, true]);
    }

    #[test]
    fn a_final_recipient_is_ascii_whatever_the_address() {
        assert_eq!(final_recipient(&"Pat+x@example.org".parse().unwrap()), "rfc822; Pat+x@example.org");
        assert_eq!(final_recipient(&"pät+x@example.org".parse().unwrap()), "utf-8; p\\x{E4}t\\x{2B}x@example.org");
    }
}
