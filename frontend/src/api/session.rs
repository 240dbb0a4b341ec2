//! `/sessions` and `/password-resets`.

use shared::api::session::{AskPasswordReset, CompletePasswordReset, LogIn, PasswordReset, Session};

use super::{Failure, Request, encoded, read, send};

/// Logs in.
pub async fn log_in(body: &LogIn) -> Result<Session, Failure> {
    read(&send(&Request::post("/sessions").json(body), None).await?)
}

/// Goes on with the session of the cookie; none without one.
pub async fn refresh() -> Result<Option<Session>, Failure> {
    let text = send(&Request::post("/sessions/refresh"), None).await?;
    if text.is_empty() { Ok(None) } else { read(&text).map(Some) }
}

/// Ends the session of the cookie.
pub async fn log_out() -> Result<(), Failure> {
    send(&Request::delete("/sessions/current"), None).await.map(drop)
}

/// Asks for a mail with which a password is reset.
pub async fn ask_reset(body: &AskPasswordReset) -> Result<(), Failure> {
    send(&Request::post("/password-resets").json(body), None).await.map(drop)
}

/// Whose password a mailed link sets.
pub async fn look_at_reset(token: String) -> Result<PasswordReset, Failure> {
    read(&send(&Request::get(format!("/password-resets/{}", encoded(&token))), None).await?)
}

/// Sets a new password.
pub async fn complete_reset(token: String, password: String) -> Result<(), Failure> {
    let body = CompletePasswordReset { token, password };
    send(&Request::post("/password-resets/complete").json(&body), None).await.map(drop)
}
