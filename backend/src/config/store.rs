//! `[store]`: the database.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::Error;

/// `[store]`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// `sqlite:<path>`, or `postgres://…`. Empty: `sqlite:<data_dir>/octothorpe.db`.
    pub url: String,
}

impl Store {
    pub(super) fn derive(&mut self, data_dir: &Path) {
        if self.url.is_empty() {
            self.url = format!("sqlite:{}", data_dir.join("octothorpe.db").display());
        }
    }

    pub(super) fn check(&self) -> Result<(), Error> {
        let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| self.url.starts_with(scheme));
        if known { Ok(()) } else { Err(Error::check("store.url", "it must begin with sqlite: or postgres://")) }
    }

    /// The database's file, if it is SQLite.
    pub fn sqlite_path(&self) -> Option<&Path> {
        self.url.strip_prefix("sqlite:").map(Path::new)
    }
}
