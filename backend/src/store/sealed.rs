//! How what is sealed stands in the store: its bytes in one column, the key they depend on in the next.

use diesel::deserialize::Queryable;

use crate::seal::{KeyId, SealedRecord, Wrap};

/// The two columns.
#[derive(Queryable)]
pub struct Columns(Vec<u8>, KeyId);

/// The two columns of something that may be absent.
#[derive(Queryable)]
pub struct MaybeColumns(Option<Vec<u8>>, Option<KeyId>);

impl From<Columns> for SealedRecord {
    fn from(Columns(bytes, key_id): Columns) -> Self {
        Self { key_id, bytes }
    }
}

impl From<MaybeColumns> for Option<SealedRecord> {
    fn from(columns: MaybeColumns) -> Self {
        Some(SealedRecord { bytes: columns.0?, key_id: columns.1? })
    }
}

impl From<MaybeColumns> for Option<Wrap> {
    fn from(columns: MaybeColumns) -> Self {
        Some(Wrap { bytes: columns.0?, key_id: columns.1? })
    }
}
