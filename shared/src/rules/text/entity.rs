//! Character references of HTML (standard, section 13.5): the numeric ones, the named ones that mail uses, and all of
//! what may stand in a number or a label.

/// Named references, without `&` and `;`, in order.
const NAMED: [(&str, &str); 91] = [
    ("AMP", "&"),
    ("Aacute", "Á"),
    ("ApplyFunction", "\u{2061}"),
    ("Auml", "Ä"),
    ("Eacute", "É"),
    ("GT", ">"),
    ("Iacute", "Í"),
    ("InvisibleComma", "\u{2063}"),
    ("InvisibleTimes", "\u{2062}"),
    ("LT", "<"),
    ("MediumSpace", "\u{205F}"),
    ("NegativeMediumSpace", "\u{200B}"),
    ("NegativeThickSpace", "\u{200B}"),
    ("NegativeThinSpace", "\u{200B}"),
    ("NegativeVeryThinSpace", "\u{200B}"),
    ("NewLine", "\n"),
    ("NoBreak", "\u{2060}"),
    ("NonBreakingSpace", "\u{A0}"),
    ("Ntilde", "Ñ"),
    ("Oacute", "Ó"),
    ("Ouml", "Ö"),
    ("QUOT", "\""),
    ("Tab", "\t"),
    ("ThickSpace", "\u{205F}\u{200A}"),
    ("ThinSpace", "\u{2009}"),
    ("Uacute", "Ú"),
    ("Uuml", "Ü"),
    ("VerticalLine", "|"),
    ("VeryThinSpace", "\u{200A}"),
    ("ZeroWidthSpace", "\u{200B}"),
    ("aacute", "á"),
    ("af", "\u{2061}"),
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
    ("emsp13", "\u{2004}"),
    ("emsp14", "\u{2005}"),
    ("ensp", "\u{2002}"),
    ("euro", "€"),
    ("gt", ">"),
    ("hairsp", "\u{200A}"),
    ("hellip", "…"),
    ("horbar", "\u{2015}"),
    ("hyphen", "\u{2010}"),
    ("iacute", "í"),
    ("ic", "\u{2063}"),
    ("iexcl", "¡"),
    ("iquest", "¿"),
    ("it", "\u{2062}"),
    ("laquo", "«"),
    ("ldquo", "“"),
    ("lpar", "("),
    ("lrm", "\u{200E}"),
    ("lsquo", "‘"),
    ("lt", "<"),
    ("mdash", "\u{2014}"),
    ("middot", "·"),
    ("minus", "\u{2212}"),
    ("nbsp", "\u{A0}"),
    ("ndash", "\u{2013}"),
    ("ntilde", "ñ"),
    ("num", "#"),
    ("numsp", "\u{2007}"),
    ("oacute", "ó"),
    ("ouml", "ö"),
    ("period", "."),
    ("puncsp", "\u{2008}"),
    ("quot", "\""),
    ("rdquo", "”"),
    ("rlm", "\u{200F}"),
    ("rpar", ")"),
    ("rsquo", "’"),
    ("shy", "\u{AD}"),
    ("thinsp", "\u{2009}"),
    ("uacute", "ú"),
    ("verbar", "|"),
    ("vert", "|"),
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
        && let Some(value) = named(name)
    {
        return Some((value.to_owned(), after));
    }
    let bare = BARE.iter().find(|bare| name.starts_with(**bare))?;
    Some((named(bare)?.to_owned(), &body[bare.len()..]))
}

fn named(name: &str) -> Option<&'static str> {
    NAMED.binary_search_by_key(&name, |(known, _)| known).ok().map(|at| NAMED[at].1)
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

#[cfg(test)]
mod tests {
    use super::NAMED;

    #[test]
    fn names_stand_in_order() {
        assert!(NAMED.is_sorted_by_key(|(name, _)| *name));
    }
}
