//! Character references of HTML (standard, section 13.5): the numeric ones, and the named ones that mail uses.

/// Named references, without `&` and `;`.
const NAMED: [(&str, &str); 64] = [
    ("AMP", "&"),
    ("Aacute", "Á"),
    ("Auml", "Ä"),
    ("Eacute", "É"),
    ("GT", ">"),
    ("Iacute", "Í"),
    ("LT", "<"),
    ("Ntilde", "Ñ"),
    ("Oacute", "Ó"),
    ("Ouml", "Ö"),
    ("QUOT", "\""),
    ("Tab", "\t"),
    ("Uacute", "Ú"),
    ("Uuml", "Ü"),
    ("NewLine", "\n"),
    ("aacute", "á"),
    ("agrave", "à"),
    ("amp", "&"),
    ("apos", "'"),
    ("auml", "ä"),
    ("bull", "•"),
    ("ccedil", "ç"),
    ("cent", "¢"),
    ("colon", ":"),
    ("comma", ","),
    ("copy", "©"),
    ("dash", "\u{2010}"),
    ("deg", "°"),
    ("eacute", "é"),
    ("egrave", "è"),
    ("emsp", "\u{2003}"),
    ("ensp", "\u{2002}"),
    ("euro", "€"),
    ("gt", ">"),
    ("hellip", "…"),
    ("horbar", "\u{2015}"),
    ("hyphen", "\u{2010}"),
    ("iacute", "í"),
    ("iexcl", "¡"),
    ("iquest", "¿"),
    ("laquo", "«"),
    ("ldquo", "“"),
    ("lpar", "("),
    ("lsquo", "‘"),
    ("lt", "<"),
    ("mdash", "\u{2014}"),
    ("middot", "·"),
    ("minus", "\u{2212}"),
    ("nbsp", "\u{A0}"),
    ("ndash", "\u{2013}"),
    ("ntilde", "ñ"),
    ("num", "#"),
    ("oacute", "ó"),
    ("ouml", "ö"),
    ("period", "."),
    ("quot", "\""),
    ("rdquo", "”"),
    ("rpar", ")"),
    ("rsquo", "’"),
    ("shy", "\u{AD}"),
    ("thinsp", "\u{2009}"),
    ("uacute", "ú"),
    ("zwj", "\u{200D}"),
    ("zwnj", "\u{200C}"),
];
/// References that browsers take without the semicolon.
const BARE: [&str; 8] = ["AMP", "GT", "LT", "amp", "gt", "lt", "nbsp", "shy"];

/// What windows-1252 means by 0x80 to 0x9F, as the standard reads such numeric references.
const C1: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// Decodes the reference that `text` begins with, and what follows it; `None` where `&` stands for itself.
pub(super) fn decode(text: &str) -> Option<(String, &str)> {
    let body = text.strip_prefix('&')?;
    if let Some(number) = body.strip_prefix('#') {
        return numeric(number);
    }
    let length = body.bytes().take(24).take_while(u8::is_ascii_alphanumeric).count();
    let (name, after) = body.split_at(length);
    if let Some(after) = after.strip_prefix(';')
        && let Some((_, value)) = NAMED.iter().find(|(known, _)| *known == name)
    {
        return Some(((*value).to_owned(), after));
    }
    let bare = BARE.iter().find(|bare| name.starts_with(**bare))?;
    let (_, value) = NAMED.iter().find(|(known, _)| known == bare)?;
    Some(((*value).to_owned(), &body[bare.len()..]))
}

fn numeric(number: &str) -> Option<(String, &str)> {
    let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |hex| (hex, 16));
    let length = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if length == 0 {
        return None;
    }
    let (digits, after) = digits.split_at(length);
    let significant = digits.trim_start_matches('0');
    let code = if significant.len() > 8 { u32::MAX } else { u32::from_str_radix(significant, radix).unwrap_or(0) };
    let c = match code {
        0x80..=0x9F => C1[code as usize - 0x80],
        0 => '\u{FFFD}',
        _ => char::from_u32(code).unwrap_or('\u{FFFD}'),
    };
    Some((c.to_string(), after.strip_prefix(';').unwrap_or(after)))
}
