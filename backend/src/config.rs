//! The settings: one TOML file, environment variables over it, defaults under it. Checked whole at start; what is
//! wrong is said in one sentence that names the key.

pub mod brand;
pub mod colour;
mod custom_rule;
mod gateway;
mod keys;
mod list;
mod mail;
mod organisation;
mod portal;
mod store;
mod tenant;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Duration, Utc};
use figment::{
    Figment,
    providers::{Env, Format as _, Serialized, Toml},
    value::Value,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use self::{
    custom_rule::{Action as RuleAction, CustomRule, Place as RulePlace},
    gateway::{Gateway, SubjectFindings},
    keys::Keys,
    mail::{Mail, Messages, Notification, Transport},
    organisation::{EncryptedArchives, Organisation, Rules},
    portal::{Http, Portal},
    store::Store,
    tenant::Tenant,
};

/// A variable that begins so is written as in the file: a list of quoted texts, or of tables.
const AS_IN_THE_FILE: [&str; 2] = ["[\"", "[{"];

/// Why the settings cannot be used. The text is one sentence for whoever runs the server.
#[derive(Debug, Error)]
pub enum Error {
    /// The file named on the command line cannot be read.
    #[error("the settings file {0} cannot be read: {1}")]
    File(PathBuf, std::io::Error),
    /// A key is unknown, or its value is not of the right form.
    #[error("{0}")]
    Value(String),
    /// Values that do not fit together.
    #[error("{key}: {reason}")]
    Check {
        /// The setting, for example `mail.relay`.
        key: &'static str,
        /// What is wrong and what to do.
        reason: String,
    },
}

impl Error {
    fn check(key: &'static str, reason: impl Into<String>) -> Self {
        Self::Check { key, reason: reason.into() }
    }
}

/// All settings. `octothorpe.example.toml` lists each with its default.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where the database, the key ring and the demo's mailbox live unless said otherwise.
    pub data_dir: PathBuf,
    /// The web server.
    pub http: Http,
    /// The SMTP server.
    pub gateway: Gateway,
    /// What recipients see.
    pub portal: Portal,
    /// The database.
    pub store: Store,
    /// The key ring.
    pub keys: Keys,
    /// Whose mail the rules apply to.
    pub organisation: Organisation,
    /// What goes out.
    pub mail: Mail,
    /// How long messages stay.
    pub messages: Messages,
    /// The notification.
    pub notification: Notification,
    /// The rules.
    pub rules: Rules,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            data_dir: PathBuf::from("./data"),
            http: Http::default(),
            gateway: Gateway::default(),
            portal: Portal::default(),
            store: Store::default(),
            keys: Keys::default(),
            organisation: Organisation::default(),
            mail: Mail::default(),
            messages: Messages::default(),
            notification: Notification::default(),
            rules: Rules::default(),
        }
    }
}

impl Config {
    /// Reads the file, if one is given, and the environment; fills what is derived; checks everything. Variables are
    /// texts, which each setting reads for itself: what looks like a number or begins with a bracket may be a name.
    pub fn load(file: Option<&Path>) -> Result<Self, Error> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = file {
            let text = std::fs::read_to_string(path).map_err(|error| Error::File(path.to_owned(), error))?;
            figment = figment.merge(Toml::string(&text));
        }
        let ours = Env::prefixed("OCTOTHORPE_").filter(|key| !key.starts_with("TEST_")).split("__");
        for (key, text) in ours.iter() {
            let text = text.trim();
            let value = if AS_IN_THE_FILE.iter().any(|start| text.starts_with(start)) {
                text.parse().unwrap_or_else(|never| match never {})
            } else {
                Value::from(text)
            };
            figment = figment.merge(Serialized::default(key.as_str(), value));
        }
        Self::from_figment(&figment)
    }

    /// The settings of a TOML text alone, without the environment.
    ///
    /// ```
    /// use octothorpe::config::Config;
    /// let config = Config::parse("mail.transport = 'capture'\norganisation.sender_domains = ['cws.state.ca.us']").unwrap();
    /// assert_eq!(config.mail.from().to_string(), "octothorpe@localhost");
    /// assert!(Config::parse("mail.transprot = 'capture'").unwrap_err().to_string().contains("transprot"));
    /// ```
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::from_figment(&Figment::from(Serialized::defaults(Self::default())).merge(Toml::string(text)))
    }

    fn from_figment(figment: &Figment) -> Result<Self, Error> {
        let mut config: Self = figment.extract_lossy().map_err(|error| Error::Value(explain(&error)))?;
        config.derive();
        config.check()?;
        config.portal.load_brand()?;
        Ok(config)
    }

    fn derive(&mut self) {
        self.store.derive(&self.data_dir);
        self.keys.derive(&self.data_dir);
        self.gateway.derive();
        self.organisation.derive();
        self.mail.derive(&self.portal, &self.organisation);
    }

    fn check(&self) -> Result<(), Error> {
        self.portal.check()?;
        self.http.check()?;
        self.gateway.check()?;
        self.store.check()?;
        self.organisation.check()?;
        self.messages.check()?;
        self.mail.check(&self.gateway)
    }

    /// What should be said at start although it does not stop it.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = self.organisation.warnings();
        warnings.extend(self.mail.warnings());
        warnings.extend(tenant::warnings(&self.gateway.trusted_networks));
        if let Some(folder) = self.store.sqlite_path().and_then(Path::parent)
            && self.keys.ring.is_none()
            && self.keys.file().parent() == Some(folder)
        {
            let when = match self.mail.transport {
                Transport::Smtp => "",
                Transport::Capture => "for a trial that will do, but before real mail comes ",
            };
            warnings.push(format!(
                "the key ring and the database share a folder, so one stolen copy of it opens every message; \
                 {when}set keys.file to a place that is backed up apart from the database"
            ));
        }
        warnings
    }

    /// When something ends that can be read for so many days from `from` on: with the end of the last one.
    pub fn end_after(&self, from: DateTime<Utc>, days: u32) -> DateTime<Utc> {
        self.portal.zone().end_of_day(from + Duration::days(i64::from(days)))
    }

    /// The latest end of a message that arrived at this time.
    pub fn latest_end(&self, arrived_at: DateTime<Utc>) -> DateTime<Utc> {
        self.end_after(arrived_at, self.messages.longest_days)
    }

    /// The demo's mailbox, where the transport `capture` writes.
    pub fn mailbox_dir(&self) -> PathBuf {
        self.data_dir.join("mailbox")
    }
}

/// Turns a deserialisation error into one sentence that names the key.
fn explain(error: &figment::Error) -> String {
    let first = error.clone().into_iter().next().unwrap_or_else(|| error.clone());
    let key = first.path.join(".");
    let place = if key.is_empty() { String::from("the settings") } else { format!("the setting {key}") };
    match &first.kind {
        figment::error::Kind::UnknownField(field, expected) => {
            let full = match key.as_str() {
                "" => field.clone(),
                key if key == field || key.ends_with(&format!(".{field}")) => key.to_owned(),
                key => format!("{key}.{field}"),
            };
            format!("the setting {full} does not exist; here are: {}", expected.join(", "))
        }
        kind => format!("{place} has a wrong value: {kind}"),
    }
}

#[cfg(test)]
mod tests;
