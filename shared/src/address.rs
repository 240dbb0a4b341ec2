//! Email addresses and domains: parsed at the edge, compared in one normal form, kept as written for sending.

pub mod slip;

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Why a text is no address or no domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressError {
    /// There is no `@`, or nothing before it.
    NoLocalPart,
    /// The local part is longer than any address may be, or holds what it must not.
    BadLocalPart,
    /// The domain is empty, over 255 octets, or holds what it must not.
    BadDomain,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoLocalPart => "an address looks like name@example.org",
            Self::BadLocalPart => "the part before the @ is not valid",
            Self::BadDomain => "the part after the @ is not a valid domain",
        })
    }
}

impl std::error::Error for AddressError {}

/// A domain in its normal form: lower-case A-labels (RFC 5890) without a trailing dot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Domain(String);

impl Domain {
    /// The normal form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is `parent` or lies below it, label by label.
    ///
    /// ```
    /// use shared::Domain;
    /// let agency: Domain = "state.ca.us".parse().unwrap();
    /// assert!("cws.state.ca.us".parse::<Domain>().unwrap().is_within(&agency));
    /// assert!(!"evilstate.ca.us".parse::<Domain>().unwrap().is_within(&agency));
    /// ```
    pub fn is_within(&self, parent: &Self) -> bool {
        match self.0.strip_suffix(&parent.0) {
            Some("") => true,
            Some(front) => front.ends_with('.'),
            None => false,
        }
    }
}

impl FromStr for Domain {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.strip_suffix('.').unwrap_or(text);
        if let Some(literal) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let ip = literal.strip_prefix("IPv6:").unwrap_or(literal);
            return if is_ip(ip) { Ok(Self(text.to_ascii_lowercase())) } else { Err(AddressError::BadDomain) };
        }
        let ascii = to_a_labels(text).ok_or(AddressError::BadDomain)?;
        let label_is_good = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-' || c == '_')
        };
        if ascii.is_empty() || ascii.len() > 255 || !ascii.split('.').all(label_is_good) {
            return Err(AddressError::BadDomain);
        }
        Ok(Self(ascii))
    }
}

/// Without the `idna` feature (in the browser) this looks at the characters alone: the server reads the numbers.
fn is_ip(text: &str) -> bool {
    #[cfg(feature = "idna")]
    return text.parse::<std::net::IpAddr>().is_ok();
    #[cfg(not(feature = "idna"))]
    return !text.is_empty() && text.bytes().all(|c| c.is_ascii_hexdigit() || matches!(c, b'.' | b':'));
}

/// Without the `idna` feature (in the browser) a domain beyond ASCII is only lower-cased; the server turns it into
/// A-labels before anything is compared.
fn to_a_labels(text: &str) -> Option<String> {
    if text.is_ascii() {
        return Some(text.to_ascii_lowercase());
    }
    #[cfg(feature = "idna")]
    return idna::domain_to_ascii(text).ok();
    #[cfg(not(feature = "idna"))]
    return Some(text.to_lowercase()).filter(|t| !t.chars().any(|c| c.is_whitespace() || c.is_control()));
}

impl fmt::Display for Domain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A domain, or with `*.` in front every domain below one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DomainPattern {
    /// This domain alone.
    Exact(Domain),
    /// Every domain below this one, not the domain itself.
    Below(Domain),
}

impl DomainPattern {
    /// Whether `domain` fits.
    pub fn matches(&self, domain: &Domain) -> bool {
        match self {
            Self::Exact(exact) => domain == exact,
            Self::Below(parent) => domain != parent && domain.is_within(parent),
        }
    }

    /// The domain named, without the star.
    pub fn domain(&self) -> &Domain {
        match self {
            Self::Exact(domain) | Self::Below(domain) => domain,
        }
    }
}

impl FromStr for DomainPattern {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        match text.strip_prefix("*.") {
            Some(parent) => Ok(Self::Below(parent.parse()?)),
            None => Ok(Self::Exact(text.parse()?)),
        }
    }
}

impl fmt::Display for DomainPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(domain) => write!(f, "{domain}"),
            Self::Below(domain) => write!(f, "*.{domain}"),
        }
    }
}

/// A mailbox address (RFC 5321 section 4.1.2, RFC 6531 for UTF-8). Equality, order and hash are those of the normal
/// form; [`EmailAddress::written`] is what was given, for sending.
///
/// ```
/// use shared::EmailAddress;
/// let address: EmailAddress = "Anna.Smith@Example.ORG.".parse().unwrap();
/// assert_eq!(address.as_str(), "anna.smith@example.org");
/// assert_eq!(address.written(), "Anna.Smith@Example.ORG.");
/// assert_eq!(address, "anna.smith@example.org".parse().unwrap());
/// ```
#[derive(Clone)]
pub struct EmailAddress {
    written: String,
    normal: String,
    domain: Domain,
}

impl EmailAddress {
    /// The normal form: local part in lower case, domain as lower-case A-labels. Compare and store this.
    pub fn as_str(&self) -> &str {
        &self.normal
    }

    /// The address as it was written. Send to this.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// The domain.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// The part before the last `@`, as written.
    pub fn local_part(&self) -> &str {
        self.written.rsplit_once('@').map_or("", |(local, _)| local)
    }
}

