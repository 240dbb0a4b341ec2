//! Rows come back as they went in, and the queries find the right ones.

use chrono::Duration;
use octothorpe::{
    id::{AccountId, ApiTokenId, OneTimeTokenId, RegistrationId, SessionId},
    seal::{SealedChunk, Token, Wrap},
    store::{
        self, Error, accounts, api_tokens, audit_events, deliveries, fingerprints, message_chunks, messages,
        one_time_tokens, outbox, registrations, rewrap, sessions,
    },
};

use crate::support::sample::{address, audit_event, delivery, job, key, message, noon, record, wrap};

fn account() -> accounts::NewAccount {
    accounts::NewAccount {
        id: AccountId::new(noon()),
        email: address("Bo@Example.org"),
        display_name: "Bo".to_owned(),
        password_hash: "hash".to_owned(),
        locale: "en".to_owned(),
        created_at: noon(),
    }
}

on_both_databases! {
    async fn a_message_comes_back_as_it_went_in(database: &Database) {
        let store = database.open().await;
        let new = message();
        let (id, reference) = (new.id, new.reference.clone());
        store.write(move |conn| messages::insert(conn, &new)).await.unwrap();
        let found = store.read(move |conn| messages::find_by_reference(conn, &reference)).await.unwrap().unwrap();
        assert_eq!(found.id, id);
        assert_eq!(found.sender.written(), "Anna@cws.state.ca.us");
        assert_eq!((found.sent_at, found.expires_at), (noon(), Some(noon() + Duration::days(90))));
        assert_eq!((found.cover, found.sender_wrap), (record(), Some(wrap())));
        assert_eq!(found.origin, messages::Origin::Smtp);
        assert!(matches!(
            store.read(move |conn| messages::get(conn, message().id)).await,
            Err(Error::NotFound)
        ));
    }

    async fn inbox_and_sent_go_page_by_page(database: &Database) {
        let store = database.open().await;
        let ids = store
            .write(|conn| {
                let mut ids = Vec::new();
                for number in 0..5 {
                    let mut new = message();
                    new.listed = number != 2;
                    messages::insert(conn, &new)?;
                    deliveries::insert(conn, &delivery(&new, "Bo@example.org"))?;
                    deliveries::insert(conn, &delivery(&new, "cy@example.org"))?;
                    ids.push(new.id);
                }
                Ok(ids)
            })
            .await
            .unwrap();
        let (mut listed, reference) = (ids.clone(), ids[0].to_string());
        listed.remove(2);
        listed.sort();
        listed.reverse();
        let page = messages::Page { limit: 3, ..messages::Page::default() };
        let next = messages::Page { before: Some(listed[2]), ..page.clone() };
        let one = messages::Page { reference: Some(reference), ..page.clone() };
        let bo = address("bo@example.org");
        let (first, second, named, sent) = store
            .read(move |conn| {
                Ok((
                    messages::list_inbox(conn, &bo, &page)?,
                    messages::list_inbox(conn, &bo, &next)?,
                    messages::list_inbox(conn, &bo, &one)?,
                    messages::list_sent(conn, &address("anna@CWS.state.ca.us"), &page)?,
                ))
            })
            .await
            .unwrap();
        assert_eq!(first.iter().map(|(message, _)| message.id).collect::<Vec<_>>(), listed[..3]);
        assert!(first.iter().all(|(message, delivery)| delivery.message_id == message.id));
        assert_eq!(second.iter().map(|(message, _)| message.id).collect::<Vec<_>>(), listed[3..]);
        assert_eq!(named.len(), 1);
        assert_eq!(sent.iter().map(|message| message.id).collect::<Vec<_>>(), listed[..3]);
    }

    async fn a_ticket_names_one_delivery(database: &Database) {
        let store = database.open().await;
        let new = message();
        let first = delivery(&new, "bo@example.org");
        let same_ticket = deliveries::NewDelivery { ticket_hash: first.ticket_hash, ..delivery(&new, "cy@example.org") };
        let same_recipient = delivery(&new, "BO@example.org");
        let id = first.id;
        let hash = first.ticket_hash.unwrap();
        store
            .write(move |conn| {
                messages::insert(conn, &new)?;
                deliveries::insert(conn, &first)
            })
            .await
            .unwrap();
        for second in [same_ticket, same_recipient] {
            let refused = store.write(move |conn| deliveries::insert(conn, &second)).await;
            assert!(matches!(refused, Err(Error::Duplicate)), "{refused:?}");
        }
        let found = store.read(move |conn| deliveries::find_by_ticket(conn, &hash)).await.unwrap();
        assert_eq!(found.unwrap().id, id);
    }

    async fn only_the_first_opening_counts(database: &Database) {
        let store = database.open().await;
        let new = message();
        let opened = store
            .write(move |conn| {
                let delivery = delivery(&new, "bo@example.org");
                messages::insert(conn, &new)?;
                deliveries::insert(conn, &delivery)?;
                let first = deliveries::set_first_opened(conn, delivery.id, noon())?;
                let second = deliveries::set_first_opened(conn, delivery.id, noon() + Duration::seconds(1))?;
                Ok((first, second, deliveries::get(conn, delivery.id)?.first_opened_at))
            })
            .await
            .unwrap();
        assert_eq!(opened, (true, false, Some(noon())));
    }

    async fn a_message_waits_until_it_ends(database: &Database) {
        let store = database.open().await;
        let new = message();
        let end = new.expires_at.unwrap();
        store
            .write(move |conn| {
                messages::insert(conn, &new)?;
                deliveries::insert(conn, &delivery(&new, "bo@example.org"))
            })
            .await
            .unwrap();
        let waits = |who, now| store.read(move |conn| deliveries::has_waiting_for(conn, &address(who), now));
        assert!(waits("Bo@example.org", noon()).await.unwrap());
        assert!(!waits("cy@example.org", noon()).await.unwrap());
        assert!(!waits("bo@example.org", end).await.unwrap());
    }

    async fn chunks_come_in_order_and_none_may_be_missing(database: &Database) {
        let store = database.open().await;
        let new = message();
        let id = new.id;
        let chunk = |number: u32| SealedChunk::from_stored(vec![u8::try_from(number).unwrap(); 70_000]);
        store
            .write(move |conn| {
                messages::insert(conn, &new)?;
                (0..12).rev().try_for_each(|number| message_chunks::insert(conn, id, number, &chunk(number)))
            })
            .await
            .unwrap();
        let range = |from, to| store.read(move |conn| message_chunks::get_range(conn, id, from, to));
        assert_eq!(range(9, 11).await.unwrap(), [chunk(9), chunk(10)]);
        assert!(matches!(range(11, 13).await, Err(Error::NotFound)));
    }

    async fn a_known_fingerprint_is_found_with_its_recipients_the_first_first(database: &Database) {
        let store = database.open().await;
        let new = message();
        let id = new.id;
        let (bo, cy) = (address("bo@example.org"), address("cy@example.org"));
        store
            .write(move |conn| {
                messages::insert(conn, &new)?;
                assert!(fingerprints::insert(conn, &[7; 32], &bo, Some(id), noon())?);
                assert!(!fingerprints::insert(conn, &[7; 32], &bo, None, noon())?);
                assert!(fingerprints::insert(conn, &[7; 32], &cy, Some(id), noon() - Duration::hours(1))?);
                let found = fingerprints::list(conn, &[[1; 32], [7; 32]])?;
                let found: Vec<_> = found.into_iter().map(|print| (print.recipient, print.message_id)).collect();
                assert_eq!(found, [(cy, Some(id)), (bo, Some(id))]);
                assert!(fingerprints::list(conn, &[[1; 32]])?.is_empty());
                assert_eq!(fingerprints::purge(conn, noon())?, 1);
                assert_eq!(fingerprints::purge(conn, noon() + Duration::microseconds(1))?, 1);
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn accounts_registrations_and_links_are_kept(database: &Database) {
        let store = database.open().await;
        store
            .write(|conn| {
                let new = registrations::NewRegistration {
                    id: RegistrationId::new(noon()),
                    email: address("Bo@example.org"),
                    display_name: "Bo".to_owned(),
                    password_hash: "hash".to_owned(),
                    return_delivery_id: None,
                    locale: Some("es".to_owned()),
                    created_at: noon(),
                    expires_at: noon() + Duration::hours(24),
                };
                registrations::insert(conn, &new)?;
                let bo = address("bo@example.org");
                assert_eq!(registrations::latest_pending(conn, &bo, noon())?.unwrap().id, new.id);
                assert!(registrations::latest_pending(conn, &bo, new.expires_at)?.is_none());
                let hash = Token::generate().hash();
                let link = one_time_tokens::NewOneTimeToken {
                    id: OneTimeTokenId::new(noon()),
                    token_hash: hash,
                    purpose: one_time_tokens::Purpose::Confirm,
                    registration_id: Some(new.id),
                    account_id: None,
                    return_delivery_id: None,
                    message_id: None,
                    created_at: noon(),
                    expires_at: new.expires_at,
                };
                one_time_tokens::insert(conn, &link)?;
                assert_eq!(one_time_tokens::count_wrong_try(conn, link.id)?, 1);
                assert_eq!(one_time_tokens::count_wrong_try(conn, link.id)?, 2);
                assert!(one_time_tokens::mark_used(conn, link.id, noon())?);
                assert!(!one_time_tokens::mark_used(conn, link.id, noon())?);
                assert_eq!(one_time_tokens::find_by_hash(conn, &hash)?.unwrap().used_at, Some(noon()));
                assert_eq!(registrations::end_all_of(conn, &bo, noon())?, 1);
                assert!(registrations::latest_pending(conn, &bo, noon())?.is_none());

                let account = account();
                accounts::insert(conn, &account)?;
                accounts::set_profile(conn, account.id, "Bo B.", "de")?;
                accounts::set_password(conn, account.id, "new", noon() + Duration::days(1))?;
                let found = accounts::find_by_email(conn, &bo)?.unwrap();
                assert_eq!((found.display_name.as_str(), found.locale.as_str()), ("Bo B.", "de"));
                assert_eq!(found.password_changed_at, noon() + Duration::days(1));
                assert!(!accounts::set_password_hash(conn, account.id, "hash", "newer")?);
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn a_session_rotates_once_for_each_token(database: &Database) {
        let store = database.open().await;
        store
            .write(|conn| {
                let account = account();
                accounts::insert(conn, &account)?;
                let [first, second, third] = [0; 3].map(|_| Token::generate().hash());
                let new = |hash: &octothorpe::seal::TokenHash| sessions::NewSession {
                    id: SessionId::new(noon()),
                    account_id: account.id,
                    refresh_hash: *hash,
                    created_at: noon(),
                    expires_at: noon() + Duration::days(30),
                };
                let session = new(&first);
                sessions::insert(conn, &session)?;
                assert!(sessions::rotate(conn, session.id, &first, &second, Some(&first), noon())?);
                assert!(!sessions::rotate(conn, session.id, &first, &third, Some(&first), noon())?);
                let rotated = sessions::find(conn, session.id)?.unwrap();
                assert_eq!((rotated.refresh_hash, rotated.previous_hash), (second, Some(first)));
                let other = new(&third);
                sessions::insert(conn, &other)?;
                assert_eq!(sessions::end_all_of(conn, account.id, Some(other.id), noon())?, 1);
                assert!(!sessions::end(conn, session.id, noon())?);
                assert!(sessions::end(conn, other.id, noon())?);
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn an_api_token_is_revoked_by_its_owner_alone(database: &Database) {
        let store = database.open().await;
        store
            .write(|conn| {
                let account = account();
                accounts::insert(conn, &account)?;
                let token = api_tokens::NewApiToken {
                    id: ApiTokenId::new(noon()),
                    account_id: account.id,
                    name: "case system".to_owned(),
                    scopes: "messages:send".to_owned(),
                    token_hash: Token::generate().hash(),
                    created_at: noon(),
                    expires_at: None,
                };
                api_tokens::insert(conn, &token)?;
                api_tokens::touch(conn, token.id, noon())?;
                let found = api_tokens::find_by_hash(conn, &token.token_hash)?.unwrap();
                assert_eq!((found.last_used_at, found.expires_at), (Some(noon()), None));
                assert!(!api_tokens::revoke(conn, AccountId::new(noon()), token.id, noon())?);
                assert!(api_tokens::revoke(conn, account.id, token.id, noon())?);
                assert!(api_tokens::list_of(conn, account.id)?.is_empty());
                Ok(())
            })
            .await
            .unwrap();
    }

    async fn the_audit_chain_has_one_row_a_place(database: &Database) {
        let store = database.open().await;
        let event = |sequence| audit_event("one", sequence);
        let (first, second) = (event(1), event(2));
        let last = second.clone();
        store
            .write(move |conn| {
                audit_events::insert(conn, &first)?;
                audit_events::insert(conn, &second)
            })
            .await
            .unwrap();
        let taken = store.write(move |conn| audit_events::insert(conn, &event(2))).await;
        assert!(matches!(taken, Err(Error::Duplicate)));
        assert_eq!(store.read(|conn| audit_events::last_of(conn, "one")).await.unwrap(), Some(last));
        assert_eq!(store.read(|conn| audit_events::list_of(conn, "one", 0, 10)).await.unwrap().len(), 2);
        assert_eq!(store.read(store::key_usage).await.unwrap(), [key(3)]);
    }

    async fn what_depends_on_a_key_is_listed_and_rewrapped(database: &Database) {
        let store = database.open().await;
        store
            .write(|conn| {
                let new = message();
                messages::insert(conn, &new)?;
                let mut ids: Vec<_> = ["bo@example.org", "cy@example.org", "di@example.org"]
                    .into_iter()
                    .map(|recipient| {
                        let delivery = delivery(&new, recipient);
                        deliveries::insert(conn, &delivery).map(|()| delivery.id)
                    })
                    .collect::<Result<_, Error>>()?;
                ids.sort();
                outbox::insert(conn, &outbox::NewJob { message_id: Some(new.id), wrap: Some(wrap()), ..job() })?;
                assert_eq!(store::key_usage(conn)?, [key(1)]);

                let first = rewrap::list_deliveries(conn, &key(1), None, 2)?;
                assert_eq!(first.iter().map(|(id, ..)| *id).collect::<Vec<_>>(), ids[..2]);
                assert_eq!((first[0].1, &first[0].2), (new.id, &wrap()));
                let rest = rewrap::list_deliveries(conn, &key(1), Some(ids[1]), 2)?;
                assert_eq!(rest.len(), 1);
                let fresh = Wrap { key_id: key(2), bytes: b"wrapped anew".to_vec() };
                assert!(rewrap::replace_delivery(conn, ids[0], &wrap().bytes, &fresh)?);
                assert!(!rewrap::replace_delivery(conn, ids[0], &wrap().bytes, &fresh)?);
                assert_eq!(store::key_usage(conn)?, [key(1), key(2)]);

                assert_eq!(rewrap::list_tickets(conn, &key(1), None, 10)?.len(), 3);
                assert_eq!(rewrap::list_senders(conn, &key(1), None, 10)?, [(new.id, wrap())]);
                assert_eq!(rewrap::list_covers(conn, &key(1), None, 10)?, [(new.id, record())]);
                assert_eq!(rewrap::list_jobs(conn, &key(1), None, 10)?[0].1, Some(new.id));
                assert_eq!(rewrap::list_payloads(conn, &key(1), None, 10)?.len(), 1);
                Ok(())
            })
            .await
            .unwrap();
    }
}
