//! The key ring as a file or the text of an environment variable.

use std::{
    fmt::Write as _,
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Deserialize;
use zeroize::{ZeroizeOnDrop, Zeroizing};

use super::{Key, KeyRing};
use crate::seal::{Error, KeyId, Secret};

const HEAD: &str = "\
# The key ring of Octothorpe. Whoever has it and the store can read every message.
# Keep a copy in a safe place, apart from the backups of the store: without it nothing can be opened.
";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RingText {
    #[serde(default)]
    keys: Vec<KeyText>,
}

#[derive(Deserialize, ZeroizeOnDrop)]
#[serde(deny_unknown_fields)]
struct KeyText {
    #[zeroize(skip)]
    id: KeyId,
    #[zeroize(skip)]
    created_at: DateTime<Utc>,
    #[serde(default)]
    active: bool,
    secret: String,
}

impl KeyRing {
    /// Reads the ring from its file, which only its owner may read.
    pub fn load(path: &Path) -> Result<Self, Error> {
        let mut text = Zeroizing::new(String::new());
        let mut file = File::open(path).map_err(|source| failed(path, "opened", source))?;
        let metadata = file.metadata().map_err(|source| failed(path, "read", source))?;
        check_mode(path, &metadata)?;
        // Room for all of it at once: a string that grows leaves unwiped copies behind.
        text.reserve_exact(usize::try_from(metadata.len()).unwrap_or(0) + 1);
        file.read_to_string(&mut text).map_err(|source| failed(path, "read", source))?;
        Self::parse(&text)
    }

    /// Reads the ring from text.
    pub fn parse(text: &str) -> Result<Self, Error> {
        // The parser's own message quotes the text, and with it a secret: only the line is told.
        let ring: RingText = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            Error::RingSyntax(before.matches('\n').count() + 1)
        })?;
        Self::new(ring.keys.iter().map(|key| Ok((key.read()?, key.active))).collect::<Result<_, Error>>()?)
    }

    /// Writes the ring to its file, which only its owner may read: beside it first, then in its place, so that
    /// there is always a whole one.
    pub fn save(&self, path: &Path) -> Result<(), Error> {
        let mut beside = path.as_os_str().to_owned();
        beside.push(format!(".{}", KeyId::generate()));
        let beside = Path::new(&beside);
        let written = write(beside, &self.to_text()).and_then(|()| fs::rename(beside, path));
        if let Err(source) = written {
            // There may be none; the first error is the one to tell.
            let _removed = fs::remove_file(beside);
            return Err(failed(path, "written", source));
        }
        sync_folder(path).map_err(|source| failed(path, "written", source))
    }

    fn to_text(&self) -> Zeroizing<String> {
        // Room for all of it at once: a string that grows leaves unwiped copies behind.
        let mut text = Zeroizing::new(String::with_capacity(HEAD.len() + self.keys.len() * 256));
        text.push_str(HEAD);
        for key in &self.keys {
            let created_at = key.created_at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
            let secret = Zeroizing::new(STANDARD.encode(key.secret.expose()));
            // Writing to a string cannot fail.
            let _written = write!(
                text,
                "\n[[keys]]\nid = \"{}\"\ncreated_at = \"{created_at}\"\nactive = {}\nsecret = \"{}\"\n",
                key.id,
                key.id == self.active,
                *secret
            );
        }
        text
    }
}

impl KeyText {
    fn read(&self) -> Result<Key, Error> {
        let mut secret = Secret::new([0; 32]);
        match STANDARD.decode_slice(&self.secret, secret.expose_mut()) {
            Ok(32) => Ok(Key { id: self.id, created_at: self.created_at, secret }),
            _ => Err(Error::RingSecret(self.id)),
        }
    }
}

fn failed(path: &Path, verb: &'static str, source: io::Error) -> Error {
    Error::RingFile { path: path.to_owned(), verb, source }
}

#[cfg(unix)]
fn check_mode(path: &Path, metadata: &fs::Metadata) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = metadata.permissions().mode() & 0o777;
    if mode & !0o700 == 0 { Ok(()) } else { Err(Error::RingMode { path: path.to_owned(), mode }) }
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &fs::Metadata) -> Result<(), Error> {
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes the new name durable, too.
fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}
