//! Passwords as hashes: Argon2id, off the event loop, only so many at a time.

use std::sync::LazyLock;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use tokio::sync::Semaphore;

use super::Error;

/// OWASP's first choice: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at the same time, and how many may wait.
const AT_ONCE: usize = 4;
const WAITING: usize = 64;

static RUNNING: Semaphore = Semaphore::const_new(AT_ONCE);
static QUEUE: Semaphore = Semaphore::const_new(AT_ONCE + WAITING);

fn argon2() -> Option<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).ok()?;
    Some(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// A hash of a password that nobody has: what is compared where there is no account, so that it takes the same time.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_now(&crate::seal::Token::generate().reveal()).unwrap_or_default());

/// Makes ready, so that the first comparison takes no longer than the next.
pub fn warm_up() {
    LazyLock::force(&NOBODY);
}

fn hash_now(password: &str) -> Option<String> {
    argon2()?.hash_password(password.as_bytes()).ok().map(|hash| hash.to_string())
}

async fn off_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    let _place = QUEUE.try_acquire().map_err(|_| Error::Busy)?;
    let _turn = RUNNING.acquire().await.map_err(|_| Error::Busy)?;
    tokio::task::spawn_blocking(work).await.map_err(|_| Error::Busy)
}

/// Hashes a password into a PHC string with a salt of its own.
pub async fn hash(password: String) -> Result<String, Error> {
    off_loop(move || hash_now(&password)).await?.ok_or(Error::Busy)
}

/// What a comparison said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// It is the password.
    Right,
    /// It is the password, and its hash is weaker than today's.
    RightButWeak,
    /// It is not.
    Wrong,
}

/// Compares a password with a hash, or with nobody's where there is none.
pub async fn verify(password: String, hash: Option<String>) -> Result<Verified, Error> {
    off_loop(move || {
        let exists = hash.is_some();
        let text = hash.unwrap_or_else(|| NOBODY.clone());
        let Ok(parsed) = PasswordHash::new(&text) else { return Verified::Wrong };
        let is_right = argon2().is_some_and(|argon2| argon2.verify_password(password.as_bytes(), &parsed).is_ok());
        match (is_right && exists, is_weak(&text)) {
            (false, _) => Verified::Wrong,
            (true, true) => Verified::RightButWeak,
            (true, false) => Verified::Right,
        }
    })
    .await
}

/// Whether the parameters have risen since.
fn is_weak(hash: &str) -> bool {
    !hash.contains(&format!("m={MEMORY_KIB},t={PASSES},p={LANES}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_right_or_wrong_and_nobody_has_one() {
        let hashed = hash("three purple lamps".to_owned()).await.unwrap();
        assert_eq!(verify("three purple lamps".to_owned(), Some(hashed.clone())).await.unwrap(), Verified::Right);
        assert_eq!(verify("three purple lamp".to_owned(), Some(hashed)).await.unwrap(), Verified::Wrong);
        assert_eq!(verify("anything".to_owned(), None).await.unwrap(), Verified::Wrong);
    }

    #[test]
    fn a_hash_of_weaker_parameters_is_told() {
        assert!(is_weak("$argon2id$v=19$m=8192,t=2,p=1$c2FsdA$aGFzaA"));
    }
}
