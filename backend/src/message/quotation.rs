//! Quotations in HTML that was made harmless: earlier mails that a mail program put below the answer, folded away.

use std::ops::Range;

use shared::rules::visible_text;

/// The tag of a quotation.
const NAME: &str = "blockquote";
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
    // Up to where it is copied, and up to where it is known whether there is anything to see.
    let (mut copied, mut looked, mut is_visible) = (0, 0, false);
    for quotation in outermost(html) {
        let tag = html[quotation.start..].split_inclusive('>').next().unwrap_or_default();
        if !is_earlier_mail(tag) {
            continue;
        }
        is_visible = is_visible || !visible_text(&html[looked..quotation.start]).trim().is_empty();
        looked = quotation.start;
        if is_visible {
            folded.push_str(&html[copied..quotation.start]);
            folded.push_str("<details><summary>");
            folded.push_str(&words);
            folded.push_str("</summary>");
            folded.push_str(&html[quotation.clone()]);
            folded.push_str("</details>");
            copied = quotation.end;
        }
    }
    folded.push_str(&html[copied..]);
    folded
}

/// The quotations that lie in no other, each with those within it. In one pass, and so at once also where there are
/// very many.
fn outermost(html: &str) -> Vec<Range<usize>> {
    let (mut found, mut start, mut depth) = (Vec::new(), 0, 0_usize);
    for (at, _) in html.match_indices(NAME) {
        if html[..at].ends_with('<') {
            if depth == 0 {
                start = at - 1;
            }
            depth += 1;
        } else if html[..at].ends_with("</") && html[at + NAME.len()..].starts_with('>') {
            if depth == 1 {
                found.push(start..at + NAME.len() + 1);
            }
            depth = depth.saturating_sub(1);
        }
    }
    if depth > 0 {
        found.push(start..html.len());
    }
    found
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
    fn each_of_very_many_quotations_is_looked_at_once() {
        let one = "<blockquote class=\"gmail_quote\"> </blockquote>";
        assert_eq!(fold(&one.repeat(200_000), "Old"), one.repeat(200_000));
        let folded = fold(&format!("a{}", one.repeat(200_000)), "Old");
        assert_eq!(folded.matches("<details>").count(), 200_000);
        let deep = "<blockquote type=\"cite\">".repeat(200_000);
        assert_eq!(fold(&format!("a{deep}"), "Old"), format!("a<details><summary>Old</summary>{deep}</details>"));
    }

    #[test]
    fn what_has_no_end_ends_with_the_text() {
        assert_eq!(
            fold("a<blockquote type=\"cite\">b", "O<l\"d>"),
            "a<details><summary>O&lt;ld></summary><blockquote type=\"cite\">b</details>"
        );
    }
}
