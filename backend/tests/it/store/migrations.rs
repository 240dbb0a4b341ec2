//! The tables, and which stores are taken.

use std::collections::BTreeMap;

use diesel::{Connection as _, PgConnection, RunQueryDsl as _, SqliteConnection, connection::SimpleConnection as _};
use futures_util::future::join_all;
use octothorpe::store::{
    Error, Migrations, Store, audit_events, audit_events::AuditEvent, deliveries, fingerprints, messages, outbox,
};

use crate::support::{
    database::Database,
    sample::{address, audit_event, delivery, message, noon, notification},
};

/// A connection beside the store, which may still be closing its own.
fn sqlite(path: &str) -> SqliteConnection {
    let mut conn = SqliteConnection::establish(path).unwrap();
    conn.batch_execute("PRAGMA busy_timeout = 10000").unwrap();
    conn
}

/// Runs a statement beside the store.
fn execute(database: &Database, statement: &str) {
    match database.url().strip_prefix("sqlite:") {
        Some(path) => sqlite(path).batch_execute(statement).unwrap(),
        None => PgConnection::establish(database.url()).unwrap().batch_execute(statement).unwrap(),
    }
}

on_both_databases! {
    async fn a_store_of_a_newer_version_is_refused(database: &Database) {
        drop(database.open().await);
        execute(database, "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000001')");
        let error = Store::open(&database.store_url(), Migrations::Apply).await.unwrap_err();
        assert!(matches!(&error, Error::Newer { version } if version == "20990101000001"), "{error}");
    }

    async fn an_empty_store_is_refused_when_nothing_may_be_applied(database: &Database) {
        let error = Store::open(&database.store_url(), Migrations::Refuse).await.unwrap_err();
        assert!(matches!(error, Error::Older), "{error}");
        drop(database.open().await);
        Store::open(&database.store_url(), Migrations::Refuse).await.unwrap();
    }

    async fn nodes_that_start_together_migrate_once(database: &Database) {
        let url = database.store_url();
        for store in join_all((0..8).map(|_| Store::open(&url, Migrations::Apply))).await {
            store.unwrap().ping().await.unwrap();
        }
    }
}

#[tokio::test]
async fn an_unreachable_store_says_so_and_keeps_the_password() {
    let url = "postgres://octothorpe:hunter2@127.0.0.1:1/nowhere".parse().unwrap();
    let error = Store::open(&url, Migrations::Apply).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)));
    assert!(!format!("{error} {error:?} {url:?}").contains("hunter2"), "{error}");
}

#[test]
fn both_folders_hold_the_same_migrations() {
    let names = |database: &str| {
        let folder = format!("{}/../migrations/{database}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                assert!(path.join("up.sql").exists() && path.join("down.sql").exists(), "{}", path.display());
                path.file_name().unwrap().to_str().unwrap().to_owned()
            })
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
    #[diesel(sql_type = diesel::sql_types::Text)]
    kind: String,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    required: bool,
}

type Columns = BTreeMap<String, (String, bool)>;

fn columns(rows: Vec<Column>) -> Columns {
    let rows = rows.into_iter().filter(|row| !row.name.starts_with("__"));
    rows.map(|row| (row.name, (row.kind.to_lowercase(), row.required))).collect()
}

#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let (sqlite, postgres) = (Database::sqlite(), Database::postgres());
    drop((sqlite.open().await, postgres.open().await));
    let path = sqlite.url().strip_prefix("sqlite:").unwrap();
    let of_sqlite: Vec<Column> = diesel::sql_query(
        "SELECT t.name || '.' || c.name AS name, c.type AS kind, c.\"notnull\" = 1 AS required \
         FROM sqlite_schema t JOIN pragma_table_info(t.name) c WHERE t.type = 'table'",
    )
    .load(&mut self::sqlite(path))
    .unwrap();
    let of_postgres: Vec<Column> = diesel::sql_query(
        "SELECT table_name || '.' || column_name AS name, is_nullable = 'NO' AS required, CASE data_type \
         WHEN 'bytea' THEN 'blob' WHEN 'timestamp without time zone' THEN 'timestamp' ELSE data_type END AS kind \
         FROM information_schema.columns WHERE table_schema = 'public'",
    )
    .load(&mut PgConnection::establish(postgres.url()).unwrap())
    .unwrap();
    let (of_sqlite, of_postgres) = (columns(of_sqlite), columns(of_postgres));
    assert!(of_sqlite.len() > 100);
    assert_eq!(of_sqlite, of_postgres);
}

/// The folders of the migrations, the last first.
fn from_the_last(database: &Database) -> Vec<std::path::PathBuf> {
    let kind = if database.url().starts_with("sqlite:") { "sqlite" } else { "postgres" };
    let folder = format!("{}/../migrations/{kind}", env!("CARGO_MANIFEST_DIR"));
    let mut folders: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort_by(|one, other| other.cmp(one));
    folders
}

fn undo(database: &Database, migration: &std::path::Path) {
    execute(database, &std::fs::read_to_string(migration.join("down.sql")).unwrap());
    let version: String = migration.file_name().unwrap().to_str().unwrap().split('_').next().unwrap().replace('-', "");
    execute(database, &format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"));
}

on_both_databases! {
    async fn what_goes_up_comes_down(database: &Database) {
        drop(database.open().await);
        for migration in from_the_last(database) {
            undo(database, &migration);
        }
        database.open().await.ping().await.unwrap();
    }

    async fn rows_survive_a_change_of_their_tables(database: &Database) {
        let store = database.open().await;
        let sent = message();
        let to_bo = delivery(&sent, "bo@example.org");
        let job = notification(&to_bo);
        let (id, job_id, event) = (sent.id, job.id, audit_event("one", 1));
        let kept_event = event.clone();
        store
            .write(move |conn| {
                messages::insert(conn, &sent)?;
                deliveries::insert(conn, &to_bo)?;
                outbox::insert(conn, &job)?;
                fingerprints::insert(conn, &[7; 32], &address("bo@example.org"), Some(sent.id), noon())?;
                audit_events::insert(conn, &event)
            })
            .await
            .unwrap();
        drop(store);
        for migration in from_the_last(database) {
            undo(database, &migration);
            if migration.ends_with("2026-11-29-000010_write_fewer_pages") {
                break;
            }
        }
        let store = database.open().await;
        let (job, known, events): (_, _, Vec<AuditEvent>) = store
            .read(move |conn| {
                let known = fingerprints::list(conn, &[[7; 32]])?[0].message_id;
                Ok((outbox::find(conn, job_id)?, known, audit_events::list_of(conn, "one", 0, 10)?))
            })
            .await
            .unwrap();
        assert_eq!((job.unwrap().message_id, known, events), (Some(id), Some(id), vec![kept_event]));
        // What hangs on a message still goes with it.
        drop(store);
        execute(database, "DELETE FROM messages");
        assert_eq!(database.open().await.read(outbox::count).await.unwrap(), 0);
    }
}
