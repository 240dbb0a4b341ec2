//! How many clients find a place.

use std::net::Ipv4Addr;

use ipnet::IpNet;
use shared::EmailAddress;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    net::TcpStream,
};

use super::*;
use crate::intake::outcome::{Arrival, Login, Outcome, Refusal};

struct Nobody;

impl Intake for Nobody {
    async fn accept(&self, _: Arrival) -> Outcome {
        Outcome::Refused(Refusal::TryLater)
    }

    async fn authenticate(&self, _: IpAddr, _: EmailAddress, _: String) -> Login {
        Login::Wrong
    }
}

/// A server that trusts these networks: its address, and what stops it.
async fn server(
    trusted: Vec<IpNet>,
    change: impl FnOnce(&mut Settings),
) -> (std::net::SocketAddr, watch::Sender<bool>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut settings = Settings::new("mx.test".to_owned(), 1_000, 100_000, trusted);
    change(&mut settings);
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(run(listener, Arc::new(settings), Arc::new(Nobody), stopped));
    (address, stop)
}

/// A connection, and the first line on it.
async fn greeting(address: std::net::SocketAddr) -> (BufReader<TcpStream>, String) {
    let mut client = BufReader::new(TcpStream::connect(address).await.unwrap());
    let mut line = String::new();
    client.read_line(&mut line).await.unwrap();
    (client, line)
}

#[tokio::test]
async fn one_client_has_as_many_sessions_as_the_settings_allow() {
    let (address, _stop) = server(Vec::new(), |settings| settings.sessions_per_client = 2).await;
    let first = greeting(address).await;
    let _second = greeting(address).await;
    assert!(first.1.starts_with("220 "), "{}", first.1);
    assert_eq!(greeting(address).await.1, "421 4.7.0 Too many sessions from your address\r\n");
    drop(first);
    while !greeting(address).await.1.starts_with("220 ") {}
}

#[tokio::test]
async fn trusted_clients_have_no_bound_of_their_own() {
    let (address, _stop) =
        server(vec!["127.0.0.0/8".parse().unwrap()], |settings| settings.sessions_per_client = 1).await;
    let mut open = Vec::new();
    for _ in 0..5 {
        let (client, line) = greeting(address).await;
        assert!(line.starts_with("220 "), "{line}");
        open.push(client);
    }
}

#[tokio::test]
async fn all_clients_together_have_as_many_sessions_as_the_settings_allow() {
    let (address, _stop) = server(vec!["127.0.0.0/8".parse().unwrap()], |settings| settings.max_sessions = 2).await;
    let _open = (greeting(address).await, greeting(address).await);
    assert_eq!(greeting(address).await.1, "421 4.3.2 Too many sessions, try again later\r\n");
}

#[test]
fn strangers_leave_half_of_the_places_to_others() {
    let settings = Settings { max_sessions: 4, ..Settings::new(String::new(), 1_000, 100_000, Vec::new()) };
    let counts = Arc::new(Counts::default());
    let enter = |number: u8, is_trusted| counts.enter(Ipv4Addr::new(203, 0, 113, number).into(), is_trusted, &settings);
    let strangers: Vec<_> = (0..2).map(|number| enter(number, false).ok().unwrap()).collect();
    assert_eq!(enter(9, false).err(), Some(reply::SERVER_BUSY));
    let ours: Vec<_> = (0..2).map(|number| enter(number, true).ok().unwrap()).collect();
    assert_eq!(enter(9, true).err(), Some(reply::SERVER_BUSY));
    drop((strangers, ours));
    assert!(counts.numbers().by_client.is_empty() && counts.numbers().all == 0 && counts.numbers().untrusted == 0);
}
