//! The text of HTML as a person sees it, and a little more: hidden elements, `alt`, `title` and Outlook's conditional
//! comments count too, because a number that is missed costs more than a needless envelope.
//!
//! A tolerant tokeniser in one pass, after the shape of the HTML standard's (section 13.2.5): whatever the input, it
//! ends, and no octet is looked at more than a few times.

mod entity;
mod tag;

use std::mem;

use self::tag::{APART, BREAKING, CELLS, FOREIGN, RAW, STRUCK, TEXT_ALONE};
use super::chars::is_dash;

/// The text that a reader of this HTML could come to see. Blocks and cells are separated by a line break, runs of
/// white space become one blank.
///
/// ```
/// use shared::rules::visible_text;
/// assert_eq!(visible_text("<p>12<b>3</b>-45-<!-- x -->6789</p><td>A</td><td>B&amp;C</td>"), "123-45-6789\nA\nB&C");
/// ```
pub fn visible_text(html: &str) -> String {
    visible(html, false).text
}

/// The same, and whether others may see it otherwise, where that makes a difference to what may be a number: see
/// [`visible_text_otherwise`].
pub fn visible_text_disputed(html: &str) -> (String, bool) {
    let seen = visible(html, false);
    (seen.text, seen.is_disputed)
}

/// The text as others may see it: texts of attributes do not come between what stands around them, pictures, indices
/// and exponents separate, and what is struck is not there.
///
/// ```
/// use shared::rules::visible_text_otherwise;
/// assert_eq!(visible_text_otherwise("123<b title='Area'>-45</b>-6789"), "123-45-6789");
/// assert_eq!(visible_text_otherwise("5<img src=a>123-45-6789"), "5\n123-45-6789");
/// assert_eq!(visible_text_otherwise("123-45-678<s> 8</s>9"), "123-45-6789");
/// ```
pub fn visible_text_otherwise(html: &str) -> String {
    visible(html, true).text
}

fn visible(html: &str, is_other: bool) -> Seen {
    let mut out = Seen { is_other, ..Seen::default() };
    out.text.reserve(html.len() / 2);
    out.page(html);
    out.text.truncate(out.text.trim_end().len());
    out
}

#[derive(Default)]
struct Seen {
    text: String,
    pending_blank: bool,
    /// Whether the end of a comment comes no more: what was looked for in vain up to the end of the page is not looked
    /// for again.
    no_comment_ends: bool,
    /// The same for the ends of scripts and of styles.
    no_raw_ends: [bool; 2],
    /// Whether an element of another language has begun somewhere before.
    is_foreign: bool,
    /// Whether this is the content of an element of [`TEXT_ALONE`], read as markup.
    within_text_alone: bool,
    /// Whether a style has raised or lowered what stands up to the next end tag.
    is_raised: bool,
    /// Of the elements whose content is struck so many have begun and not ended; and the end of the text before them, with
    /// its blank.
    struck: usize,
    before_struck: (usize, bool),
    /// Whether this is the other way of reading it.
    is_other: bool,
    /// Whether the other way makes a difference to what may be a number.
    is_disputed: bool,
}

