//! The servers' certificates, read anew when the program is told to (SIGHUP). Sessions under way keep the one they began
//! with; a file that cannot be used changes nothing.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::Context as _;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

/// A certificate with its key, and the files they come from.
pub struct Certificate {
    section: &'static str,
    chain: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<CertifiedKey>>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("chain", &self.chain).finish_non_exhaustive()
    }
}

impl Certificate {
    /// Reads `tls_certificate` and `tls_key` of a section of the settings.
    ///
    /// # Errors
    /// In one sentence that names the setting.
    pub fn load(section: &'static str, chain: &Path, key: &Path) -> anyhow::Result<Arc<Self>> {
        let current = RwLock::new(read(section, chain, key)?);
        Ok(Arc::new(Self { section, chain: chain.to_owned(), key: key.to_owned(), current }))
    }

    /// Reads the files anew, and says in the log what came of it.
    pub fn reload(&self) {
        match read(self.section, &self.chain, &self.key) {
            Ok(read) => {
                *self.current.write().unwrap_or_else(PoisonError::into_inner) = read;
                tracing::info!(file = %self.chain.display(), "the certificate was read anew");
            }
            Err(error) => tracing::error!("{error:#}; the certificate so far stays in use"),
        }
    }

    /// The settings of a server that shows it.
    ///
    /// # Errors
    /// None in practice: the provider knows its own versions.
    pub fn server(self: &Arc<Self>) -> anyhow::Result<ServerConfig> {
        Ok(ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>))
    }
}

impl ResolvesServerCert for Certificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner)))
    }
}

fn read(section: &str, chain: &Path, key: &Path) -> anyhow::Result<Arc<CertifiedKey>> {
    let unreadable = |setting: &str, file: &Path| format!("{section}.{setting}: {} cannot be read", file.display());
    let certificates = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| unreadable("tls_certificate", chain))?;
    if certificates.is_empty() {
        anyhow::bail!("{section}.tls_certificate: {} holds no certificate", chain.display());
    }
    let private = PrivateKeyDer::from_pem_file(key).with_context(|| unreadable("tls_key", key))?;
    let certified = CertifiedKey::from_der(certificates, private, &ring::default_provider())
        .with_context(|| format!("{section}.tls_certificate and {section}.tls_key do not fit together"))?;
    Ok(Arc::new(certified))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        let (chain, key) = (folder.join("chain.pem"), folder.join("key.pem"));
        fs::write(&chain, made.cert.pem()).unwrap();
        fs::write(&key, made.signing_key.serialize_pem()).unwrap();
        (chain, key)
    }

    fn shown(certificate: &Certificate) -> Vec<u8> {
        certificate.current.read().unwrap().cert[0].to_vec()
    }

    #[test]
    fn a_new_file_is_taken_and_a_bad_one_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (chain, key) = write(folder.path(), "one.test");
        let certificate = Certificate::load("gateway", &chain, &key).unwrap();
        let first = shown(&certificate);
        write(folder.path(), "two.test");
        certificate.reload();
        let second = shown(&certificate);
        assert_ne!(first, second);
        let (other, _) = (fs::read(&chain).unwrap(), fs::write(&chain, "no certificate"));
        certificate.reload();
        assert_eq!(shown(&certificate), second);
        fs::write(&chain, other).unwrap();
        fs::remove_file(&key).unwrap();
        certificate.reload();
        assert_eq!(shown(&certificate), second);
    }

    #[test]
    fn files_that_cannot_be_used_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let (chain, key) = write(folder.path(), "one.test");
        let (_, wrong_key) = write(other.path(), "two.test");
        let says =
            |chain: &Path, key: &Path| format!("{:#}", Certificate::load("http", chain, key).map(|_| ()).unwrap_err());
        assert!(says(&chain, &wrong_key).starts_with("http.tls_certificate and http.tls_key do not fit together"));
        assert!(says(Path::new("/none.pem"), &key).starts_with("http.tls_certificate: /none.pem cannot be read"));
        assert!(says(&chain, Path::new("/none.key")).starts_with("http.tls_key: /none.key cannot be read"));
        assert!(says(&key, &key).contains("holds no certificate"));
    }
}
