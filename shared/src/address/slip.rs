//! Slips of the finger in the domains that most people's mail has.

/// The domains.
const COMMON: [&str; 7] =
    ["gmail.com", "yahoo.com", "hotmail.com", "outlook.com", "icloud.com", "comcast.net", "sbcglobal.net"];

/// Domains of others that differ from one of these by one letter alone.
const OTHERS: [&str; 3] = ["mail.com", "ymail.com", "email.com"];

/// The address that was probably meant, where its domain is one letter away from one that most people have: one too
/// many, one missing, another one, or two that changed places.
#[must_use]
pub fn meant(address: &str) -> Option<String> {
    let (name, domain) = address.rsplit_once('@')?;
    let domain = domain.to_ascii_lowercase();
    if COMMON.contains(&domain.as_str()) || OTHERS.contains(&domain.as_str()) {
        return None;
    }
    let common = COMMON.into_iter().find(|common| is_slip(domain.as_bytes(), common.as_bytes()))?;
    Some(format!("{name}@{common}"))
}

fn is_slip(written: &[u8], meant: &[u8]) -> bool {
    let same = written.iter().zip(meant).take_while(|(a, b)| a == b).count();
    let (written, meant) = (&written[same..], &meant[same..]);
    match (written, meant) {
        ([_, written @ ..], _) if written == meant => true,
        (_, [_, meant @ ..]) if written == meant => true,
        ([_, written @ ..], [_, meant @ ..]) if written == meant => true,
        ([a, b, written @ ..], [c, d, meant @ ..]) => (a, b) == (d, c) && written == meant,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_in_a_common_domain_is_seen_and_nothing_else() {
        for (written, wanted) in [
            ("jo@gmial.com", Some("jo@gmail.com")),
            ("jo@gmai.com", Some("jo@gmail.com")),
            ("Jo.S@Gmaill.com", Some("Jo.S@gmail.com")),
            ("jo@gmail.co", Some("jo@gmail.com")),
            ("jo@gnail.com", Some("jo@gmail.com")),
            ("jo@hotmial.com", Some("jo@hotmail.com")),
            ("jo@yaho.com", Some("jo@yahoo.com")),
            ("jo@gmail.com", None),
            ("jo@GMAIL.COM", None),
            ("jo@ymail.com", None),
            ("jo@mail.com", None),
            ("jo@example.org", None),
            ("jo@gmx.com", None),
            ("jo", None),
        ] {
            assert_eq!(meant(written).as_deref(), wanted, "{written}");
        }
    }
}
