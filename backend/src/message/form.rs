//! What kind of text some octets are, and every way in which a person may come to see it.

mod drawing;
mod markup;

use std::borrow::Cow;

use shared::rules::{visible_text, visible_text_disputed, visible_text_otherwise};

use super::{calendar, charset, decode::decode, outline::TransferEncoding, rtf, view::unflow_all, xml};

/// A kind of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it stands.
    Plain,
    /// Lines that the sender's program broke (RFC 3676).
    Flowed {
        /// Whether the blank in front of a break belongs to it.
        delsp: bool,
    },
    /// HTML, which is seen as its visible text alone.
    Html,
    /// `text/enriched`, whose marks look like those of HTML, and text that begins like HTML: some programs show it as it
    /// stands.
    Marked,
    /// XML; of the documents of an office suite only the text between the tags is seen.
    Xml {
        /// Whether a document of an office suite.
        is_office: bool,
    },
    /// Calendars and address cards: folded lines (RFC 5545, RFC 6350).
    Calendar,
    /// Rich Text Format.
    Rtf,
}

impl Form {
    /// By the media type of a part; none if that is no text.
    pub fn of_type(content_type: &str) -> Option<Self> {
        let subtype = content_type.split_once('/').map_or("", |(_, subtype)| subtype);
        match content_type {
            "text/html" | "application/xhtml+xml" => Some(Self::Html),
            "text/enriched" | "text/richtext" => Some(Self::Marked),
            "text/calendar" | "text/vcard" | "text/x-vcard" | "text/x-vcalendar" | "text/directory"
            | "application/ics" => Some(Self::Calendar),
            "text/rtf" | "application/rtf" | "application/x-rtf" | "application/msword-rtf" => Some(Self::Rtf),
            _ if subtype == "xml" || subtype.ends_with("+xml") => Some(Self::Xml { is_office: false }),
            _ if matches!(subtype, "json" | "csv" | "x-yaml" | "yaml") || subtype.ends_with("+json") => {
                Some(Self::Plain)
            }
            _ => (content_type.starts_with("text/") || content_type.starts_with("message/")).then_some(Self::Plain),
        }
    }

    /// By the end of a file's name, without its dot and in lower case; none if that is no text.
    pub fn of_extension(extension: &str) -> Option<Self> {
        match extension {
            "txt" | "text" | "csv" | "tsv" | "md" | "log" | "json" | "yaml" | "yml" | "ini" | "asc" | "sql" => {
                Some(Self::Plain)
            }
            "htm" | "html" | "xhtml" => Some(Self::Html),
            "xml" | "fodt" | "fods" | "fodp" | "svg" => Some(Self::Xml { is_office: false }),
            "ics" | "vcf" | "vcs" | "ifb" => Some(Self::Calendar),
            "rtf" => Some(Self::Rtf),
            _ => None,
        }
    }

    /// What the octets show themselves to be, whatever was said of them.
    pub(super) fn looked_at(self, octets: &[u8]) -> Self {
        let start = octets.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(octets).trim_ascii_start();
        let begins = |word: &[u8]| start.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word));
        match self {
            Self::Xml { .. } => self,
            _ if begins(br"{\rtf") => Self::Rtf,
            Self::Plain | Self::Flowed { .. } if begins(b"<html") || begins(b"<!doctype") => Self::Marked,
            Self::Plain if let Some(form) = markup::of(octets) => form,
            Self::Plain if begins(b"BEGIN:VC") => Self::Calendar,
            _ => self,
        }
    }

    /// Shows the text to `visit` in every way in which it may be seen, one at a time, until it answers something.
    pub fn each<T>(self, octets: &[u8], charset: Option<&str>, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
        let form = self.looked_at(octets);
        match form {
            Self::Rtf => {
                let answer = visit(&rtf::text(octets));
                let answer = answer.or_else(|| rtf::text_shown(octets).and_then(|text| visit(&text)));
                answer.or_else(|| visit(&String::from_utf8_lossy(octets)))
            }
            Self::Xml { is_office } => {
                let (text, is_disputed) = xml::text(octets);
                let answer = visit(&text);
                // Two of them at a time would take as much room as the part itself.
                drop(text);
                let answer = answer.or_else(|| if is_disputed { visit(&xml::text_shown(octets)) } else { None });
                if is_office {
                    return answer;
                }
                let answer = answer.or_else(|| charset::each(octets, charset, visit));
                answer.or_else(|| charset::each_declared(octets, charset, visit))
            }
            _ => {
                let mut ways = |text: &str| form.ways(text, visit);
                let answer = charset::each(octets, charset, &mut ways);
                answer.or_else(|| match form {
                    Self::Html | Self::Marked => charset::each_declared(octets, charset, &mut ways),
                    Self::Calendar => charset::each(&calendar::joined(octets)?, charset, &mut ways),
                    _ => None,
                })
            }
        }
    }

    /// The text as it is shown, and then as it stands where a program may show that.
    fn ways<T>(self, text: &str, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
        let shown = match self {
            Self::Html => return html(text, visit),
            Self::Marked => html(text, visit),
            Self::Flowed { delsp } => visit(&unflow_all(&text.replace("\r\n", "\n"), delsp)),
            Self::Calendar => {
                let unfolded = calendar::unfolded(text);
                // HTML stands in calendars too (X-ALT-DESC), and address cards of old are in quoted-printable.
                let seen = visit(&unfolded).or_else(|| {
                    let is_html = memchr::memchr2(b'<', b'&', unfolded.as_bytes()).is_some();
                    is_html.then(|| visible_text(&unfolded)).and_then(|text| visit(&text))
                });
                seen.or_else(|| quoted(text).and_then(|text| visit(&text)))
            }
            Self::Plain | Self::Xml { .. } | Self::Rtf => None,
        };
        shown.or_else(|| visit(text))
    }
}

