//! Formats of numbers (ECMA-376 part 1, section 18.8.31), as far as they make a number of nine digits one that is looked
//! for: they divide it, or write a label in front of it.

/// The digits of a number that its format may divide.
const DIGITS: usize = 9;
/// Longer formats are not known; Excel itself takes no longer ones.
const MOST: usize = 255;

/// What stands in a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece {
    /// The place of a digit.
    Place,
    /// A character that is shown.
    Shown(char),
}

/// A format that divides or labels whole numbers.
#[derive(Debug)]
pub(super) struct Format(Vec<Piece>);

impl Format {
    /// From its code; none if it does neither, or is that of a date or a fraction.
    pub(super) fn read(code: &str) -> Option<Self> {
        if code.len() > MOST {
            return None;
        }
        let pieces = pieces(code)?;
        let places = pieces.iter().filter(|piece| **piece == Piece::Place).count();
        let first = pieces.iter().position(|piece| *piece == Piece::Place)?;
        let is_label = |piece: &Piece| {
            matches!(piece, Piece::Shown(c) if c.is_alphabetic()) && !pieces.contains(&Piece::Shown('.'))
        };
        let is_one = pieces[first..].iter().take_while(|piece| **piece == Piece::Place).count() == places;
        let is_known = places == DIGITS || (places < DIGITS && is_one && pieces.iter().any(is_label));
        is_known.then_some(Self(pieces))
    }

    /// A whole number of up to nine digits, as the format shows it.
    pub(super) fn shown(&self, number: f64) -> Option<String> {
        if !(0.0..1e9).contains(&number) {
            return None;
        }
        let places = self.0.iter().filter(|piece| **piece == Piece::Place).count();
        let digits = format!("{number:0places$.0}");
        // More digits than places stand in the first one.
        let (mut before, rest) = digits.split_at(digits.len().saturating_sub(places));
        let mut rest = rest.chars();
        let mut shown = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Place => {
                    shown.push_str(std::mem::take(&mut before));
                    shown.extend(rest.next());
                }
                Piece::Shown(c) => shown.push(*c),
            }
        }
        Some(shown)
    }
}

/// The first section of a code without what is written for the program alone; none where letters mean something.
fn pieces(code: &str) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            ';' => break,
            '0' | '#' | '?' => pieces.push(Piece::Place),
            '"' => {
                let (literal, after) = rest.split_once('"').unwrap_or((rest, ""));
                pieces.extend(literal.chars().map(Piece::Shown));
                rest = after;
            }
            '\\' => {
                let mut escaped = rest.chars();
                pieces.extend(escaped.next().map(Piece::Shown));
                rest = escaped.as_str();
            }
            // The next character fills the cell, or only its width is left blank.
            '*' | '_' => {
                let mut next = rest.chars();
                next.next();
                rest = next.as_str();
            }
            // Colours, conditions and languages.
            '[' => rest = rest.split_once(']').map_or("", |(_, after)| after),
            'G' if rest.starts_with("eneral") => {
                pieces.push(Piece::Place);
                rest = &rest["eneral".len()..];
            }
            c if c.is_alphanumeric() => return None,
            // Only digits in groups.
            ',' => {}
            c => pieces.push(Piece::Shown(c)),
        }
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(code: &str, number: f64) -> Option<String> {
        Format::read(code)?.shown(number)
    }

    #[test]
    fn nine_digits_are_divided() {
        let divided = Some("123-45-6789");
        for code in [
            "000-00-0000",
            "000\\-00\\-0000",
            "[<=999999999]000\\-00\\-0000;General",
            "000\"-\"00\"-\"0000",
            "###-##-####_)",
        ] {
            assert_eq!(shown(code, 123_456_789.0).as_deref(), divided, "{code}");
        }
        assert_eq!(shown("[$-409]000-00-0000", 12_345_678.0).as_deref(), Some("012-34-5678"));
        assert_eq!(shown("000-00-0000", -1.0), None);
        assert_eq!(shown("000-00-0000", 1e9), None);
    }

    #[test]
    fn what_stands_in_quotes_is_shown_with_its_letters_and_digits() {
        assert_eq!(shown("\"SSN \"000-00-0000", 123_456_789.0).as_deref(), Some("SSN 123-45-6789"));
        assert_eq!(shown("\\S\\S\\N 000000000", 123_456_789.0).as_deref(), Some("SSN 123456789"));
        assert_eq!(shown("\"a;0]\"000-00-0000", 123_456_789.0).as_deref(), Some("a;0]123-45-6789"));
    }

    #[test]
    fn a_label_is_shown_with_the_whole_number() {
        assert_eq!(shown("\"SSN \"0", 123_456_789.0).as_deref(), Some("SSN 123456789"));
        assert_eq!(shown("\"SSN \"General", 123_456_789.0).as_deref(), Some("SSN 123456789"));
        assert_eq!(shown("#,##0\" kg\"", 123.0).as_deref(), Some("0123 kg"));
    }

    #[test]
    fn other_formats_are_not_known() {
        for code in ["General", "0.00", "yyyy-mm-dd", "0.00E+00", "@", "", "00-00", &"0".repeat(300)] {
            assert!(Format::read(code).is_none(), "{code}");
        }
    }

    proptest! {
        #[test]
        fn no_code_makes_it_fail(code in "[\"\\\\_*\\[\\];0#?Géneral,.-]{0,40}", number in any::<f64>()) {
            shown(&code, number);
        }
    }
}
