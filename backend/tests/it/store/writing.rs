//! Transactions: what is kept together, and what fails alone.

use diesel::{QueryDsl as _, RunQueryDsl as _};
use octothorpe::store::{Connection, Error, Migrations, Store, accounts, key_checks, messages, outbox, schema};
use tokio::task::JoinSet;

use crate::support::{
    database::Database,
    sample::{address, job, key, message, noon},
};

on_both_databases! {
    async fn two_hundred_writes_at_once_are_all_kept(database: &Database) {
        let store = database.open().await;
        let mut writes = JoinSet::new();
        for _ in 0..200 {
            let store = store.clone();
            writes.spawn(async move { store.write(|conn| outbox::insert(conn, &job())).await });
        }
        while let Some(write) = writes.join_next().await {
            write.unwrap().unwrap();
        }
        drop(store);
        assert_eq!(database.open().await.read(outbox::count).await.unwrap(), 200);
    }

    async fn writes_for_this_run_and_durable_ones_take_turns(database: &Database) {
        let store = database.open().await;
        let mut writes = JoinSet::new();
        for number in 0..200 {
            let store = store.clone();
            writes.spawn(async move {
                if number % 2 == 0 {
                    store.write(|conn| outbox::insert(conn, &job())).await
                } else {
                    store.write_for_this_run(|conn| outbox::insert(conn, &job())).await
                }
            });
        }
        while let Some(write) = writes.join_next().await {
            write.unwrap().unwrap();
        }
        assert_eq!(store.read(outbox::count).await.unwrap(), 200);
    }

    async fn a_failing_write_undoes_only_itself(database: &Database) {
        let store = database.open().await;
        let taken = message();
        let mut writes = JoinSet::new();
        for number in 0..90 {
            let store = store.clone();
            let reference = taken.reference.clone();
            writes.spawn(async move {
                let result = store
                    .write(move |conn| {
                        let mut new = message();
                        outbox::insert(conn, &job())?;
                        if number % 3 == 0 {
                            new.reference = reference;
                        }
                        messages::insert(conn, &new)
                    })
                    .await;
                match result {
                    Ok(()) => true,
                    Err(Error::Duplicate) => false,
                    Err(error) => panic!("{error}"),
                }
            });
        }
        let kept = writes.join_all().await.into_iter().filter(|kept| *kept).count();
        // One of the thirty with the same reference was the first.
        assert_eq!(kept, 61);
        assert_eq!(store.read(outbox::count).await.unwrap(), 61);
    }

    async fn a_mail_that_fails_is_never_kept_in_part_and_those_beside_it_are_kept_or_told(database: &Database) {
        let store = database.open().await;
        let mut writes = JoinSet::new();
        for number in 0..300 {
            let store = store.clone();
            writes.spawn(async move {
                let write = move |conn: &mut Connection| {
                    messages::insert(conn, &message())?;
                    match number % 50 {
                        7 => Err(Error::NotFound),
                        9 => panic!("on purpose"),
                        _ => outbox::insert(conn, &job()),
                    }
                };
                let result = if number % 4 == 0 { store.write(write).await } else { store.write_mail(write).await };
                match result {
                    Ok(()) => {
                        assert!(number % 50 != 7 && number % 50 != 9);
                        1
                    }
                    Err(Error::NotFound | Error::Panicked | Error::Unavailable(_)) => 0,
                    Err(error) => panic!("{error}"),
                }
            });
        }
        let kept: i64 = writes.join_all().await.into_iter().sum();
        assert!(kept > 0);
        assert_eq!(store.read(outbox::count).await.unwrap(), kept);
        let messages: i64 = store.read(|conn| Ok(schema::messages::table.count().get_result(conn)?)).await.unwrap();
        assert_eq!(messages, kept);
        store.write_mail(|conn| outbox::insert(conn, &job())).await.unwrap();
    }

    async fn a_panicking_write_is_undone_and_the_next_goes_on(database: &Database) {
        let store = database.open().await;
        for _ in 0..3 {
            let panics = store.write(|conn| -> Result<(), Error> {
                outbox::insert(conn, &job())?;
                diesel::Connection::transaction(conn, |conn: &mut Connection| -> Result<(), Error> {
                    outbox::insert(conn, &job())?;
                    panic!("on purpose")
                })
            });
            let goes_on = store.write(|conn| outbox::insert(conn, &job()));
            let (panicked, went_on) = tokio::join!(panics, goes_on);
            assert!(matches!(panicked, Err(Error::Panicked)), "{panicked:?}");
            went_on.unwrap();
        }
        assert_eq!(store.read(outbox::count).await.unwrap(), 3);
    }

    async fn an_insert_if_absent_leaves_the_transaction_alive(database: &Database) {
        let store = database.open().await;
        let inserted = store
            .write(|conn| {
                let first = key_checks::insert_if_absent(conn, &key(1), b"one", noon())?;
                let again = key_checks::insert_if_absent(conn, &key(1), b"two", noon())?;
                let other = key_checks::insert_if_absent(conn, &key(2), b"three", noon())?;
                Ok((first, again, other))
            })
            .await
            .unwrap();
        assert_eq!(inserted, (true, false, true));
        let checks = store.read(key_checks::all).await.unwrap();
        assert_eq!(checks.iter().map(|check| check.check_value.as_slice()).collect::<Vec<_>>(), [&b"one"[..], b"three"]);
    }

    async fn a_nested_transaction_may_fail_alone(database: &Database) {
        let store = database.open().await;
        store
            .write(|conn| {
                outbox::insert(conn, &job())?;
                let inner = diesel::Connection::transaction(conn, |conn: &mut Connection| -> Result<(), Error> {
                    outbox::insert(conn, &job())?;
                    Err(Error::NotFound)
                });
                assert!(inner.is_err());
                Ok(())
            })
            .await
            .unwrap();
        assert_eq!(store.read(outbox::count).await.unwrap(), 1);
    }

    async fn an_error_tells_no_values(database: &Database) {
        let store = database.open().await;
        let account = || accounts::NewAccount {
            id: octothorpe::id::AccountId::new(noon()),
            email: address("secret.person@example.org"),
            display_name: "Secret Person".to_owned(),
            password_hash: "secret-hash".to_owned(),
            locale: "en".to_owned(),
            created_at: noon(),
        };
        store.write(move |conn| accounts::insert(conn, &account())).await.unwrap();
        let error = store.write(move |conn| accounts::insert(conn, &account())).await.unwrap_err();
        assert!(matches!(error, Error::Duplicate));
        let mut orphan = message();
        orphan.in_reply_to = Some(message().id);
        "secret".clone_into(&mut orphan.reference);
        let error = store.write(move |conn| messages::insert(conn, &orphan)).await.unwrap_err();
        assert!(!format!("{error} {error:?}").to_lowercase().contains("secret"), "{error:?}");
    }

    async fn the_log_can_be_emptied_and_the_store_asked(database: &Database) {
        let store = database.open().await;
        store.write(|conn| outbox::insert(conn, &job())).await.unwrap();
        store.truncate_log().await.unwrap();
        store.ping().await.unwrap();
        if let Some(path) = database.url().strip_prefix("sqlite:") {
            assert_eq!(std::fs::metadata(format!("{path}-wal")).unwrap().len(), 0);
        }
    }
}

