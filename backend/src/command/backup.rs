//! `octothorpe backup`: a copy of the store as it stood at one moment, while it is in use.

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::{
    config::Config,
    store::{self, StoreUrl},
};

/// Copies the store into a file that does not exist yet.
///
/// # Errors
/// When the store is on PostgreSQL, or the file cannot be written.
pub fn run(config: &Config, file: &Path) -> anyhow::Result<()> {
    let url: StoreUrl = config.store.url.parse()?;
    let Some(path) = config.store.sqlite_path() else {
        bail!(
            "the store is on PostgreSQL, which has its own command for this: pg_dump --format=custom \
             --file=octothorpe.dump and the store's URL; pg_restore brings it back"
        );
    };
    if !path.exists() {
        bail!("there is no store at {}, so nothing was copied: look at store.url and data_dir", path.display());
    }
    if file.exists() {
        bail!("{} is there already: name a file that is not", file.display());
    }
    store::copy(&url, file).with_context(|| format!("the store could not be copied into {}", file.display()))?;
    super::print(&format!(
        "The store is in {}. The key ring is not: without it nothing in the copy can be opened, so keep a copy of the \
         ring too, elsewhere.",
        file.display()
    ));
    Ok(())
}
