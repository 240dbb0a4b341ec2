//! What a password must be (NIST SP 800-63B section 3.1.1): long enough, any characters, not a common one. No rules
//! of composition, no forced changes.

use serde::{Deserialize, Serialize};

/// The fewest characters.
pub const SHORTEST: usize = 8;
/// The most characters.
pub const LONGEST: usize = 128;

/// Passwords that everyone tries first; each stands for itself with digits or signs behind it.
const COMMON: &str = include_str!("password/common.txt");

/// Why a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PasswordProblem {
    /// Fewer than 8 characters.
    TooShort,
    /// More than 128 characters.
    TooLong,
    /// Among those that are tried first, or made of the address or the name.
    Common,
}

impl PasswordProblem {
    /// The kebab-case code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too-short",
            Self::TooLong => "too-long",
            Self::Common => "common",
        }
    }

    /// English words for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::TooShort => "Use at least 8 characters. A few words in a row are easy to remember.",
            Self::TooLong => "Use at most 128 characters.",
            Self::Common => "This password is easy to guess. Try a few words that do not belong together.",
        }
    }
}

/// Checks a password for the account of `email` and `name`.
///
/// ```
/// use shared::password::{PasswordProblem, check};
/// assert_eq!(check("three purple lamps", "pat@example.org", "Pat"), Ok(()));
/// assert_eq!(check("password1", "pat@example.org", "Pat"), Err(PasswordProblem::Common));
/// ```
pub fn check(password: &str, email: &str, name: &str) -> Result<(), PasswordProblem> {
    let length = password.chars().count();
    if length < SHORTEST {
        return Err(PasswordProblem::TooShort);
    }
    if length > LONGEST {
        return Err(PasswordProblem::TooLong);
    }
    let lower = password.to_lowercase();
    // "winter2031" is a common word with digits.
    let stem = lower.trim_end_matches(|c: char| !c.is_alphabetic());
    let is_common = COMMON.lines().any(|common| common == lower || common == stem);
    if is_common || is_run(&lower) || is_made_of(&lower, &[email, name]) {
        return Err(PasswordProblem::Common);
    }
    Ok(())
}

/// Whether a password has no letters but those of one's own address and name: "anna1999" for anna@….
fn is_made_of(lower: &str, own: &[&str]) -> bool {
    let own: Vec<String> = own.iter().map(|text| text.to_lowercase()).collect();
    let mut words: Vec<&str> = own.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).collect();
    words.retain(|word| word.chars().count() >= 2);
    // "park" within "parker" would leave letters.
    words.sort_unstable_by_key(|word| core::cmp::Reverse(word.len()));
    let rest = words.iter().fold(lower.to_owned(), |rest, word| rest.replace(word, " "));
    rest.len() < lower.len() && !rest.chars().any(char::is_alphabetic)
}

/// One character again and again, or steps of one through the alphabet or the digits.
fn is_run(lower: &str) -> bool {
    let codes: Vec<i64> = lower.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps = |step: i64| codes.windows(2).all(|pair| pair[1] - pair[0] == step);
    steps(0) || steps(1) || steps(-1)
}

/// How hard a password is to guess, roughly, for a meter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// Would be refused, or nearly.
    Weak,
    /// Taken.
    Fair,
    /// Good.
    Good,
    /// Very good.
    Strong,
}

/// Estimates by length and variety; a refused password is weak.
pub fn strength(password: &str, email: &str, name: &str) -> Strength {
    if check(password, email, name).is_err() {
        return Strength::Weak;
    }
    let mut distinct: Vec<char> = password.chars().collect();
    let length = distinct.len();
    distinct.sort_unstable();
    distinct.dedup();
    match (length, distinct.len()) {
        (_, 0..=4) => Strength::Weak,
        (16.., 8..) => Strength::Strong,
        (12.., 7..) => Strength::Good,
        _ => Strength::Fair,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_passwords_of_any_characters_are_taken() {
        for good in ["correct horse battery", "пароль из слов", "aZ3$kk!q", "        x", &"ab".repeat(64)] {
            assert_eq!(check(good, "a@b.org", "A B"), Ok(()), "{good:?}");
        }
    }

    #[test]
    fn common_ones_runs_and_ones_own_name_are_refused() {
        for bad in [
            "Password",
            "password123",
            "winter2031",
            "12345678",
            "aaaaaaaa",
            "abcdefgh",
            "qwertyuiop",
            "pat.parent",
            "Pat Parent",
            "patparent12",
            "Parent-Pat-1984",
            "patpatpat",
            "example.org",
            "iloveyou!!",
        ] {
            assert_eq!(check(bad, "pat.parent@example.org", "Pat Parent"), Err(PasswordProblem::Common), "{bad}");
        }
        assert_eq!(check("Parents 1984", "pat.parent@example.org", "Pat Parent"), Ok(()));
        assert_eq!(check("8812 3344 91", "2@b.org", ""), Ok(()));
        assert_eq!(check("short", "a@b.org", ""), Err(PasswordProblem::TooShort));
        assert_eq!(check(&"ab".repeat(65), "a@b.org", ""), Err(PasswordProblem::TooLong));
    }

    #[test]
    fn the_meter_rises_with_length() {
        assert!(strength("kV9#pq2L", "a@b.org", "") < strength("three purple lamps", "a@b.org", ""));
    }
}
