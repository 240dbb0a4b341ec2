//! `[keys]`: where the key ring is.

use std::path::{Path, PathBuf};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

/// `[keys]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keys {
    /// The key ring's file, readable by its owner alone. Empty: `<data_dir>/keys.toml`.
    pub file: PathBuf,
    /// The ring itself, for the environment variable `OCTOTHORPE_KEYS__RING`; then there is no file.
    #[serde(skip_serializing)]
    pub ring: Option<SecretString>,
}

impl Keys {
    pub(super) fn derive(&mut self, data_dir: &Path) {
        if self.file.as_os_str().is_empty() {
            self.file = data_dir.join("keys.toml");
        }
    }

    /// The key ring's file.
    pub fn file(&self) -> &Path {
        &self.file
    }
}
