//! The text of HTML as a person sees it, and a little more: hidden elements, `alt`, `title` and Outlook's conditional
//! comments count too, because a number that is missed costs more than a needless envelope.
//!
//! A tolerant tokeniser in one pass, after the shape of the HTML standard's (section 13.2.5): whatever the input, it
//! ends, and no octet is looked at more than a few times.

mod entity;

/// Tags whose edges separate words; all others join what they enclose to the text around.
const BREAKING: [&str; 45] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "summary",
    "table",
    "title",
    "ul",
];
const CELLS: [&str; 7] = ["td", "th", "tr", "tbody", "thead", "tfoot", "textarea"];

/// Elements whose content is not text (HTML standard, "raw text").
const RAW: [&str; 2] = ["script", "style"];

/// The text that a reader of this HTML could come to see. Blocks and cells are separated by a line break, runs of
/// white space become one blank.
///
/// ```
/// use shared::rules::visible_text;
/// assert_eq!(visible_text("<p>12<b>3</b>-45-<!-- x -->6789</p><td>A</td><td>B&amp;C</td>"), "123-45-6789\nA\nB&C");
/// ```
pub fn visible_text(html: &str) -> String {
    let mut out = Seen { text: String::with_capacity(html.len() / 2), pending_blank: false, missing: [false; 2] };
    let mut rest = html;
    loop {
        let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) else {
            out.push_str(rest);
            break;
        };
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        rest = if rest.starts_with('&') { out.entity(rest) } else { out.markup(rest) };
    }
    out.text.truncate(out.text.trim_end().len());
    out.text
}

struct Seen {
    text: String,
    pending_blank: bool,
    /// The ends of comments and of conditions that do not come any more: what was looked for in vain up to the end of
    /// the page is not looked for again.
    missing: [bool; 2],
}

impl Seen {
    fn push(&mut self, c: char) {
        if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
            self.pending_blank = true;
            return;
        }
        if std::mem::take(&mut self.pending_blank) && !self.text.is_empty() && !self.text.ends_with('\n') {
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
        let breaks = BREAKING.contains(&name.as_str()) || CELLS.contains(&name.as_str());
        if breaks {
            self.break_line();
        }
        let after = self.attributes(&rest[name_end..]);
        if breaks {
            self.pending_blank = false;
        }
        if !closing && RAW.contains(&name.as_str()) { after_raw(after, &name) } else { after }
    }

    /// Reads to the end of a tag; the values of `alt`, `title`, `value`, `placeholder`, `label` and `aria-label` count.
    fn attributes<'a>(&mut self, mut rest: &'a str) -> &'a str {
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if let Some(after) = rest.strip_prefix('>') {
                return after;
            }
            if rest.is_empty() {
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
            if ["alt", "title", "value", "placeholder", "label", "aria-label"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
            {
                self.break_line();
                self.decoded(value);
                self.break_line();
            }
        }
    }

    /// What follows `<!--`. Outlook's conditional comments are shown by Outlook, so their content is read on.
    fn after_comment<'a>(&mut self, comment: &'a str) -> &'a str {
        if comment.starts_with("[if") {
            if let Some(after) = self.after(1, comment) {
                return after;
            }
        } else if comment.starts_with('>') || comment.starts_with("->") {
            return comment.split_once('>').map_or("", |(_, after)| after);
        }
        // Without an end the whole rest would vanish from the scan; it is read as text instead.
        self.after(0, comment).unwrap_or(comment)
    }

    /// What follows the end of a comment or of a condition, if it comes.
    fn after<'a>(&mut self, which: usize, text: &'a str) -> Option<&'a str> {
        if self.missing[which] {
            return None;
        }
        let found = text.split_once(["-->", "]>"][which]).map(|(_, after)| after);
        self.missing[which] = found.is_none();
        found
    }

    fn decoded(&mut self, mut value: &str) {
        while let Some(at) = value.find('&') {
            self.push_str(&value[..at]);
            value = self.entity(&value[at..]);
        }
        self.push_str(value);
    }
}

fn attribute_value(rest: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inner) = rest.strip_prefix(quote) {
            return inner.split_once(quote).unwrap_or((inner, ""));
        }
    }
    rest.split_at(rest.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(rest.len()))
}

/// What follows the end tag of a raw element; nothing if there is none.
fn after_raw<'a>(rest: &'a str, name: &str) -> &'a str {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&rest.as_bytes()[from..], b"</") {
        let tag = from + at;
        if rest
            .as_bytes()
            .get(tag + 2..tag + 2 + name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
        {
            return rest[tag..].split_once('>').map_or("", |(_, after)| after);
        }
        from = tag + 2;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::visible_text;

    #[test]
    fn hostile_pages_are_read_once() {
        // Each of these would take minutes were any step quadratic.
        for unit in ["<!--", "<!--[if ", "<", "<a ", "<a b=\"", "&", "&#1", "<script>", "</", "<![if "] {
            visible_text(&unit.repeat(8_000_000 / unit.len()));
        }
    }
}