impl FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::NoLocalPart)?;
        if local.is_empty() {
            return Err(AddressError::NoLocalPart);
        }
        if local.len() > LONGEST_LOCAL_PART || !(is_dot_string(local) || is_quoted_string(local)) {
            return Err(AddressError::BadLocalPart);
        }
        let domain: Domain = domain.parse()?;
        let normal = format!("{}@{domain}", local.to_lowercase());
        Ok(Self { written: text.to_owned(), normal, domain })
    }
}

/// Octets of the longest local part. RFC 5321 section 4.5.3.1.1 asks for 64 at least; senders of newsletters write the
/// address of each recipient into theirs and need far more, and their mail must pass. The whole path has 256 (section
/// 4.5.3.1.3).
const LONGEST_LOCAL_PART: usize = 254;

/// RFC 5321 `Dot-string`, but with empty atoms allowed: some carriers really gave out addresses such as `a..b@` and
/// `a.@`, and their owners must be reachable.
fn is_dot_string(local: &str) -> bool {
    local.chars().all(|c| {
        c.is_ascii_alphanumeric()
            || "!#$%&'*+-/=?^_`{|}~.".contains(c)
            || (!c.is_ascii() && !c.is_control() && !c.is_whitespace() && c != '\u{FFFD}')
    })
}

fn is_quoted_string(local: &str) -> bool {
    let Some(inner) = local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) else { return false };
    let mut chars = inner.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(next) if !next.is_control() => {}
                _ => return false,
            },
            '"' | '\u{FFFD}' => return false,
            c if c.is_control() => return false,
            _ => {}
        }
    }
    true
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.normal == other.normal
    }
}

impl Eq for EmailAddress {}

impl std::hash::Hash for EmailAddress {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.normal.hash(state);
    }
}

impl PartialOrd for EmailAddress {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EmailAddress {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.normal.cmp(&other.normal)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.written)
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.written)
    }
}

impl<'de> Deserialize<'de> for EmailAddress {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl Serialize for DomainPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DomainPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Reads an address with or without a display name, as people write it in a list of recipients (RFC 5322 section 3.4).
///
/// ```
/// use shared::address::parse_mailbox;
/// let (name, address) = parse_mailbox("\"Smith, Anna\" <anna@example.org>").unwrap();
/// assert_eq!((name.as_str(), address.as_str()), ("Smith, Anna", "anna@example.org"));
/// assert_eq!(parse_mailbox("anna@example.org").unwrap().0, "");
/// assert!(parse_mailbox("Anna <anna>").is_err());
/// ```
pub fn parse_mailbox(text: &str) -> Result<(String, EmailAddress), AddressError> {
    let text = text.trim();
    match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
        Some((name, address)) => {
            let name = name.trim();
            let bare = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(name);
            Ok((bare.replace("\\\"", "\"").trim().to_owned(), address.trim().parse()?))
        }
        None => Ok((String::new(), text.parse()?)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn address(text: &str) -> Result<EmailAddress, AddressError> {
        text.parse()
    }

    #[test]
    fn dots_and_plus_are_not_folded() {
        assert_ne!(address("a.b@x.org"), address("ab@x.org"));
        assert_ne!(address("a+b@x.org"), address("a@x.org"));
    }

    #[test]
    fn a_display_name_is_no_part_of_an_address() {
        assert_eq!(address("Anna <anna@x.org>"), Err(AddressError::BadLocalPart));
    }

    #[test]
    fn a_local_part_may_be_as_long_as_newsletters_make_it() {
        let long = |octets: usize| format!("{}=pat=example.org@lists.test", "b".repeat(octets - 16));
        assert!(address(&long(65)).is_ok() && address(&long(254)).is_ok());
        assert!(address(&long(255)).is_err());
    }

    #[test]
    fn line_breaks_and_nul_are_refused() {
        for bad in
            ["a\r\nb@x.org", "a\0@x.org", "a@x\r\n.org", "\"a\r\n\"@x.org", "@x.org", "a@", "a@-x.org", "a@x..org", "a"]
        {
            assert!(address(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_quoted_local_part_may_hold_blanks_and_at_signs() {
        assert_eq!(address("\"a b@c\"@x.org").map(|a| a.as_str().to_owned()), Ok("\"a b@c\"@x.org".to_owned()));
    }

    #[test]
    fn a_star_pattern_matches_below_but_not_itself() {
        let below: DomainPattern = "*.state.ca.us".parse().unwrap();
        assert!(below.matches(&"cws.state.ca.us".parse().unwrap()));
        assert!(!below.matches(&"state.ca.us".parse().unwrap()));
        assert!(!below.matches(&"evilstate.ca.us".parse().unwrap()));
    }

    #[cfg(feature = "idna")]
    #[test]
    fn an_international_domain_equals_its_a_labels() {
        assert_eq!(address("a@Bücher.example"), address("a@xn--bcher-kva.example"));
    }

    proptest! {
        #[test]
        fn parsing_never_panics_and_the_normal_form_parses_to_itself(text in "\\PC{0,40}@\\PC{0,30}") {
            if let Ok(parsed) = text.parse::<EmailAddress>() {
                let again: EmailAddress = parsed.as_str().parse().unwrap();
                prop_assert_eq!(again.as_str(), parsed.as_str());
            }
        }
    }
}
