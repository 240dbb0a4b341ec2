//! `[organisation]` and `[rules]`: whose mail is judged, and how.

use serde::{Deserialize, Serialize};
use shared::{Domain, DomainPattern, EmailAddress};

use super::{
    CustomRule, Error,
    list::{list, texts},
};

/// `[organisation]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Organisation {
    /// Domains whose mail the rules apply to: exact, or `*.x` for the domains below one.
    #[serde(deserialize_with = "list", serialize_with = "texts")]
    pub sender_domains: Vec<DomainPattern>,
    /// The agency's own mail domains, subdomains included; mail to them is never sealed. Empty: the sender domains.
    #[serde(deserialize_with = "list", serialize_with = "texts")]
    pub internal_domains: Vec<Domain>,
}

impl Organisation {
    pub(super) fn derive(&mut self) {
        if self.internal_domains.is_empty() {
            self.internal_domains = self.sender_domains.iter().map(|pattern| pattern.domain().clone()).collect();
            self.internal_domains.dedup();
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        for pattern in &self.sender_domains {
            if !self.internal_domains.iter().any(|internal| pattern.domain().is_within(internal)) {
                return Err(Error::check(
                    "organisation.sender_domains",
                    format!("{pattern} lies in no internal domain; add it to organisation.internal_domains"),
                ));
            }
        }
        Ok(())
    }

    pub(super) fn warnings(&self) -> Vec<String> {
        if self.sender_domains.is_empty() {
            return vec![
                "organisation.sender_domains names no domain, so no mail is ever sealed; \
                 list your staff's mail domains, for example [\"cws.state.ca.us\"]"
                    .to_owned(),
            ];
        }
        self.internal_domains
            .iter()
            .filter(|internal| !self.sender_domains.iter().any(|pattern| pattern.matches(internal)))
            .map(|internal| {
                format!("organisation.internal_domains names {internal}, but no sender domain covers it: mail from there is never sealed")
            })
            .collect()
    }

    /// Whether mail to this address stays within the agency. One whose local part names another address may not:
    /// `pat%example.org@` and `example.org!pat@` are sent on by mail servers of old habits, Postfix among them unless told
    /// otherwise.
    pub fn is_internal(&self, address: &EmailAddress) -> bool {
        let is_sent_on = address.local_part().contains(['%', '!', '@']);
        !is_sent_on && self.internal_domains.iter().any(|internal| address.domain().is_within(internal))
    }

    /// Whether the rules apply to mail from this address.
    pub fn is_sender(&self, address: &EmailAddress) -> bool {
        self.sender_domains.iter().any(|pattern| pattern.matches(address.domain()))
    }
}

/// What happens to mail with an archive or a document that cannot be looked into: under a password, RAR, 7z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EncryptedArchives {
    /// It is sealed, for nobody can tell what is inside.
    #[default]
    Seal,
    /// It passes, unless something else seals it.
    Pass,
}

/// `[rules]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// What other systems put in front of a subject; skipped when looking for the marker.
    #[serde(deserialize_with = "list", serialize_with = "texts")]
    pub subject_tags: Vec<String>,
    /// What happens to mail with an archive or a document that cannot be looked into: under a password, RAR, 7z.
    pub encrypted_archives: EncryptedArchives,
    /// Rules that the agency adds.
    pub custom: Vec<CustomRule>,
}

impl Default for Rules {
    fn default() -> Self {
        let subject_tags = ["[EXTERNAL]", "[EXT]", "EXTERNAL:", "[CAUTION]"].map(str::to_owned).to_vec();
        Self { subject_tags, encrypted_archives: EncryptedArchives::Seal, custom: Vec::new() }
    }
}