impl Seen {
    fn page(&mut self, html: &str) {
        let mut rest = html;
        while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
            self.push_str(&rest[..at]);
            rest = &rest[at..];
            rest = if rest.starts_with('&') { self.entity(rest) } else { self.markup(rest) };
        }
        self.push_str(rest);
    }

    fn push(&mut self, c: char) {
        if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
            self.pending_blank = true;
            return;
        }
        if mem::take(&mut self.pending_blank) && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push(' ');
        }
        self.text.push(c);
    }

    fn push_str(&mut self, mut text: &str) {
        let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}');
        while let Some(first) = text.chars().next() {
            if is_space(first) {
                self.pending_blank = true;
                text = text.trim_start_matches(is_space);
                continue;
            }
            let end = text.find(is_space).unwrap_or(text.len());
            self.push(first);
            self.text.push_str(&text[first.len_utf8()..end]);
            text = &text[end..];
        }
    }

    /// Takes note of a place where the two ways of reading differ, if it may stand within or beside a number.
    fn differs(&mut self) {
        self.is_disputed |= self.text.ends_with(|c: char| c.is_numeric() || is_dash(c));
    }

    fn break_line(&mut self) {
        self.pending_blank = false;
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// `rest` begins with `&`.
    fn entity<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some((decoded, after)) = entity::decode(rest) {
            for c in decoded.chars() {
                self.push(c);
            }
            after
        } else {
            self.push('&');
            &rest[1..]
        }
    }

    /// `rest` begins with `<`.
    fn markup<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(comment) = rest.strip_prefix("<!--") {
            return self.after_comment(comment);
        }
        if let Some(text) = rest.strip_prefix("<![CDATA[") {
            return text;
        }
        if rest.starts_with("<!") || rest.starts_with("<?") {
            // A declaration, or one of Outlook's `<![if …]>`: only the tag goes, what it encloses is text.
            return rest.find('>').map_or("", |end| &rest[end + 1..]);
        }
        let closing = rest.starts_with("</");
        let name_start = if closing { 2 } else { 1 };
        if !rest.as_bytes().get(name_start).is_some_and(u8::is_ascii_alphabetic) {
            self.push('<');
            return &rest[1..];
        }
        let name_end = rest[name_start..]
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
            .map_or(rest.len(), |length| name_start + length);
        let name = rest[name_start..name_end].to_ascii_lowercase();
        let sets_apart = APART.contains(&name.as_str()) || closing && mem::take(&mut self.is_raised);
        if sets_apart {
            self.differs();
        }
        if STRUCK.contains(&name.as_str()) {
            self.strike(closing);
        }
        let breaks = BREAKING.contains(&name.as_str()) || CELLS.contains(&name.as_str()) || sets_apart && self.is_other;
        if breaks {
            self.break_line();
        }
        let after = self.attributes(&rest[name_end..]);
        if breaks {
            self.pending_blank = false;
        }
        if closing { after } else { self.content(&name, after) }
    }

    /// Begins or ends what is struck: the other way of reading goes back to what stood before.
    fn strike(&mut self, closing: bool) {
        self.is_disputed = true;
        if !closing {
            if self.struck == 0 {
                self.before_struck = (self.text.len(), self.pending_blank);
            }
            self.struck += 1;
        } else if self.struck > 0 {
            self.struck -= 1;
            if self.struck == 0 && self.is_other {
                self.text.truncate(self.before_struck.0);
                self.pending_blank = self.before_struck.1;
            }
        }
    }

    /// What follows the start tag of an element of this name, or its whole content where that is no markup.
    fn content<'a>(&mut self, name: &str, after: &'a str) -> &'a str {
        if FOREIGN.contains(&name) {
            self.is_foreign = true;
        }
        if TEXT_ALONE.contains(&name) && !self.within_text_alone {
            return self.text_alone(name, after);
        }
        match RAW.iter().position(|raw| *raw == name) {
            Some(which) if !self.is_foreign && !self.no_raw_ends[which] => {
                let behind = end_tag(after, name).map(|(_, behind)| behind);
                // Without an end the whole rest would vanish from the scan; it is read as text instead.
                self.no_raw_ends[which] = behind.is_none();
                behind.unwrap_or(after)
            }
            _ => after,
        }
    }

    fn text_alone<'a>(&mut self, name: &str, after: &'a str) -> &'a str {
        // Nothing ends a `plaintext`.
        let end = if name == "plaintext" { None } else { end_tag(after, name) };
        let (content, behind) = end.unwrap_or((after, ""));
        self.break_line();
        self.decoded(content);
        self.break_line();
        if content.contains('<') {
            self.page_within(content);
        }
        behind
    }

    fn page_within(&mut self, page: &str) {
        let mut within = Self { within_text_alone: true, is_other: self.is_other, ..Self::default() };
        within.page(page);
        self.is_disputed |= within.is_disputed;
        self.break_line();
        self.text.push_str(&within.text);
        self.break_line();
    }

    /// Reads to the end of a tag; the values of `alt`, `title`, `value`, `placeholder`, `label`, `aria-label` and `string`
    /// (the lettering of Office) count, and the page that is a `srcdoc`. Without an end the whole rest would vanish from
    /// the scan; it is read as text instead.
    fn attributes<'a>(&mut self, whole: &'a str) -> &'a str {
        let (before, mut rest) = (self.text.len(), whole);
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                return after;
            }
            if rest.is_empty() {
                self.text.truncate(before);
                self.decoded(whole);
                return rest;
            }
            let ends_name =
                |(at, c): &(usize, char)| *at > 0 && (c.is_ascii_whitespace() || matches!(c, '=' | '>' | '/'));
            let name_end = rest.char_indices().find(ends_name).map_or(rest.len(), |(at, _)| at);
            let name = &rest[..name_end];
            rest = rest[name_end..].trim_start_matches(|c: char| c.is_ascii_whitespace());
            let Some(after) = rest.strip_prefix('=') else { continue };
            let (value, after) = attribute_value(after.trim_start_matches(|c: char| c.is_ascii_whitespace()));
            rest = after;
            if name.eq_ignore_ascii_case("style") && tag::is_raised(value) {
                self.differs();
                self.is_raised = true;
                if self.is_other {
                    self.break_line();
                }
            }
            // One within another is not looked for, so that no page is read again and again.
            if name.eq_ignore_ascii_case("srcdoc") && !self.within_text_alone {
                let mut page = Self::default();
                page.decoded(value);
                self.page_within(&page.text);
            }
            if !self.is_other
                && !value.trim_ascii().is_empty()
                && ["alt", "title", "value", "placeholder", "label", "aria-label", "string"]
                    .iter()
                    .any(|known| name.eq_ignore_ascii_case(known))
            {
                self.differs();
                self.break_line();
                self.decoded(value);
                self.break_line();
            }
        }
    }

    /// What follows `<!--`. Outlook's conditional comments are shown by Outlook, so their content is read on.
    fn after_comment<'a>(&mut self, comment: &'a str) -> &'a str {
        if comment.starts_with('>') || comment.starts_with("->") {
            return comment.split_once('>').map_or("", |(_, after)| after);
        }
        if let Some(condition) = comment.strip_prefix("[if")
            && let Some(at) = condition.find(['<', '>'])
            && condition[..at].ends_with(']')
            && let Some(after) = condition[at..].strip_prefix('>')
        {
            return after;
        }
        let end = if self.no_comment_ends { None } else { comment_end(comment) };
        self.no_comment_ends = end.is_none();
        // Without an end the whole rest would vanish from the scan; it is read as text instead.
        &comment[end.unwrap_or(0)..]
    }

    fn decoded(&mut self, mut value: &str) {
        while let Some(at) = value.find('&') {
            self.push_str(&value[..at]);
            value = self.entity(&value[at..]);
        }
        self.push_str(value);
    }
}

