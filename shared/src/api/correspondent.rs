//! `GET /correspondents`: whom the caller wrote to or heard from lately.

use serde::{Deserialize, Serialize};

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Correspondent {
    /// The name by which they were last written to or wrote, perhaps empty.
    pub name: String,
    /// The address as written.
    pub address: String,
    /// When that was.
    pub last_at: String,
}
