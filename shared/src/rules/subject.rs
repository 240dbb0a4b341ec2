//! Personal data in a subject, which always travels in clear: strong findings are masked or refused, weak ones pointed
//! out. A subject is short, so this favours plain code over speed.

use std::ops::{ControlFlow, Range};

use super::{
    chars::{Position, digit, is_blank, is_dash, is_ignorable},
    digits,
    finding::{Finding, Part, Rule, Strength},
};

/// What stands in place of a strong finding.
const MASK: &str = "•••";

/// Personal data in a subject, in order, none overlapping another: the surer wins, then the longer.
///
/// ```
/// use shared::rules::{Rule, scan_subject};
/// let rules: Vec<Rule> = scan_subject("Smith 123-45-6789, call 916 555 0100").iter().map(|f| f.rule).collect();
/// assert_eq!(rules, [Rule::Ssn, Rule::Phone]);
/// ```
pub fn scan_subject(subject: &str) -> Vec<Finding> {
    let mut position = Position::new(subject);
    found(subject)
        .into_iter()
        .map(|(rule, range)| Finding::new(rule, Part::Subject, position.of(range.start), position.of(range.end)))
        .collect()
}

/// The subject with `•••` in place of its strong findings.
///
/// ```
/// assert_eq!(shared::rules::mask("Smith 123-45-6789"), "Smith •••");
/// ```
pub fn mask(subject: &str) -> String {
    let mut masked = subject.to_owned();
    // What stood in the way of a label, or overlapped another finding, is masked in its turn.
    for _ in 0..MASKINGS {
        match mask_once(&masked) {
            Some(more) => masked = more,
            None => return masked,
        }
    }
    masked.chars().map(|c| if digit(c).is_some() { '•' } else { c }).collect()
}

/// How often a subject is masked before its digits all go: only one that is made for it needs more.
const MASKINGS: usize = 8;

fn mask_once(subject: &str) -> Option<String> {
    let mut masked = String::with_capacity(subject.len());
    let mut from = 0;
    for (_, range) in found(subject).into_iter().filter(|(rule, _)| rule.strength() == Strength::Strong) {
        masked.push_str(&subject[from..range.start]);
        masked.push_str(MASK);
        from = range.end;
    }
    masked.push_str(&subject[from..]);
    (from > 0).then_some(masked)
}

/// The most findings of one subject: it may have a megabyte, and sorting them in must not take long.
const MOST: usize = 4_096;

fn found(subject: &str) -> Vec<(Rule, Range<usize>)> {
    let mut all = Vec::new();
    let _ = digits::scan(subject, |rule, range| {
        all.push((rule, range));
        ControlFlow::<()>::Continue(())
    });
    numbers(subject, &mut all);
    emails(subject, &mut all);
    birth_dates(subject, &mut all);
    all.sort_by_key(|(rule, range)| (rule.strength() == Strength::Weak, std::cmp::Reverse(range.len()), range.start));
    all.truncate(MOST);
    let mut kept: Vec<(Rule, Range<usize>)> = Vec::new();
    for (rule, range) in all {
        let at = kept.partition_point(|(_, other)| other.start < range.start);
        let before_ends = at == 0 || kept[at - 1].1.end <= range.start;
        let after_begins = kept.get(at).is_none_or(|(_, other)| range.end <= other.start);
        if before_ends && after_begins {
            kept.insert(at, (rule, range));
        }
    }
    kept
}

/// A digit of a number written with single separators.
#[derive(Clone, Copy)]
struct Digit {
    value: u8,
    start: usize,
    end: usize,
    /// Whether something stands before it.
    apart: bool,
}

/// Numbers of 9 digits, telephone and card numbers: runs of digits with at most two separators between neighbours.
fn numbers(subject: &str, all: &mut Vec<(Rule, Range<usize>)>) {
    let mut run: Vec<Digit> = Vec::new();
    let mut separators = 0;
    let mut plus = None;
    let mut run_plus = None;
    for (at, c) in subject.char_indices() {
        if let Some(value) = digit(c) {
            if run.is_empty() {
                run_plus = plus.take();
            }
            run.push(Digit { value, start: at, end: at + c.len_utf8(), apart: separators > 0 });
            separators = 0;
        } else if is_ignorable(c) {
        } else if !run.is_empty() && separators < 2 && (is_blank(c) || is_dash(c) || matches!(c, '.' | '(' | ')' | '/'))
        {
            separators += 1;
        } else {
            judge_run(&run, run_plus, all);
            run.clear();
            separators = 0;
            plus = matches!(c, '+' | '(').then_some(at).or(plus.filter(|_| matches!(c, '+' | '(')));
        }
    }
    judge_run(&run, run_plus, all);
}