/// A value, and what follows it. A quote that never ends is none: the whole rest would vanish from the scan.
fn attribute_value(rest: &str) -> (&str, &str) {
    let quoted = ['"', '\''].into_iter().find_map(|quote| rest.strip_prefix(quote)?.split_once(quote));
    quoted.unwrap_or_else(|| {
        let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest);
        rest.split_at(rest.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(rest.len()))
    })
}

/// Where a comment ends: behind the first `-->` or `--!>`.
fn comment_end(comment: &str) -> Option<usize> {
    let bytes = comment.as_bytes();
    let end =
        memchr::memchr_iter(b'>', bytes).find(|&at| bytes[..at].ends_with(b"--") || bytes[..at].ends_with(b"--!"));
    end.map(|at| at + 1)
}

/// The content of an element up to its end tag, and what follows that; none if it has none.
fn end_tag<'a>(rest: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let is_end = |tag: &usize| {
        let found = rest.as_bytes().get(tag + 2..tag + 2 + name.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
    };
    let tag = memchr::memmem::find_iter(rest.as_bytes(), b"</").find(is_end)?;
    Some((&rest[..tag], rest[tag..].split_once('>').map_or("", |(_, after)| after)))
}

#[cfg(test)]
mod tests {
    use super::visible_text;

    #[test]
    fn hostile_pages_are_read_once() {
        // Each of these would take minutes were any step quadratic.
        for unit in [
            "<!--",
            "<!--[if ",
            "<",
            "<a ",
            "<a b=\"",
            "<a b='\"",
            "&",
            "&#1",
            "<!---",
            "<!-- -",
            "<script>",
            "</",
            "<![if ",
            "<title>",
            "<style>-",
            "<svg>",
            "-->",
            "<!--[if x]",
            "<s>1",
            "<a srcdoc='",
            "<a srcdoc=<a/",
            "<a style=vertical-align:",
        ] {
            visible_text(&unit.repeat(8_000_000 / unit.len()));
        }
    }
}
