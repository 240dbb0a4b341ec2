//! `[http]` and `[portal]`: where the pages are served, and what recipients see.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{
    Error,
    brand::Brand,
    list::{list, texts},
};
use crate::{
    clock::zone::Zone,
    words::{Dates, Language},
};

/// `[http]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Http {
    /// Address and port of the web server.
    pub listen: SocketAddr,
    /// Certificate chain (PEM); without one the server speaks plain HTTP, for a reverse proxy in front.
    pub tls_certificate: Option<PathBuf>,
    /// Private key (PEM).
    pub tls_key: Option<PathBuf>,
    /// Reverse proxies whose `X-Forwarded-For` is believed.
    #[serde(deserialize_with = "list", serialize_with = "texts")]
    pub trusted_proxies: Vec<IpNet>,
}

impl Default for Http {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: super::gateway::loopback(),
        }
    }
}

impl Http {
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.tls_certificate.is_some() != self.tls_key.is_some() {
            return Err(Error::check("http.tls_certificate", "set it together with http.tls_key, or neither"));
        }
        Ok(())
    }
}

/// `[portal]`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Portal {
    /// The address that recipients see, without a path.
    pub url: Url,
    /// The name that stands in mails and pages.
    pub name: String,
    /// The code of the language for whoever has not chosen one.
    language: String,
    /// The time zone of the agency, by its IANA name.
    time_zone: String,
    /// An SVG or PNG that stands on the pages. Empty: none.
    pub logo: String,
    /// The colour of links and buttons, `#rrggbb`.
    pub accent: String,
    /// The same on dark pages. Empty: made from `accent`.
    pub accent_dark: String,
    /// A sentence for whoever needs help.
    pub help_text: String,
    /// The number to call.
    pub help_phone: String,
    /// The agency's page about privacy.
    pub privacy_url: String,
    /// The agency's page that says who it is and how to reach it.
    pub contact_url: String,
    #[serde(skip)]
    brand: Option<Arc<Brand>>,
}

impl Default for Portal {
    fn default() -> Self {
        #[expect(clippy::expect_used, reason = "a constant that parses")]
        let url = Url::parse("http://127.0.0.1:8080").expect("a constant that parses");
        Self {
            url,
            name: "Octothorpe".to_owned(),
            language: Language::En.code().to_owned(),
            time_zone: "UTC".to_owned(),
            logo: String::new(),
            accent: "#0b5a7a".to_owned(),
            accent_dark: String::new(),
            help_text: String::new(),
            help_phone: String::new(),
            privacy_url: String::new(),
            contact_url: String::new(),
            brand: None,
        }
    }
}

impl Portal {
    pub(super) fn check(&self) -> Result<(), Error> {
        if !matches!(self.url.scheme(), "http" | "https") || self.url.host_str().is_none() {
            return Err(Error::check(
                "portal.url",
                "it must begin with https:// (or http:// for a trial) and name a host",
            ));
        }
        if self.url.path() != "/" || self.url.query().is_some() || self.url.fragment().is_some() {
            return Err(Error::check("portal.url", "it must end after the host and port, without a path"));
        }
        if self.name.trim().is_empty() || self.name.len() > 60 || self.name.chars().any(char::is_control) {
            return Err(Error::check("portal.name", "it must have 1 to 60 characters in one line"));
        }
        if Language::by_code(&self.language).is_none() {
            return Err(Error::check("portal.language", format!("it must be one of: {}", Language::codes())));
        }
        if self.time_zone.parse::<Zone>().is_err() {
            return Err(Error::check(
                "portal.time_zone",
                "it must be the name of a time zone, such as America/Los_Angeles",
            ));
        }
        Ok(())
    }

    /// Reads the logo and checks the colours.
    pub(super) fn load_brand(&mut self) -> Result<(), Error> {
        self.brand = Some(Arc::new(Brand::load(self)?));
        Ok(())
    }

    /// The logo and the colours.
    pub fn brand(&self) -> Arc<Brand> {
        self.brand.clone().unwrap_or_default()
    }

    /// The language for whoever has not chosen one.
    pub fn language(&self) -> Language {
        Language::by_code(&self.language).unwrap_or(Language::En)
    }

    /// How times are told in this language.
    pub fn dates(&self, language: Language) -> Dates {
        Dates { language, zone: self.zone() }
    }

    /// The time zone of the agency.
    pub fn zone(&self) -> Zone {
        self.time_zone.parse().unwrap_or_default()
    }

    /// Its name, as browsers know it.
    pub fn zone_name(&self) -> &str {
        &self.time_zone
    }

    /// The address as text, without a slash at the end.
    pub fn base(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// `scheme://host[:port]`, as browsers send it in `Origin`.
    pub fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether recipients come over https, so that cookies can be `Secure`.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The host, with the port if it is not the scheme's own: what `Host` must be.
    pub fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}
