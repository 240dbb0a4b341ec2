//! `[[gateway.tenants]]`: networks that many organisations send from, and the field by which mail of one's own is known.

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::list::{list, texts};

/// One's own part of a provider.
///
/// ```
/// use octothorpe::config::Config;
/// let with = |tenant: &str| Config::parse(&format!("mail.transport = 'capture'\n[[gateway.tenants]]\n{tenant}"));
/// assert!(with("networks = ['40.92.0.0/15']\nfield = 'X-Tenant'\nvalue = 'ours'").is_ok());
/// assert!(with("networks = ['40.92.0.0/15']\nfield = 'X-Tenant'").unwrap_err().to_string().contains("gateway.tenants"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Tenant {
    /// From where the provider sends, for whomever.
    pub networks: Vec<IpNet>,
    /// The header field that tells whose mail it is.
    pub field: String,
    /// What stands in it.
    pub value: String,
    /// Whether the field is taken out of the mail: the value is a secret.
    pub remove: bool,
}

/// A tenant as it stands in the settings.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, deserialize_with = "list", serialize_with = "texts")]
    networks: Vec<IpNet>,
    #[serde(default)]
    field: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    remove: bool,
}

/// Fields that say something else, or that anybody's mail may hold as it likes.
const COMMON: [&str; 14] = [
    "auto-submitted",
    "bcc",
    "cc",
    "content-type",
    "date",
    "from",
    "message-id",
    "mime-version",
    "received",
    "reply-to",
    "return-path",
    "sender",
    "subject",
    "to",
];

impl TryFrom<Written> for Tenant {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let Written { networks, field, value, remove } = written;
        let (field, value) = (field.trim().to_owned(), value.trim().to_owned());
        if networks.is_empty() {
            return Err(
                "a tenant in gateway.tenants has no networks; name those that its provider sends from".to_owned()
            );
        }
        if field.is_empty() || !field.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':') {
            return Err(format!("gateway.tenants: \"{field}\" is no name of a header field"));
        }
        if COMMON.contains(&field.to_ascii_lowercase().as_str()) {
            return Err(format!(
                "gateway.tenants: whoever writes a mail sets its {field}; name a field of the provider's"
            ));
        }
        if value.is_empty() || value.contains(char::is_control) {
            return Err(format!("gateway.tenants: set value to what stands in {field} of your own mail, on one line"));
        }
        Ok(Self { networks, field, value, remove })
    }
}

impl From<Tenant> for Written {
    fn from(tenant: Tenant) -> Self {
        let Tenant { networks, field, value, remove } = tenant;
        Self { networks, field, value, remove }
    }
}

/// Some of the networks from which all customers of a provider send.
const SHARED: [(&str, [&str; 4]); 2] = [
    ("Exchange Online", ["40.92.0.0/15", "40.107.0.0/16", "52.100.0.0/14", "104.47.0.0/17"]),
    ("Google Workspace", ["74.125.0.0/16", "172.217.0.0/19", "173.194.0.0/16", "209.85.128.0/17"]),
];

/// What to mind where networks are trusted that belong to everybody.
pub(super) fn warnings(trusted: &[IpNet]) -> Vec<String> {
    let overlaps = |network: &IpNet| trusted.iter().any(|other| other.contains(network) || network.contains(other));
    let shared =
        SHARED.iter().filter(|(_, networks)| networks.iter().filter_map(|n| n.parse().ok()).any(|n| overlaps(&n)));
    shared
        .map(|(provider, _)| {
            format!(
                "gateway.trusted_networks holds networks of {provider}, from which every customer of it can send mail \
                 with a sender of yours; name them in gateway.tenants instead, with a field that tells your own mail"
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(text: &str) -> Result<Tenant, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.to_string())
    }

    #[test]
    fn what_would_let_others_in_is_refused_in_one_sentence() {
        for (text, sentence) in [
            ("field = 'X-A'\nvalue = 'b'", "no networks"),
            ("networks = []\nfield = 'X-A'\nvalue = 'b'", "no networks"),
            ("networks = ['10.0.0.0/8']\nvalue = 'b'", "no name of a header field"),
            ("networks = ['10.0.0.0/8']\nfield = 'X A'\nvalue = 'b'", "\"X A\""),
            ("networks = ['10.0.0.0/8']\nfield = 'X-A:'\nvalue = 'b'", "\"X-A:\""),
            ("networks = ['10.0.0.0/8']\nfield = 'FROM'\nvalue = 'b'", "sets its FROM"),
            ("networks = ['10.0.0.0/8']\nfield = 'X-A'\nvalue = ' '", "set value"),
            ("networks = ['10.0.0.0/8']\nfield = 'X-A'\nvalue = \"a\\r\\nb\"", "set value"),
            ("networks = ['10.0.0.0/99']\nfield = 'X-A'\nvalue = 'b'", "10.0.0.0/99"),
            ("networks = ['10.0.0.0/8']\nfield = 'X-A'\nvalue = 'b'\nvalues = 'c'", "values"),
        ] {
            let error = tenant(text).unwrap_err();
            assert!(error.contains(sentence), "{text}: {error}");
        }
    }

    #[test]
    fn a_tenant_is_written_as_it_was_read() {
        let text = "networks = [\"10.0.0.0/8\"]\nfield = \"X-A\"\nvalue = \"b\"\nremove = true\n";
        assert_eq!(toml::to_string(&tenant(text).unwrap()).unwrap(), text);
    }

    #[test]
    fn trust_in_what_everybody_sends_from_is_warned_of() {
        let of =
            |networks: &[&str]| warnings(&networks.iter().map(|network| network.parse().unwrap()).collect::<Vec<_>>());
        assert!(of(&["127.0.0.0/8", "::1/128", "203.0.113.0/24", "10.0.0.0/8"]).is_empty());
        assert!(of(&["40.107.12.0/24"])[0].contains("Exchange Online"));
        assert!(of(&["209.0.0.0/8"])[0].contains("Google Workspace"));
        assert_eq!(of(&["0.0.0.0/0"]).len(), 2);
    }
}
