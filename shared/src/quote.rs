//! What of a plain text its author wrote, and what is quoted from earlier mails.

/// A passage of a text: whole lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passage<'a> {
    /// As it stands.
    pub text: &'a str,
    /// Whether it stands in an earlier mail, too.
    pub quoted: bool,
}

/// Fewer quoted lines than this in the middle of a text are what the author answers to, line by line: they stay.
const FEW: usize = 4;

/// The text in passages. One that is nothing but a quotation is all its author's: a mail passed on.
pub fn passages(text: &str) -> Vec<Passage<'_>> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut quoted: Vec<bool> = vec![false; lines.len()];
    let end = earlier_mail(&lines).unwrap_or(lines.len());
    quoted[end..].fill(true);
    let mut at = 0;
    while at < end {
        if !is_quoted(lines[at]) {
            at += 1;
            continue;
        }
        let mut after = at;
        // Empty lines within a quotation belong to it.
        while let Some(next) =
            (after..end).find(|&next| !lines[next].trim().is_empty()).filter(|&n| is_quoted(lines[n]))
        {
            after = next + 1;
        }
        let is_last = lines[after..end].iter().all(|line| line.trim().is_empty());
        if is_last || after - at >= FEW {
            quoted[introduction(&lines[..at])..after].fill(true);
        }
        at = after;
    }
    let is_own = |at: usize| !quoted[at] && !lines[at].trim().is_empty();
    if !(0..lines.len()).any(is_own) {
        quoted.fill(false);
    }
    joined(text, &lines, &quoted)
}

/// The first words that the author wrote, in one line of at most `most` characters.
pub fn first_words(text: &str, most: usize) -> String {
    let own = passages(text).into_iter().filter(|passage| !passage.quoted);
    let mut words = String::new();
    for word in own.flat_map(|passage| passage.text.split_whitespace()) {
        if words.chars().count() + word.chars().count() >= most {
            // A word as long as the line is cut.
            if words.is_empty() {
                words.extend(word.chars().take(most.saturating_sub(1)));
            }
            words.push('…');
            break;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(word);
    }
    words
}

fn is_quoted(line: &str) -> bool {
    line.trim_start().starts_with('>')
}

/// Where an earlier mail begins that stands below the text without marks, as Outlook puts it.
fn earlier_mail(lines: &[&str]) -> Option<usize> {
    (0..lines.len()).find(|&at| is_divider(lines[at]) || is_header(&lines[at..]))
}

/// "-----Original Message-----", in any language.
fn is_divider(line: &str) -> bool {
    let line = line.trim();
    let inner = line.trim_matches('-').trim();
    let dashes = line.len() - line.trim_start_matches('-').len();
    dashes >= 4 && line.ends_with("----") && !inner.is_empty() && inner.chars().count() < 40
}

/// From, then when, to whom or about what within the next lines: the head of a mail.
fn is_header(lines: &[&str]) -> bool {
    const FROM: [&str; 3] = ["from:", "de:", "von:"];
    const SENT: [&str; 6] = ["sent:", "date:", "enviado:", "fecha:", "enviado el:", "gesendet:"];
    let begins = |line: &&str, words: &[&str]| {
        let line = line.trim().trim_matches('*');
        words.iter().any(|word| line.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word)))
    };
    lines.first().is_some_and(|line| begins(line, &FROM)) && lines[1..].iter().take(2).any(|line| begins(line, &SENT))
}

/// Where the line begins that introduces a quotation ("On Monday, Anna <anna@example.org> wrote:"), which mail programs
/// may break in two.
fn introduction(before: &[&str]) -> usize {
    let Some(last) = before.iter().rposition(|line| !line.trim().is_empty()) else { return 0 };
    if before.len() - last > 2 || !before[last].trim_end().ends_with(':') {
        return before.len();
    }
    let names_somebody = |line: &str| line.contains('@') || line.chars().any(|c| c.is_ascii_digit());
    if names_somebody(before[last]) {
        return if last > 0 && begins_introduction(before[last - 1]) { last - 1 } else { last };
    }
    if last > 0 && begins_introduction(before[last - 1]) && names_somebody(before[last - 1]) {
        return last - 1;
    }
    before.len()
}

fn begins_introduction(line: &str) -> bool {
    ["On ", "El ", "Am ", "Le "].iter().any(|word| line.trim_start().starts_with(word))
}

fn joined<'a>(text: &'a str, lines: &[&str], quoted: &[bool]) -> Vec<Passage<'a>> {
    let mut all: Vec<Passage<'a>> = Vec::new();
    let (mut start, mut at) = (0, 0);
    for (index, line) in lines.iter().enumerate() {
        at += line.len();
        if quoted.get(index + 1) != Some(&quoted[index]) {
            all.push(Passage { text: &text[start..at], quoted: quoted[index] });
            start = at;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The passages, the quoted ones in brackets.
    fn folded(text: &str) -> String {
        let show = |passage: Passage| {
            if passage.quoted { format!("[{}]", passage.text) } else { passage.text.to_owned() }
        };
        passages(text).into_iter().map(show).collect()
    }

    #[test]
    fn what_is_quoted_below_an_answer_is_told_from_it() {
        assert_eq!(
            folded("Yes.\n\nOn Mon, Nov 23, 2026 Anna <anna@example.org> wrote:\n> Will you come?\n>\n> Anna\n"),
            "Yes.\n\n[On Mon, Nov 23, 2026 Anna <anna@example.org> wrote:\n> Will you come?\n>\n> Anna\n]"
        );
        assert_eq!(
            folded("Yes.\n\nOn Mon, Nov 23, 2026 at 3:05 PM Anna\n<anna@example.org> wrote:\n\n> Will you come?"),
            "Yes.\n\n[On Mon, Nov 23, 2026 at 3:05 PM Anna\n<anna@example.org> wrote:\n\n> Will you come?]"
        );
        assert_eq!(folded("Bring these:\n> a book"), "Bring these:\n[> a book]");
    }

    #[test]
    fn what_outlook_puts_below_is_an_earlier_mail_to_the_end() {
        for head in ["-----Original Message-----\n", "From: Anna\nSent: Monday\n", "De: Ana\nEnviado el: lunes\n"] {
            assert_eq!(folded(&format!("Yes.\n{head}Will you come?\n")), format!("Yes.\n[{head}Will you come?\n]"));
        }
        assert_eq!(folded("From: the bottom of my heart\nthank you"), "From: the bottom of my heart\nthank you");
        assert_eq!(folded("Yes.\n-- \nAnna\n"), "Yes.\n-- \nAnna\n");
    }

    #[test]
    fn lines_that_are_answered_one_by_one_stay() {
        let text = "> Will you come?\nYes.\n> When?\nAt three.\n";
        assert_eq!(folded(text), text);
        assert_eq!(folded("> a\n> b\n>\n\n> c\nYes.\n"), "[> a\n> b\n>\n\n> c\n]Yes.\n");
    }

    #[test]
    fn a_mail_that_is_passed_on_without_a_word_is_shown() {
        let text = "From: Anna\nSent: Monday\nWill you come?";
        assert_eq!(folded(text), text);
        assert_eq!(folded("> x\n"), "> x\n");
        assert_eq!(passages(""), []);
    }

    #[test]
    fn first_words_are_the_authors_own() {
        assert_eq!(first_words("Yes,\n  at three.\n> Will you come?\n", 40), "Yes, at three.");
        assert_eq!(first_words("Yes, at three in the afternoon.", 12), "Yes, at…");
        assert_eq!(first_words("Donaudampfschifffahrt", 8), "Donauda…");
        assert_eq!(first_words("", 8), "");
    }
}
