//! The short reference code that stands in the notification and on the page.

use data_encoding::Encoding;

use crate::seal::Token;

/// Letters and digits that are not mistaken for one another when read aloud (after Crockford's base 32).
const REFERENCE: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Eight characters in two groups: 40 random bits, enough to tell one message from another.
pub fn new() -> String {
    let mut specification = data_encoding::Specification::new();
    specification.symbols.push_str(REFERENCE);
    let hash = Token::generate().hash();
    let code = specification.encoding().map_or_else(
        |_| data_encoding::BASE32_NOPAD.encode(&hash.as_bytes()[..5]),
        |encoding: Encoding| encoding.encode(&hash.as_bytes()[..5]),
    );
    format!("{}-{}", &code[..4], &code[4..])
}

/// A code as it was heard or typed: small letters, blanks or no dash, `O` for `0`, `I` or `L` for `1`. None where it
/// cannot be one.
pub fn read(typed: &str) -> Option<String> {
    let code: String = typed
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    let is_code = code.len() == 8 && code.chars().all(|c| REFERENCE.contains(c));
    is_code.then(|| format!("{}-{}", &code[..4], &code[4..]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_is_read_as_people_type_it() {
        for typed in ["7KQ2-M0X1", "7kq2m0x1", " 7kq2 - moxl ", "7KQ2–MOXI"] {
            assert_eq!(super::read(typed).as_deref(), Some("7KQ2-M0X1"), "{typed}");
        }
        for typed in ["", "7KQ2", "7KQ2-M0X1-2", "7KQ2-M0XU", "7KQ2-M0Xé"] {
            assert_eq!(super::read(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_reference_is_two_groups_of_four_without_letters_that_are_mistaken() {
        let code = super::new();
        assert_eq!(code.len(), 9);
        assert_eq!(code.as_bytes()[4], b'-');
        assert!(!code.contains(['I', 'L', 'O', 'U']));
    }
}