#[tokio::test]
async fn a_reading_connection_of_sqlite_does_not_write() {
    let database = Database::sqlite();
    let store = database.open().await;
    assert!(store.read(|conn| outbox::insert(conn, &job())).await.is_err());
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_of_sqlite_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let database = Database::sqlite();
    let store = database.open().await;
    store.write(|conn| outbox::insert(conn, &job())).await.unwrap();
    let path = database.url().strip_prefix("sqlite:").unwrap();
    for suffix in ["", "-wal", "-shm"] {
        let mode = std::fs::metadata(format!("{path}{suffix}")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{suffix}");
    }
}

#[tokio::test]
async fn what_could_not_be_flushed_is_not_taken_and_neither_is_what_comes_after() {
    let database = Database::sqlite();
    let store = database.open().await;
    store.write(|conn| outbox::insert(conn, &job())).await.unwrap();
    // It can still be written to, but not be found to be flushed.
    std::fs::remove_file(format!("{}-wal", database.url().strip_prefix("sqlite:").unwrap())).unwrap();
    for _ in 0..2 {
        let error = store.write(|conn| outbox::insert(conn, &job())).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    }
    let error = store.write_soon(|conn| outbox::insert(conn, &job())).await.unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    assert!(matches!(store.ping().await, Err(Error::Unavailable(_))));
}

#[cfg(unix)]
#[tokio::test]
async fn a_store_behind_a_link_is_written_to() {
    let folder = tempfile::tempdir().unwrap();
    let (file, link) = (folder.path().join("disk").join("store.db"), folder.path().join("octothorpe.db"));
    let url = |path: &std::path::Path| format!("sqlite:{}", path.display()).parse().unwrap();
    drop(Store::open(&url(&file), Migrations::Apply).await.unwrap());
    std::os::unix::fs::symlink(&file, &link).unwrap();
    let store = Store::open(&url(&link), Migrations::Apply).await.unwrap();
    store.write(|conn| outbox::insert(conn, &job())).await.unwrap();
}
