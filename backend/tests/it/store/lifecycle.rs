//! How messages end.

use chrono::Duration;
use octothorpe::{
    id::MessageId,
    seal::SealedChunk,
    store::{
        Store,
        deliveries::{self, DeliveryState},
        lifecycle::{self, Recipients},
        message_chunks, messages, outbox,
    },
};

use crate::support::sample::{address, delivery, job, message, noon, notification, wrap};

/// A message to Bo and Cy, with a chunk, a notification for each and a relay job that holds its key.
async fn store_message(store: &Store) -> MessageId {
    let message = message();
    let id = message.id;
    store
        .write(move |conn| {
            messages::insert(conn, &message)?;
            let chunk = SealedChunk::from_stored(b"a sealed chunk".to_vec());
            message_chunks::insert(conn, message.id, 0, &chunk)?;
            for recipient in ["bo@example.org", "cy@example.org"] {
                let delivery = delivery(&message, recipient);
                deliveries::insert(conn, &delivery)?;
                outbox::insert(conn, &notification(&delivery))?;
            }
            let relay = outbox::NewJob {
                kind: outbox::JobKind::Relay,
                message_id: Some(message.id),
                wrap: Some(wrap()),
                ..job()
            };
            outbox::insert(conn, &relay)
        })
        .await
        .unwrap();
    id
}

/// Who still holds the message's key: deliveries, the sender, jobs.
async fn holders(store: &Store, id: MessageId) -> (usize, bool, bool) {
    store
        .read(move |conn| {
            let deliveries = deliveries::list_of(conn, id)?.iter().filter(|delivery| delivery.wrap.is_some()).count();
            Ok((deliveries, messages::get(conn, id)?.sender_wrap.is_some(), outbox::holds_key_of(conn, id)?))
        })
        .await
        .unwrap()
}

