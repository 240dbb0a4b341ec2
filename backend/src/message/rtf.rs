//! Rich Text Format (1.9.1) as it is seen: control words, characters in three notations, groups that are not shown.
//! One pass; no octet is looked at more than a few times, and the text is at most a few times as long.

mod object;
mod word;

use std::collections::HashMap;

use encoding_rs::{Encoding, WINDOWS_1252};

pub(super) use self::object::objects;
use self::word::{Meaning, meaning, of_font_charset};
use super::charset;

/// Groups within groups that are told apart; those deeper share one state.
const MAX_DEPTH: usize = 500;
/// Fonts that are known by their numbers.
const MAX_FONTS: usize = 4_096;

/// The text that a reader of the document sees, footnotes, headers and text boxes after the rest; with what was deleted
/// under revision and what only shows on demand, as hidden text does.
///
/// ```
/// use octothorpe::message::rtf::text;
/// assert_eq!(text(br"{\rtf1\ansi Number 123-{\b 45}-6\'3789\par}"), "Number 123-45-6789\n");
/// ```
pub fn text(rtf: &[u8]) -> String {
    Reader::new(rtf, true).text()
}

/// The text without what is not shown, where there is any such.
pub(super) fn text_shown(rtf: &[u8]) -> Option<String> {
    let mut reader = Reader::new(rtf, false);
    let text = reader.text();
    reader.has_unshown.then_some(text)
}

/// What holds within a group.
#[derive(Clone, Copy)]
struct State {
    /// Nothing is shown.
    is_hidden: bool,
    /// An entry of an index or a table of contents: it is shown there.
    is_entry: bool,
    /// Hidden text.
    is_invisible: bool,
    /// Text that was deleted under revision.
    is_deleted: bool,
    /// Shown elsewhere than where it stands.
    is_aside: bool,
    /// Fonts are described here.
    is_font_table: bool,
    /// Characters that follow `\u` for readers without Unicode.
    fallback: usize,
    encoding: &'static Encoding,
}

struct Reader<'a> {
    rest: &'a [u8],
    /// Whether what is not shown is read all the same.
    with_unshown: bool,
    /// Whether some of it was left out.
    has_unshown: bool,
    state: State,
    stack: Vec<State>,
    /// Groups beyond the deepest that is told apart.
    deeper: usize,
    shown: String,
    aside: String,
    /// Octets that wait for the next one, since a character may have two.
    pending: Vec<u8>,
    /// The first half of a character of `\u`.
    high: Option<u16>,
    /// Characters still to be skipped after `\u`.
    skip: usize,
    /// After `\*`: a group that may be skipped if its word is unknown.
    is_optional: bool,
    fonts: HashMap<i32, &'static Encoding>,
    /// The font that is being described.
    described: i32,
    encoding: &'static Encoding,
}

impl<'a> Reader<'a> {
    fn new(rtf: &'a [u8], with_unshown: bool) -> Self {
        let state = State {
            is_hidden: false,
            is_entry: false,
            is_invisible: false,
            is_deleted: false,
            is_aside: false,
            is_font_table: false,
            fallback: 1,
            encoding: WINDOWS_1252,
        };
        Self {
            rest: rtf,
            with_unshown,
            has_unshown: false,
            state,
            stack: Vec::new(),
            deeper: 0,
            shown: String::with_capacity(rtf.len() / 4),
            aside: String::new(),
            pending: Vec::new(),
            high: None,
            skip: 0,
            is_optional: false,
            fonts: HashMap::new(),
            described: 0,
            encoding: WINDOWS_1252,
        }
    }

    /// All text, what is shown elsewhere at the end.
    fn text(&mut self) -> String {
        self.run();
        let mut text = std::mem::take(&mut self.shown);
        if !self.aside.is_empty() {
            text.push('\n');
            text.push_str(&self.aside);
        }
        text
    }

    fn run(&mut self) {
        while let Some((&octet, rest)) = self.rest.split_first() {
            self.rest = rest;
            match octet {
                b'{' => self.open(),
                b'}' => self.close(),
                b'\\' => self.control(),
                b'\r' | b'\n' | 0 => {}
                _ => self.octet(octet),
            }
        }
        self.flush();
    }

    fn open(&mut self) {
        self.flush();
        (self.skip, self.is_optional) = (0, false);
        if self.stack.len() < MAX_DEPTH {
            self.stack.push(self.state);
        } else {
            self.deeper += 1;
        }
    }

    fn close(&mut self) {
        self.flush();
        (self.skip, self.is_optional) = (0, false);
        if self.deeper > 0 {
            self.deeper -= 1;
        } else if let Some(outer) = self.stack.pop() {
            if self.state.is_aside && !outer.is_aside {
                self.aside.push('\n');
            }
            self.state = outer;
        }
    }

    /// A character of the document's charset, or a half of one.
    fn octet(&mut self, octet: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if !self.leaves_out() {
            self.pending.push(octet);
        }
    }

    fn character(&mut self, character: char) {
        if self.skip > 0 {
            self.skip -= 1;
            return;
        }
        self.flush();
        if !self.leaves_out() {
            self.out().push(character);
        }
    }

    /// Whether what comes is left out.
    fn leaves_out(&mut self) -> bool {
        let State { is_hidden, is_entry, is_invisible, is_deleted, .. } = self.state;
        let is_unshown = !self.with_unshown && (is_entry || is_invisible || is_deleted);
        self.has_unshown |= is_unshown;
        is_hidden || is_unshown
    }

    fn out(&mut self) -> &mut String {
        if self.state.is_aside { &mut self.aside } else { &mut self.shown }
    }