/// The text of HTML, in both ways in which it may be seen, and those of the drawings in it.
fn html<T>(text: &str, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
    let (seen, is_disputed) = visible_text_disputed(text);
    let answer = visit(&seen);
    // Two of them at a time would take as much room as the mail itself.
    drop(seen);
    let answer = answer.or_else(|| if is_disputed { visit(&visible_text_otherwise(text)) } else { None });
    answer.or_else(|| drawing::each(text, visit))
}

/// An address card (vCard 2.1) whose values are in quoted-printable.
fn quoted(text: &str) -> Option<Cow<'_, str>> {
    let is_quoted = text.contains("QUOTED-PRINTABLE") || text.contains("quoted-printable");
    is_quoted.then(|| {
        let decoded = decode(TransferEncoding::QuotedPrintable, text.as_bytes());
        Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
    })
}

#[cfg(test)]
mod tests {
    use shared::rules::first_hit;

    use super::*;

    fn found(form: Form, text: &str) -> bool {
        form.each(text.as_bytes(), None, &mut |text| first_hit(text)).is_some()
    }

    #[test]
    fn a_number_over_a_soft_break_is_joined() {
        assert!(found(Form::Flowed { delsp: true }, "Her number is 123-4 \r\n5-6789.\r\n"));
        assert!(found(Form::Flowed { delsp: false }, "Her number is 123- \r\n45-6789.\r\n"));
        assert!(!found(Form::Plain, "Her number is 123-4 \r\n5-6789.\r\n"));
        for quoted in ["> 123-4 \r\n> 5-6789", ">>123-4 \r\n>>5-6789", "> SSN of the child: 123456 \r\n> 789"] {
            assert!(found(Form::Flowed { delsp: true }, quoted), "{quoted}");
        }
        assert!(found(Form::Flowed { delsp: false }, "> 123- \r\n> 45-6789"));
        assert!(!found(Form::Flowed { delsp: true }, "> 123-4 \r\n>> 5-6789"));
        assert!(!found(Form::Flowed { delsp: true }, "> 123-4\r\n> 5-6789"));
    }

    #[test]
    fn a_number_over_a_fold_of_a_calendar_is_joined() {
        assert!(found(Form::Calendar, "BEGIN:VEVENT\r\nDESCRIPTION:Her number is 123-4\r\n 5-6789\r\n"));
        assert!(found(Form::Calendar, "BEGIN:VEVENT\nDESCRIPTION:Her number is 123-4\n\t5-6789\n"));
        assert!(found(Form::Calendar, "X-ALT-DESC;FMTTYPE=text/html:<p>123-<b>45</b\r\n >-6789</p>\r\n"));
        assert!(found(Form::Calendar, "NOTE:SSN\\, 123\\n45\\n6789\r\n"));
        // A fold may stand within a character.
        let split = b"NOTE:123\xE2\r\n \x80\x9345\xE2\x80\n\t\x936789\r\n";
        assert!(Form::Calendar.each(split, Some("utf-8"), &mut |text| first_hit(text)).is_some());
        assert!(found(Form::Plain, "BEGIN:VCARD\r\nNOTE:Her number is 123-4\r\n 5-6789\r\n"));
    }

    #[test]
    fn quoted_values_of_address_cards_are_read() {
        assert!(found(Form::Calendar, "NOTE;ENCODING=QUOTED-PRINTABLE:123=2D45=\r\n=2D6789\r\n"));
    }

    #[test]
    fn marks_of_enriched_text_join() {
        assert!(found(Form::of_type("text/enriched").unwrap(), "123-<bold>45</bold>-6789"));
    }

