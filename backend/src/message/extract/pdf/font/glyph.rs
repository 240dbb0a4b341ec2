//! Names of glyphs (Adobe Glyph List), as far as the Latin script goes.

/// The character that a glyph of this name shows.
pub(super) fn character(name: &[u8]) -> Option<char> {
    let name = std::str::from_utf8(name).ok()?;
    // What follows a dot tells of a variant, such as old-style figures.
    let name = name.split('.').next().filter(|name| !name.is_empty())?;
    let mut characters = name.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return Some(only);
    }
    let by_number = name.strip_prefix("uni").or_else(|| name.strip_prefix('u'));
    let number = by_number.filter(|digits| digits.len() >= 4).and_then(|digits| digits.get(..digits.len().min(6)));
    let number = number.map(|digits| if name.starts_with("uni") { &digits[..4] } else { digits });
    if let Some(character) = number.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32) {
        return Some(character);
    }
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, character)| *character).or_else(|| accented(name))
}

fn accented(name: &str) -> Option<char> {
    let (accent, base, composed) = ACCENTS.iter().find(|(accent, ..)| name.ends_with(accent))?;
    let mut letters = name[..name.len() - accent.len()].chars();
    let (Some(letter), None) = (letters.next(), letters.next()) else { return None };
    base.chars().zip(composed.chars()).find(|(plain, _)| *plain == letter).map(|(_, composed)| composed)
}

const ACCENTS: [(&str, &str, &str); 8] = [
    ("grave", "AEIOUaeiou", "ÀÈÌÒÙàèìòù"),
    ("acute", "AEIOUYaeiouy", "ÁÉÍÓÚÝáéíóúý"),
    ("circumflex", "AEIOUaeiou", "ÂÊÎÔÛâêîôû"),
    ("tilde", "ANOano", "ÃÑÕãñõ"),
    ("dieresis", "AEIOUYaeiouy", "ÄËÏÖÜŸäëïöüÿ"),
    ("ring", "Aa", "Åå"),
    ("cedilla", "CSTcst", "ÇŞŢçşţ"),
    ("caron", "CDENRSTZcdenrstz", "ČĎĚŇŘŠŤŽčďěňřšťž"),
];

const NAMES: [(&str, char); 76] = [
    ("zero", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
    ("zerooldstyle", '0'),
    ("oneoldstyle", '1'),
    ("twooldstyle", '2'),
    ("threeoldstyle", '3'),
    ("fouroldstyle", '4'),
    ("fiveoldstyle", '5'),
    ("sixoldstyle", '6'),
    ("sevenoldstyle", '7'),
    ("eightoldstyle", '8'),
    ("nineoldstyle", '9'),
    ("hyphen", '-'),
    ("hyphenminus", '-'),
    ("sfthyphen", '\u{AD}'),
    ("softhyphen", '\u{AD}'),
    ("minus", '\u{2212}'),
    ("endash", '\u{2013}'),
    ("emdash", '\u{2014}'),
    ("figuredash", '\u{2012}'),
    ("horizontalbar", '\u{2015}'),
    ("space", ' '),
    ("nbspace", '\u{A0}'),
    ("nonbreakingspace", '\u{A0}'),
    ("exclam", '!'),
    ("quotedbl", '"'),
    ("numbersign", '#'),
    ("dollar", '$'),
    ("percent", '%'),
    ("ampersand", '&'),
    ("quotesingle", '\''),
    ("quoteright", '\u{2019}'),
    ("quoteleft", '\u{2018}'),
    ("quotedblleft", '\u{201C}'),
    ("quotedblright", '\u{201D}'),
    ("parenleft", '('),
    ("parenright", ')'),
    ("asterisk", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("slash", '/'),
    ("colon", ':'),
    ("semicolon", ';'),
    ("less", '<'),
    ("equal", '='),
    ("greater", '>'),
    ("question", '?'),
    ("at", '@'),
    ("bracketleft", '['),
    ("backslash", '\\'),
    ("bracketright", ']'),
    ("asciicircum", '^'),
    ("underscore", '_'),
    ("braceleft", '{'),
    ("bar", '|'),
    ("braceright", '}'),
    ("asciitilde", '~'),
    ("bullet", '\u{2022}'),
    ("germandbls", 'ß'),
    ("ae", 'æ'),
    ("AE", 'Æ'),
    ("oslash", 'ø'),
    ("Oslash", 'Ø'),
    ("section", '§'),
    ("degree", '°'),
    ("Euro", '€'),
    ("periodcentered", '·'),
];
