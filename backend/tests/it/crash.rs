//! Mail streams in while the program is killed at random moments, again and again.

use std::{
    collections::{BTreeMap, BTreeSet},
    hash::{BuildHasher as _, Hasher as _, RandomState},
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use diesel::prelude::*;
use octothorpe::store::{
    Migrations, Store, outbox,
    schema::{deliveries, messages},
};

use crate::support::{
    program::{Program, free_port, send},
    sink::{Sink, Taken},
};

/// How often it is killed.
const KILLS: usize = 6;
/// The longest time from a start to the next kill, in milliseconds.
const LONGEST_LIFE: u64 = 400;

/// What was answered with 250.
#[derive(Default)]
struct Answered {
    /// Mails of which something is sealed.
    sealed: usize,
    /// Who must have a delivery.
    notified: BTreeSet<String>,
    /// Who must have the mail itself, and its Message-ID.
    relayed: BTreeMap<String, String>,
}

/// A number of a client's mail: marked for an outsider and a colleague; unmarked; marked, large, for two outsiders.
fn client(port: u16, numbers: &AtomicUsize, stop: &AtomicBool) -> Answered {
    let mut answered = Answered::default();
    while !stop.load(Ordering::Relaxed) {
        let number = numbers.fetch_add(1, Ordering::Relaxed);
        let id = format!("n{number}@cws.state.ca.us");
        let (mark, body) = match number % 3 {
            0 => ("# ", "hello".to_owned()),
            1 => ("", "hello".to_owned()),
            _ => ("# ", "many words\n".repeat(15_000)),
        };
        let to = match number % 3 {
            0 => vec![format!("p{number}@example.org"), format!("boss{number}@cws.state.ca.us")],
            1 => vec![format!("q{number}@example.org")],
            _ => vec![format!("p{number}@example.org"), format!("pp{number}@example.org")],
        };
        let mail = format!("From: <clerk@cws.state.ca.us>\nSubject: {mark}Visit\nMessage-ID: <{id}>\n\n{body}");
        let recipients: Vec<&str> = to.iter().map(String::as_str).collect();
        // As a mail server does: the same mail again and again until it is taken.
        while !send(port, &recipients, &mail).is_ok_and(|said| said.starts_with("250 ")) {
            thread::sleep(Duration::from_millis(20));
        }
        answered.sealed += usize::from(!mark.is_empty());
        for recipient in to {
            if recipient.starts_with('p') {
                answered.notified.insert(recipient);
            } else {
                answered.relayed.insert(recipient, id.clone());
            }
        }
    }
    answered
}

fn wait_at_most(longest: u64) {
    thread::sleep(Duration::from_millis(RandomState::new().build_hasher().finish() % longest));
}

/// Whoever got a mail got that one, and twice only where a kill stands between.
fn assert_once(taken: &[Taken], recipient: &str) -> String {
    let copies: Vec<&Taken> = taken.iter().filter(|taken| taken.recipient == recipient).collect();
    let first = copies.first().unwrap_or_else(|| panic!("{recipient} got nothing"));
    assert!(copies.iter().all(|copy| copy.message_id == first.message_id), "another mail: {copies:?}");
    let lives: BTreeSet<&str> = copies.iter().map(|copy| copy.client.as_str()).collect();
    assert_eq!(lives.len(), copies.len(), "doubled without a kill in between: {copies:?}");
    first.message_id.clone()
}

on_both_databases! {
    async fn each_mail_answered_with_250_is_there_once_however_often_the_program_is_killed(database: &Database) {
        let folder = tempfile::tempdir().unwrap();
        let (sink, port) = (Sink::start(), free_port());
        let start = |life: usize| {
            Program::start_at(&folder.path().join("data"), port, |command| {
                command
                    .env("OCTOTHORPE_STORE__URL", database.url())
                    .env("OCTOTHORPE_MAIL__TRANSPORT", "smtp")
                    .env("OCTOTHORPE_MAIL__RELAY", format!("smtp://127.0.0.1:{}", sink.port))
                    // The next hop sees which life a mail comes from.
                    .env("OCTOTHORPE_GATEWAY__HOSTNAME", format!("life{life}.test"));
            })
        };
        let (numbers, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let mut program = start(0);
        let (answered, _program) = thread::scope(|scope| {
            let clients: Vec<_> = (0..4).map(|_| scope.spawn(|| client(port, &numbers, &stop))).collect();
            for life in 1..=KILLS {
                wait_at_most(LONGEST_LIFE);
                program.kill();
                program = start(life);
            }
            wait_at_most(LONGEST_LIFE);
            stop.store(true, Ordering::Relaxed);
            let answered: Vec<_> = clients.into_iter().map(|client| client.join().unwrap()).collect();
(answered, program)
        });

        let store = Store::open(&database.store_url(), Migrations::Refuse).await.unwrap();
        let end = Instant::now() + Duration::from_secs(50);
        while store.read(outbox::count).await.unwrap() > 0 {
            assert!(Instant::now() < end, "what the killed program held is never taken over");
            thread::sleep(Duration::from_millis(100));
        }
        let (notified, listed): (Vec<(String, String)>, i64) = store
            .read(|conn| {
                let notified = deliveries::table.select((deliveries::recipient, deliveries::state)).load(conn)?;
                Ok((notified, messages::table.filter(messages::listed.eq(true)).count().get_result(conn)?))
            })
            .await
            .unwrap();
        assert_eq!(usize::try_from(listed).unwrap(), answered.iter().map(|one| one.sealed).sum::<usize>());
        assert_eq!(notified.len(), answered.iter().map(|one| one.notified.len()).sum::<usize>(), "one delivery each");
        let taken = sink.taken();
        for one in &answered {
            for recipient in &one.notified {
                assert!(notified.contains(&(recipient.clone(), "notified".to_owned())), "{recipient}");
                assert_once(&taken, recipient);
            }
            for (recipient, id) in &one.relayed {
                assert_eq!(&assert_once(&taken, recipient), id);
            }
        }
    }
}
