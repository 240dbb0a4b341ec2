//! A fresh database for each test.

use std::sync::atomic::{AtomicU32, Ordering};

use diesel::{Connection as _, PgConnection, connection::SimpleConnection as _};
use octothorpe::store::{Migrations, Store, StoreUrl};

/// Makes two tests of one, `on_sqlite` and `on_postgres`.
#[macro_export]
macro_rules! on_both_databases {
    ($(async fn $name:ident($database:ident: &Database) $body:block)+) => {
        $(
            mod $name {
                #[allow(unused_imports, reason = "whatever the test's file uses")]
                use super::*;

                async fn check($database: &$crate::support::database::Database) $body

                #[tokio::test]
                async fn on_sqlite() {
                    check(&$crate::support::database::Database::sqlite()).await;
                }

                #[tokio::test]
                async fn on_postgres() {
                    check(&$crate::support::database::Database::postgres()).await;
                }
            }
        )+
    };
}

/// A database that nobody else uses, gone when this is dropped.
pub struct Database {
    url: String,
    _folder: Option<tempfile::TempDir>,
    server: Option<Server>,
}

struct Server {
    admin: String,
    name: String,
}

impl Database {
    /// A file in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("octothorpe.db").display());
        Self { url, _folder: Some(folder), server: None }
    }

    /// A database of its own on the tests' server.
    #[expect(clippy::disallowed_methods, reason = "the script that runs the tests tells where the server is")]
    pub fn postgres() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let admin = std::env::var("OCTOTHORPE_TEST_POSTGRES").expect(
            "this test needs PostgreSQL: run it as `scripts/with-postgres cargo test …`, which starts one for it",
        );
        let name = format!("test_{}_{}", std::process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        let mut conn = PgConnection::establish(&admin).unwrap();
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).unwrap();
        conn.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (server, _) = admin.rsplit_once('/').unwrap();
        Self { url: format!("{server}/{name}"), _folder: None, server: Some(Server { admin, name }) }
    }

    /// What `store.url` would say.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The same, parsed.
    pub fn store_url(&self) -> StoreUrl {
        self.url.parse().unwrap()
    }

    /// Opens the store, with the tables made.
    pub async fn open(&self) -> Store {
        Store::open(&self.store_url(), Migrations::Apply).await.unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(server) = &self.server
            && let Ok(mut conn) = PgConnection::establish(&server.admin)
        {
            // The server is thrown away anyway; this only saves room meanwhile.
            let _dropped = conn.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", server.name));
        }
    }
}
