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

#[cfg(test)]
mod tests {
    #[test]
    fn a_reference_is_two_groups_of_four_without_letters_that_are_mistaken() {
        let code = super::new();
        assert_eq!(code.len(), 9);
        assert_eq!(code.as_bytes()[4], b'-');
        assert!(!code.contains(['I', 'L', 'O', 'U']));
    }
}
