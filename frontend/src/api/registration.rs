//! `/registrations`.

use serde::Serialize;
use shared::api::registration::{ConfirmAnew, ConfirmKnown, Confirmed, Register, Registration};

use super::{Failure, Request, encoded, read, send};

/// Asks for an account.
pub async fn register(body: &Register) -> Result<(), Failure> {
    send(&Request::post("/registrations").json(body), None).await.map(drop)
}

/// What a mailed link is good for.
pub async fn look(token: String) -> Result<Registration, Failure> {
    read(&send(&Request::get(format!("/registrations/{}", encoded(&token))), None).await?)
}

/// Confirms an address with the password chosen before.
pub async fn confirm(body: &ConfirmKnown) -> Result<Confirmed, Failure> {
    confirm_with(body).await
}

/// Confirms an address with a new password.
pub async fn confirm_anew(body: &ConfirmAnew) -> Result<Confirmed, Failure> {
    confirm_with(body).await
}

async fn confirm_with(body: &impl Serialize) -> Result<Confirmed, Failure> {
    read(&send(&Request::post("/registrations/confirm").json(body), None).await?)
}
