//! `/correspondents`.

use shared::api::{Page, correspondent::Correspondent};

use super::{Failure, Request, read};
use crate::session::Session;

/// Whom one wrote to or heard from lately.
pub async fn list(session: Session) -> Result<Vec<Correspondent>, Failure> {
    let page: Page<Correspondent> = read(&session.send(Request::get("/correspondents?limit=50")).await?)?;
    Ok(page.items)
}