    #[test]
    fn of_html_only_what_is_seen_is_read() {
        let page = "<!-- 123-45-6789 --><script>'123-45-6789'</script><a href='/?id=123-45-6789'>Hearing</a>";
        assert!(!found(Form::Html, page));
        assert!(found(Form::Html, "<p>123<!-- x -->-45-6789</p>"));
        for page in ["12<b title='Area'>3</b>-45-6789", "123<img alt=''>-45-6789", "Unit 5<img src=a>123-45-6789"] {
            assert!(found(Form::Html, page), "{page}");
        }
        for page in [
            "123-45-6789<span style='font-size: 8pt; vertical-align: super'>1</span>",
            "<i style=VERTICAL-ALIGN:sub>1</i>123-45-6789",
            "123-45-678<s>8</s>9",
            "SSN: <del>98 (<strike>old</strike>7)</del> 123456789",
            "SSN: <!--[if gte mso 9]><xml><w:data>FF00</w:data></xml><![endif]-->123456789",
            "<v:textpath string='123-45-6789'/>",
            "<iframe srcdoc='&lt;p>123-&lt;b>45&lt;/b>-6789'></iframe>",
            "<img src='data:image/svg+xml,<text>123-45-6789</text>'>",
        ] {
            assert!(found(Form::Html, page), "{page}");
        }
        assert!(!found(Form::Html, "1<s>8<b style='vertical-align: middle'>2</b>3-45-6789"));
        assert!(found(Form::Html, "123-45-6789<sup>1</sup>") && found(Form::Html, "<b title='SSN'>123456789</b>"));
        // Whoever is sent it as plain text sees all of it.
        assert!(found(Form::Plain, &format!("<html>{page}")));
        assert!(found(Form::of_type("text/enriched").unwrap(), page));
    }

    #[test]
    fn pages_are_read_in_the_charset_that_they_declare() {
        for declared in [
            "<meta charset=gb2312>",
            "<META HTTP-EQUIV='Content-Type' CONTENT='text/html; charset = \"gb2312\"'>",
            "<?xml version='1.0' encoding='gb2312'?>",
        ] {
            let page = [declared.as_bytes(), &encoding_rs::GBK.encode("<p>１２３－４５－６７８９").0].concat();
            for form in [Form::Html, Form::of_type("text/enriched").unwrap(), Form::of_type("text/xml").unwrap()] {
                assert!(form.each(&page, None, &mut |text| first_hit(text)).is_some(), "{declared} {form:?}");
                assert!(form.each(&page, Some("us-ascii"), &mut |text| first_hit(text)).is_some(), "{declared}");
                assert!(form.each(&page, Some("windows-1251"), &mut |text| first_hit(text)).is_none(), "{declared}");
            }
        }
        let page = b"<meta charset=iso-2022-jp>\x1B$B#1#2#3\x1B(B-45-6789";
        assert!(Form::Html.each(page, None, &mut |text| first_hit(text)).is_some());
    }

    #[test]
    fn characters_by_their_names_are_read_as_themselves() {
        let frames =
            ["12*3-45-6789", "123*45*6789", "123-*45-6789", "SSN 123*45*6789", "ss* 123456789", "123456789 *SSN)"];
        let frames = frames.into_iter().chain(["123456789 (SSN*", "ss*no 123456789"]);
        let named: Vec<(String, String)> = html5ever::data::NAMED_ENTITIES
            .entries()
            .filter(|(name, (first, _))| *first != 0 && name.ends_with(';'))
            .map(|(name, (first, second))| (*name, [*first, *second].into_iter().filter(|code| *code != 0)))
            .map(|(name, codes)| (format!("&{name}"), codes.filter_map(char::from_u32).collect()))
            .collect();
        assert!(named.len() > 2_000);
        for (frame, (name, meant)) in frames.flat_map(|frame| named.iter().map(move |named| (frame, named))) {
            let as_itself = meant.replace('&', "&amp;").replace('<', "&lt;");
            let [named, meant] = [name, &as_itself].map(|piece| found(Form::Html, &frame.replace('*', piece)));
            assert_eq!(named, meant, "{name} in {frame}");
        }
    }

    #[test]
    fn xml_is_read_as_text_between_tags_and_as_it_stands() {
        let xml = Form::of_type("application/soap+xml").unwrap();
        assert!(found(xml, "<a><ssn>123-45-6789</ssn><zip>95814</zip></a>"));
        assert!(found(xml, "<a>123-<b>45</b>-6789</a>"));
        assert!(found(Form::Plain, "<?xml version='1.0'?><a>123-<b>45</b>-6789</a>"));
        let wide: Vec<u8> = "\u{FEFF}<a>123-<b>45</b>-6789</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(xml.each(&wide, None, &mut |text| first_hit(text)).is_some());
    }

    #[test]
    fn what_a_text_is_its_beginning_tells() {
        assert!(found(Form::Plain, "{\\rtf1 123-{\\b 45}-6789}"));
        assert!(found(Form::Plain, "\u{FEFF}<!DOCTYPE html><p>123-<b>45</b>-6789"));
        assert!(found(Form::Plain, "<table border=\"1\"><tr><td>123-<b>45</b>-6789</td></tr></table>"));
        assert!(found(Form::Plain, "<meta charset=utf-8><p>123&#8209;45&#8209;6789</p>"));
        assert!(found(Form::Plain, "Dear Bob, <p><b>123</b>-45-6789"));
    }
}