on_both_databases! {
    async fn recall_of_all_destroys_every_wrap_and_cancels_every_job(database: &Database) {
        let store = database.open().await;
        let id = store_message(&store).await;
        let recalled = store.write(move |conn| lifecycle::recall(conn, id, &Recipients::All, noon())).await.unwrap();
        assert!(recalled.whole);
        assert_eq!(recalled.deliveries.len(), 2);
        assert_eq!(holders(&store, id).await, (0, false, false));
        assert_eq!(store.read(outbox::count).await.unwrap(), 0);
        let message = store.read(move |conn| messages::get(conn, id)).await.unwrap();
        assert_eq!((message.recalled_at, message.keys_destroyed_at), (Some(noon()), Some(noon())));
        // The link still finds what became of it.
        for delivery in store.read(move |conn| deliveries::list_of(conn, id)).await.unwrap() {
            assert_eq!((delivery.state, delivery.ticket), (DeliveryState::Recalled, None));
            let hash = delivery.ticket_hash.unwrap();
            assert!(store.read(move |conn| deliveries::find_by_ticket(conn, &hash)).await.unwrap().is_some());
        }
    }

    async fn recall_of_some_leaves_the_others_theirs(database: &Database) {
        let store = database.open().await;
        let id = store_message(&store).await;
        let recall = |name: &str| {
            let recipients = Recipients::Some(vec![address(name), address("nobody@example.org")]);
            store.write(move |conn| lifecycle::recall(conn, id, &recipients, noon()))
        };
        let recalled = recall("Bo@Example.org").await.unwrap();
        assert_eq!((recalled.deliveries.len(), recalled.whole), (1, false));
        assert_eq!(holders(&store, id).await, (1, true, true));
        assert_eq!(store.read(outbox::count).await.unwrap(), 2);
        // A second time there is nothing to do.
        let again = recall("bo@example.org").await.unwrap();
        assert_eq!((again.deliveries.len(), again.whole), (0, false));
        // With the last one nothing is left to read; the mail to colleagues goes on, and the keys go with it.
        assert!(recall("cy@example.org").await.unwrap().whole);
        assert_eq!(holders(&store, id).await, (0, false, true));
        let settled = store
            .write(move |conn| {
                let early = lifecycle::settle(conn, id, noon())?;
                outbox::cancel_for_message(conn, id)?;
                Ok((early, lifecycle::settle(conn, id, noon())?))
            })
            .await
            .unwrap();
        assert_eq!(settled, (false, true));
    }

    async fn expiry_of_the_last_delivery_destroys_all_once_the_relay_is_done(database: &Database) {
        let store = database.open().await;
        let id = store_message(&store).await;
        let end = noon() + Duration::days(90);
        let early = store.write(move |conn| lifecycle::expire(conn, end - Duration::seconds(1), 10)).await.unwrap();
        assert!(early.is_empty());
        let expired = store.write(move |conn| lifecycle::expire(conn, end, 10)).await.unwrap();
        assert_eq!((expired.deliveries.len(), expired.messages.len()), (2, 0));
        assert_eq!(holders(&store, id).await, (0, true, true));
        store.write(move |conn| outbox::cancel_for_message(conn, id)).await.unwrap();
        let expired = store.write(move |conn| lifecycle::expire(conn, end, 10)).await.unwrap();
        assert_eq!(expired.messages, [id]);
        assert_eq!(holders(&store, id).await, (0, false, false));
        assert!(store.write(move |conn| lifecycle::expire(conn, end, 10)).await.unwrap().is_empty());
    }

    async fn an_extended_delivery_outlives_the_others(database: &Database) {
        let store = database.open().await;
        let id = store_message(&store).await;
        let end = noon() + Duration::days(90);
        let longer = end + Duration::days(30);
        store
            .write(move |conn| {
                let delivery = deliveries::find_for(conn, id, &address("bo@example.org"))?.unwrap();
                outbox::cancel_for_message(conn, id)?;
                lifecycle::extend(conn, delivery.id, longer, None)
            })
            .await
            .unwrap();
        let expired = store.write(move |conn| lifecycle::expire(conn, end, 10)).await.unwrap();
        assert_eq!((expired.deliveries.len(), expired.messages.len()), (1, 0));
        assert_eq!(holders(&store, id).await, (1, true, false));
        let expired = store.write(move |conn| lifecycle::expire(conn, longer, 10)).await.unwrap();
        assert_eq!((expired.deliveries.len(), expired.messages.len()), (1, 1));
    }

    async fn what_ended_does_not_come_back(database: &Database) {
        let store = database.open().await;
        let id = store_message(&store).await;
        store.write(move |conn| lifecycle::recall(conn, id, &Recipients::All, noon())).await.unwrap();
        let changed = store
            .write(move |conn| {
                let delivery = deliveries::list_of(conn, id)?.remove(0).id;
                Ok([
                    deliveries::set_notified(conn, delivery, noon())?,
                    deliveries::set_state(conn, delivery, DeliveryState::Failed)?,
                    lifecycle::extend(conn, delivery, noon() + Duration::days(900), None)?,
                ])
            })
            .await
            .unwrap();
        assert_eq!(changed, [false; 3]);
    }

    async fn mail_kept_only_to_be_relayed_loses_its_keys_with_its_last_job(database: &Database) {
        let store = database.open().await;
        let message = messages::NewMessage { listed: false, sender_wrap: None, expires_at: None, ..message() };
        let id = message.id;
        let relay = outbox::NewJob { message_id: Some(id), wrap: Some(wrap()), ..job() };
        let job = relay.id;
        store
            .write(move |conn| {
                messages::insert(conn, &message)?;
                outbox::insert(conn, &relay)
            })
            .await
            .unwrap();
        assert!(!store.write(move |conn| lifecycle::settle(conn, id, noon())).await.unwrap());
        let settled = store
            .write(move |conn| {
                outbox::complete(conn, job)?;
                lifecycle::settle(conn, id, noon())
            })
            .await
            .unwrap();
        assert!(settled);
    }

    async fn content_goes_a_while_after_the_keys(database: &Database) {
        let store = database.open().await;
        let id = store_message(&store).await;
        let chunks = move |conn: &mut octothorpe::store::Connection| message_chunks::get_range(conn, id, 0, 1);
        store.write(move |conn| lifecycle::recall(conn, id, &Recipients::All, noon())).await.unwrap();
        let purge = |before| store.write(move |conn| lifecycle::purge(conn, before, noon(), 10));
        assert_eq!(purge(noon()).await.unwrap(), 0);
        assert!(store.read(chunks).await.is_ok());
        let later = noon() + Duration::seconds(1);
        assert_eq!(purge(later).await.unwrap(), 1);
        assert!(store.read(chunks).await.is_err());
        assert_eq!(purge(later).await.unwrap(), 0);
        let forget = |before| store.write(move |conn| lifecycle::forget(conn, before, 10));
        assert_eq!(forget(noon()).await.unwrap(), 0);
        assert_eq!(forget(later).await.unwrap(), 1);
        assert!(store.read(move |conn| deliveries::list_of(conn, id)).await.unwrap().is_empty());
    }
}
