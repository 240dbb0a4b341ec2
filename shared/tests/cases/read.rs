//! Reads the text cases: a line `subject|body|html: <text>` and behind it, after `=>`, what must come out. In the
//! text `\u{…}`, `\n`, `\r` and `\t` stand for characters.

use shared::rules::{Finding, Part, SubjectTags, marker, mask, scan_body, scan_subject, visible_text};

const FILES: [(&str, &str); 4] = [
    ("marker.txt", include_str!("marker.txt")),
    ("body.txt", include_str!("body.txt")),
    ("html.txt", include_str!("html.txt")),
    ("subject.txt", include_str!("subject.txt")),
];

/// Checks every case, and says which failed.
pub(super) fn check_all() {
    let mut checked = 0;
    for (file, text) in FILES {
        for (number, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with("//") {
                continue;
            }
            let (case, wanted) = line.rsplit_once(" => ").expect("a case has an arrow");
            let found = answer(file, &unescape(case));
            assert_eq!(found, unescape(wanted), "{file}:{}: {case}", number + 1);
            checked += 1;
        }
    }
    assert!(checked > 100, "only {checked} cases were found");
}

fn answer(file: &str, text: &str) -> String {
    match file {
        "marker.txt" => {
            let subject = marker::read(text, &SubjectTags::default());
            format!("{} {}", if subject.marked { "marked" } else { "plain" }, subject.display)
        }
        "body.txt" => spans(&scan_body(text, Part::Text)),
        "html.txt" => visible_text(text).replace('\n', "/"),
        _ => format!("{} {}", spans(&scan_subject(text)), mask(text)),
    }
}

fn spans(findings: &[Finding]) -> String {
    let all: Vec<String> = findings.iter().map(|f| format!("{}@{}..{}", f.rule.code(), f.start, f.end)).collect();
    if all.is_empty() { "nothing".to_owned() } else { all.join(",") }
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (c, length) = match rest.as_bytes().get(at + 1) {
            Some(b'n') => ('\n', 2),
            Some(b'r') => ('\r', 2),
            Some(b't') => ('\t', 2),
            Some(b'u') => {
                let end = rest[at..].find('}').expect("an escape ends");
                let code = u32::from_str_radix(&rest[at + 3..at + end], 16).expect("hexadecimal");
                (char::from_u32(code).expect("a scalar value"), end + 1)
            }
            _ => ('\\', 1),
        };
        out.push(c);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}