fn judge_run(run: &[Digit], plus: Option<usize>, all: &mut Vec<(Rule, Range<usize>)>) {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return };
    let ends_apart = |end: usize| run.get(end).is_none_or(|next| next.apart);
    for start in (0..run.len()).filter(|&start| start == 0 || run[start].apart) {
        for length in (13..=19).rev() {
            let Some(card) = run.get(start..start + length) else { continue };
            if ends_apart(start + length) && is_luhn(card) {
                all.push((Rule::Card, card[0].start..card[length - 1].end));
            }
        }
    }
    let whole = plus.unwrap_or(first.start)..last.end;
    match run.len() {
        9 => all.push((Rule::NineDigits, first.start..last.end)),
        10 if run.iter().any(|digit| digit.apart) || plus.is_some() => all.push((Rule::Phone, whole)),
        10..=12 if plus.is_some() => all.push((Rule::Phone, whole)),
        11 if first.value == 1 && run.iter().any(|digit| digit.apart) => all.push((Rule::Phone, whole)),
        _ => {}
    }
}

/// The check digit of payment cards (ISO/IEC 7812-1, annex B).
fn is_luhn(digits: &[Digit]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(n, digit)| match (n % 2, u32::from(digit.value)) {
            (0, value) => value,
            (_, value) if value > 4 => value * 2 - 9,
            (_, value) => value * 2,
        })
        .sum();
    sum.is_multiple_of(10) && digits.iter().any(|digit| digit.value != 0)
}

fn emails(subject: &str, all: &mut Vec<(Rule, Range<usize>)>) {
    let is_local = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let is_domain = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
    let mut from = 0;
    while let Some(at) = subject[from..].find('@').map(|offset| from + offset) {
        let start =
            subject[from..at].char_indices().rev().take_while(|(_, c)| is_local(*c)).last().map(|(n, _)| from + n);
        let domain = &subject[at + 1..];
        let length = domain.find(|c| !is_domain(c)).unwrap_or(domain.len());
        let domain = domain[..length].trim_end_matches(['.', '-']);
        if let Some(start) = start
            && domain.contains('.')
            && !domain.starts_with('.')
        {
            all.push((Rule::Email, start..at + 1 + domain.len()));
        }
        from = at + 1;
    }
}

/// A date within three words after DOB, born or birth.
fn birth_dates(subject: &str, all: &mut Vec<(Rule, Range<usize>)>) {
    let words: Vec<(usize, &str)> = words(subject);
    let mut labelled_until = 0;
    for (n, (start, word)) in words.iter().enumerate() {
        let bare: String = word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        if matches!(bare.as_str(), "dob" | "born" | "birth" | "birthday" | "birthdate" | "nacido" | "nacida") {
            labelled_until = n + 4;
            // "DOB:05/01/2014" is one word.
        } else if bare.starts_with("dob") && is_date(word.trim_start_matches(|c: char| !c.is_ascii_digit())) {
            all.push((Rule::BirthDate, *start..start + word.trim_end_matches(is_edge).len()));
        } else if n < labelled_until {
            let word_date = word.trim_matches(is_edge);
            let offset = start + (word.len() - word.trim_start_matches(is_edge).len());
            if is_date(word_date) {
                all.push((Rule::BirthDate, offset..offset + word_date.len()));
            } else if is_month(word_date) {
                let (from, to) = long_date(&words, n);
                all.push((Rule::BirthDate, from..to));
            }
        }
    }
}

fn words(text: &str) -> Vec<(usize, &str)> {
    text.split_whitespace().map(|word| (word.as_ptr() as usize - text.as_ptr() as usize, word)).collect()
}

fn is_edge(c: char) -> bool {
    matches!(c, ',' | ';' | ':' | '(' | ')' | '.' | '"')
}

/// `5/1/2014`, `2014-05-01`, `1.5.14`: three groups of digits.
fn is_date(word: &str) -> bool {
    let groups: Vec<&str> = word.split(|c: char| matches!(c, '/' | '.') || is_dash(c)).collect();
    groups.len() == 3
        && groups
            .iter()
            .all(|group| matches!(group.len(), 1 | 2 | 4) && group.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_month(word: &str) -> bool {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let lower = word.to_lowercase();
    lower.is_ascii() && lower.len() >= 3 && lower.len() <= 9 && MONTHS.contains(&&lower[..3])
}

/// From the day before or after the month's name to the year.
fn long_date(words: &[(usize, &str)], month: usize) -> (usize, usize) {
    let is_number = |n: usize| words.get(n).is_some_and(|(_, word)| word.starts_with(|c: char| c.is_ascii_digit()));
    let first = if month > 0 && is_number(month - 1) { month - 1 } else { month };
    let mut last = month;
    while last < month + 2 && is_number(last + 1) {
        last += 1;
    }
    (words[first].0, words[last].0 + words[last].1.trim_end_matches(is_edge).len())
}
