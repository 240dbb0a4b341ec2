//! Leases of jobs.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::Duration;
use octothorpe::store::{Store, StoreUrl, outbox};
use tokio::task::JoinSet;

use crate::support::sample::{job, noon};

/// Puts so many jobs in.
async fn fill(store: &Store, count: usize) {
    store.write(move |conn| (0..count).try_for_each(|_| outbox::insert(conn, &job()))).await.unwrap();
}

/// Leases for a minute at noon plus some seconds.
async fn lease(store: &Store, owner: u8, seconds: i64, limit: i64) -> Vec<outbox::Job> {
    let now = noon() + Duration::seconds(seconds);
    store.write(move |conn| outbox::lease(conn, &[owner; 16], now, now, Duration::seconds(60), limit)).await.unwrap()
}

on_both_databases! {
    async fn no_job_is_leased_twice_by_eight_workers(database: &Database) {
        let store = database.open().await;
        fill(&store, 100).await;
        let mut workers = JoinSet::new();
        let taken = Arc::<AtomicUsize>::default();
        for owner in 0..8 {
            let (store, taken) = (store.clone(), Arc::clone(&taken));
            workers.spawn(async move {
                let mut jobs = Vec::new();
                loop {
                    let leased = lease(&store, owner, 0, 3).await;
                    // Rows another is just leasing are passed over, so an empty answer may only mean that.
                    if taken.fetch_add(leased.len(), Ordering::Relaxed) + leased.len() >= 100 {
                        jobs.extend(leased.into_iter().map(|job| job.id));
                        return jobs;
                    }
                    jobs.extend(leased.into_iter().map(|job| job.id));
                }
            });
        }
        let jobs: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
        assert_eq!(jobs.len(), 100);
        assert_eq!(jobs.into_iter().collect::<HashSet<_>>().len(), 100);
    }

    async fn a_lease_that_ran_out_is_taken_over(database: &Database) {
        let store = database.open().await;
        fill(&store, 1).await;
        let first = lease(&store, 1, 0, 10).await.remove(0);
        assert_eq!(first.attempts, 1);
        assert!(lease(&store, 2, 59, 10).await.is_empty());
        let second = lease(&store, 2, 60, 10).await.remove(0);
        assert_eq!((second.id, second.attempts), (first.id, 2));
        // The first worker has lost it and can neither hold it nor give it back.
        let held = store
            .write(move |conn| {
                let until = noon() + Duration::hours(1);
                let held = outbox::extend_lease(conn, first.id, &[1; 16], until)?;
                Ok(held || outbox::retry(conn, first.id, &[1; 16], (until, 1), "timed-out")?)
            })
            .await
            .unwrap();
        assert!(!held);
        let done = store.write(move |conn| outbox::complete(conn, second.id)).await.unwrap();
        assert!(done);
        assert_eq!(store.read(outbox::count).await.unwrap(), 0);
    }

    async fn a_lease_held_on_to_is_not_taken_over(database: &Database) {
        let store = database.open().await;
        fill(&store, 1).await;
        let id = lease(&store, 1, 0, 10).await.remove(0).id;
        let until = noon() + Duration::seconds(90);
        assert!(store.write(move |conn| outbox::extend_lease(conn, id, &[1; 16], until)).await.unwrap());
        assert!(lease(&store, 2, 89, 10).await.is_empty());
        assert_eq!(lease(&store, 2, 90, 10).await.remove(0).id, id);
    }

    async fn a_start_ends_the_leases_of_the_killed_where_no_other_node_can_hold_any(database: &Database) {
        let store = database.open().await;
        fill(&store, 1).await;
        assert_eq!(lease(&store, 1, 0, 10).await.len(), 1);
        let is_alone = matches!(database.store_url(), StoreUrl::Sqlite(_));
        assert_eq!(store.end_leases_of_the_dead().await.unwrap(), usize::from(is_alone));
        assert_eq!(lease(&store, 2, 1, 10).await.len(), usize::from(is_alone));
    }

    async fn a_job_given_back_waits_for_its_time(database: &Database) {
        let store = database.open().await;
        fill(&store, 1).await;
        let job = lease(&store, 1, 0, 10).await.remove(0);
        let later = noon() + Duration::seconds(300);
        let given = store.write(move |conn| outbox::retry(conn, job.id, &[1; 16], (later, 1), "relay-refused")).await;
        assert!(given.unwrap());
        assert!(lease(&store, 1, 299, 10).await.is_empty());
        let again = lease(&store, 1, 300, 10).await.remove(0);
        assert_eq!((again.attempts, again.last_error.as_deref()), (2, Some("relay-refused")));
    }

    async fn the_longest_waiting_job_comes_first(database: &Database) {
        let store = database.open().await;
        let (early, late) = (job(), outbox::NewJob { due_at: noon() - Duration::seconds(5), ..job() });
        let first = late.id;
        store
            .write(move |conn| {
                outbox::insert(conn, &early)?;
                outbox::insert(conn, &late)
            })
            .await
            .unwrap();
        assert_eq!(lease(&store, 1, 0, 1).await.remove(0).id, first);
    }
}