    fn flush(&mut self) {
        if self.high.take().is_some() && !self.leaves_out() {
            self.out().push(char::REPLACEMENT_CHARACTER);
        }
        if self.pending.is_empty() {
            return;
        }
        let octets = std::mem::take(&mut self.pending);
        let (text, _) = self.state.encoding.decode_without_bom_handling(&octets);
        self.out().push_str(&text);
        self.pending = octets;
        self.pending.clear();
    }

    /// What follows a backslash.
    fn control(&mut self) {
        let Some((&first, rest)) = self.rest.split_first() else { return };
        if first.is_ascii_alphabetic() {
            return self.word();
        }
        self.rest = rest;
        match first {
            b'\'' => {
                let digits = rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                if let Some(octet) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    self.rest = &rest[2..];
                    self.octet(octet);
                }
            }
            b'*' => self.is_optional = true,
            b'~' => self.character('\u{A0}'),
            b'-' => self.character('\u{AD}'),
            b'_' => self.character('\u{2011}'),
            b'\r' | b'\n' => self.character('\n'),
            b'\t' => self.character('\t'),
            b'{' | b'}' | b'\\' => self.octet(first),
            _ => {}
        }
    }

    fn word(&mut self) {
        let length = self.rest.iter().take_while(|octet| octet.is_ascii_alphabetic()).count();
        let (name, rest) = self.rest.split_at(length);
        let is_negative = rest.first() == Some(&b'-') && rest.get(1).is_some_and(u8::is_ascii_digit);
        let rest = if is_negative { &rest[1..] } else { rest };
        let digits = rest.iter().take_while(|octet| octet.is_ascii_digit()).count();
        let number = rest[..digits]
            .iter()
            .fold(0_i32, |number, &digit| number.saturating_mul(10).saturating_add(i32::from(digit - b'0')));
        let number = (digits > 0).then_some(if is_negative { -number } else { number });
        self.rest = &rest[digits..];
        self.rest = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
        let is_optional = std::mem::take(&mut self.is_optional);
        self.act(meaning(name), number, is_optional);
    }

    fn act(&mut self, meaning: Meaning, number: Option<i32>, is_optional: bool) {
        match meaning {
            Meaning::Character(character) => self.character(character),
            Meaning::Cell => {
                self.flush();
                if !self.out().ends_with('\n') {
                    self.character('\n');
                }
            }
            Meaning::Unicode => self.unicode(number.unwrap_or_default()),
            Meaning::Fallback => self.state.fallback = usize::try_from(number.unwrap_or(1)).unwrap_or(1).min(255),
            Meaning::Font => self.font(number.unwrap_or_default()),
            Meaning::DefaultFont => {
                self.flush();
                self.state.encoding = self.encoding;
                (self.state.is_invisible, self.state.is_deleted) = (false, false);
            }
            Meaning::Invisible => {
                self.flush();
                self.state.is_invisible = number != Some(0);
            }
            Meaning::Deleted => {
                self.flush();
                self.state.is_deleted = number != Some(0);
            }
            Meaning::Entry => self.state.is_entry = true,
            Meaning::FontCharset if self.state.is_font_table => {
                self.describe(of_font_charset(number.unwrap_or_default()).unwrap_or(self.encoding));
            }
            Meaning::CodePage if self.state.is_font_table => {
                self.describe(charset::of_code_page(number.unwrap_or_default().unsigned_abs()));
            }
            Meaning::AnsiCodePage => {
                self.flush();
                self.encoding = charset::of_code_page(number.unwrap_or_default().unsigned_abs());
                self.state.encoding = self.encoding;
            }
            Meaning::Macintosh => {
                (self.encoding, self.state.encoding) = (encoding_rs::MACINTOSH, encoding_rs::MACINTOSH);
            }
            Meaning::Binary => {
                let length = usize::try_from(number.unwrap_or_default()).unwrap_or(0);
                self.rest = self.rest.get(length..).unwrap_or_default();
            }
            Meaning::FontTable => (self.state.is_font_table, self.state.is_hidden) = (true, true),
            Meaning::Hidden => self.state.is_hidden = true,
            Meaning::Aside => self.state.is_aside = true,
            Meaning::Shown => {}
            Meaning::Other | Meaning::FontCharset | Meaning::CodePage => {
                if is_optional {
                    self.state.is_hidden = true;
                }
            }
        }
    }

    fn unicode(&mut self, number: i32) {
        if self.leaves_out() {
            return;
        }
        // Numbers beyond 32,767 are written as negative ones.
        let [low, high, ..] = number.to_le_bytes();
        let unit = u16::from_le_bytes([low, high]);
        let first = if self.pending.is_empty() { self.high.take() } else { None };
        self.flush();
        match (first, char::decode_utf16(first.into_iter().chain([unit])).next()) {
            (_, Some(Ok(character))) => self.out().push(character),
            (None, _) if (0xD800..0xDC00).contains(&unit) => self.high = Some(unit),
            _ => self.out().push(char::REPLACEMENT_CHARACTER),
        }
        self.skip = self.state.fallback;
    }

    fn font(&mut self, number: i32) {
        if self.state.is_font_table {
            self.described = number;
        } else {
            self.flush();
            self.state.encoding = self.fonts.get(&number).copied().unwrap_or(self.encoding);
        }
    }

    fn describe(&mut self, encoding: &'static Encoding) {
        if self.fonts.len() < MAX_FONTS {
            self.fonts.insert(self.described, encoding);
        }
    }
}

#[cfg(test)]
mod tests;
