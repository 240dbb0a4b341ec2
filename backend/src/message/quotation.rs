//! Quotations in HTML that was made harmless: earlier mails that a mail program put below the answer, folded away.

use shared::rules::visible_text;

const OPEN: &str = "<blockquote";
const CLOSE: &str = "</blockquote>";
/// How mail programs mark a quotation, so that it can be told from what an author cites.
const MARKS: [&str; 2] = ["type=\"cite\"", "class=\"gmail_quote\""];

/// Whether a quotation of this tag is an earlier mail.
fn is_earlier_mail(tag: &str) -> bool {
    MARKS.iter().any(|mark| tag.contains(mark))
}

/// The HTML with each such quotation behind words that unfold it. One with nothing in front of it stays: a mail passed
/// on.
///
/// What is put in holds no quote marks and no attributes, so that it can end nothing that was open, wherever it lands.
pub fn fold(html: &str, words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('"', "");
    let mut folded = String::with_capacity(html.len() + 100);
    let mut rest = html;
    while let Some(start) = rest.find(OPEN) {
        let tag = rest[start..].split_inclusive('>').next().unwrap_or_default();
        let end = start + extent(&rest[start..]);
        let (before, quotation) = (&rest[..start], &rest[start..end]);
        folded.push_str(before);
        if is_earlier_mail(tag) && !visible_text(&folded).trim().is_empty() {
            folded.push_str("<details><summary>");
            folded.push_str(&words);
            folded.push_str("</summary>");
            folded.push_str(quotation);
            folded.push_str("</details>");
        } else {
            folded.push_str(quotation);
        }
        rest = &rest[end..];
    }
    folded.push_str(rest);
    folded
}

/// Octets from the beginning of a quotation to its end, those within it included.
fn extent(html: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let open = html[at..].find(OPEN).map(|found| at + found);
        let Some(close) = html[at..].find(CLOSE).map(|found| at + found) else { return html.len() };
        match open.filter(|open| *open < close) {
            Some(open) => {
                depth += 1;
                at = open + OPEN.len();
            }
            None => {
                depth = depth.saturating_sub(1);
                at = close + CLOSE.len();
                if depth == 0 {
                    return at;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_mail_below_an_answer_is_folded_with_what_it_quotes() {
        assert_eq!(
            fold(
                "<p>Yes.</p><blockquote type=\"cite\"><p>Well?</p><blockquote>x</blockquote></blockquote><p>A</p>",
                "Old"
            ),
            "<p>Yes.</p><details><summary>Old</summary><blockquote type=\"cite\"><p>Well?</p><blockquote>x</blockquote>\
             </blockquote></details><p>A</p>"
        );
    }

    #[test]
    fn what_an_author_cites_and_what_is_passed_on_stay() {
        for html in [
            "<p>As Anna said:</p><blockquote>Well?</blockquote>",
            "<div> <br></div><blockquote type=\"cite\">Well?</blockquote>",
            "<p>No quotation.</p>",
        ] {
            assert_eq!(fold(html, "Old"), html);
        }
    }

    #[test]
    fn what_has_no_end_ends_with_the_text() {
        assert_eq!(
            fold("a<blockquote type=\"cite\">b", "O<l\"d>"),
            "a<details><summary>O&lt;ld></summary><blockquote type=\"cite\">b</details>"
        );
    }
}
