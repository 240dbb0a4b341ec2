//! Mail from networks that all customers of a provider send from.

use std::net::IpAddr;

use super::{CLERK, mail};
use crate::support::app::TestApp;

const TENANTS: &str = "
    [[gateway.tenants]]
    networks = ['40.92.0.0/15']
    field = 'X-MS-Exchange-CrossTenant-Id'
    value = 'b3b3ba5c-5e2b-4c44-a6c3-0d7b8b2f6a11'
    [[gateway.tenants]]
    networks = ['209.85.128.0/17']
    field = 'X-CWS-Gateway'
    value = 'long and random'
    remove = true
";
const OURS: &str = "X-MS-Exchange-CrossTenant-Id: b3b3ba5c-5e2b-4c44-a6c3-0d7b8b2f6a11\n";
const SECRET: &str = "X-CWS-Gateway: long and random\n";

/// What is answered to the mail.
async fn send_from(app: &TestApp, ip: &str, mail: &str) -> String {
    let said = format!(
        "EHLO client.test\r\nMAIL FROM:<{CLERK}>\r\nRCPT TO:<pat@example.org>\r\nDATA\r\n{}\r\n.\r\nQUIT\r\n",
        mail.replace('\n', "\r\n")
    );
    let heard = app.smtp_from(ip.parse::<IpAddr>().unwrap(), said.as_bytes()).await;
    let replies: Vec<&str> = heard.lines().collect();
    replies[replies.len() - 2].to_owned()
}

on_both_databases! {
    async fn mail_of_ones_own_tenant_is_taken_as_any_other(database: &Database) {
        let app = TestApp::with(database, TENANTS).await;
        let plain = format!("{OURS}{}", mail("Hello", "text"));
        assert_eq!(send_from(&app, "40.93.1.2", &plain).await, "250 2.0.0 taken as 17");
        let relayed = String::from_utf8(app.hop.taken().remove(0).1.to_vec()).unwrap();
        assert!(relayed.ends_with(&format!("{}\r\n", plain.replace('\n', "\r\n"))), "{relayed}");
        let marked = format!("{OURS}{}", mail("# Hello", "text").replace("<one@", "<two@"));
        assert!(send_from(&app, "40.93.1.2", &marked).await.starts_with("250 2.6.0"));
        app.run_jobs().await;
        assert_eq!(app.mails("pat@example.org").len(), 1);
    }

    async fn mail_of_another_tenant_is_refused_whoever_it_says_it_is_from(database: &Database) {
        let app = TestApp::with(database, TENANTS).await;
        for brought in ["", "X-MS-Exchange-CrossTenant-Id: c0ffee00-0000-0000-0000-000000000000\n", SECRET] {
            for subject in ["Hello", "# Hello"] {
                let mail = format!("{brought}{}", mail(subject, "text"));
                let said = send_from(&app, "40.93.1.2", &mail).await;
                assert!(said.starts_with("550 5.7.1 ") && said.contains("gateway.tenants"), "{said}");
                // Brought along beside the one that the provider puts there.
                let said = send_from(&app, "40.93.1.2", &format!("{OURS}X-MS-Exchange-CrossTenant-Id: x\n{mail}")).await;
                assert!(said.starts_with("550 5.7.1 "), "{said}");
            }
        }
        app.run_jobs().await;
        assert!(app.hop.taken().is_empty() && app.mails("pat@example.org").is_empty());
    }

    async fn other_networks_are_as_they_were(database: &Database) {
        let app = TestApp::with(database, TENANTS).await;
        let said = b"EHLO x\r\nMAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.org>\r\nQUIT\r\n";
        assert!(app.smtp_from("203.0.113.7".parse().unwrap(), said).await.contains("\r\n550 5.7.1 Mail is taken from trusted"));
        assert!(app.hop.taken().is_empty());
        assert_eq!(send_from(&app, "127.0.0.1", &mail("Hello", "text")).await, "250 2.0.0 taken as 17");
    }

    async fn a_secret_is_asked_for_and_leaves_neither_with_the_mail_nor_with_the_message(database: &Database) {
        let app = TestApp::with(database, TENANTS).await;
        let plain = mail("Hello", "text");
        assert!(send_from(&app, "209.85.200.1", &plain).await.starts_with("550 5.7.1 "));
        let with_secret = |mail: &str| mail.replacen("Subject:", &format!("{SECRET}Subject:"), 1);
        assert_eq!(send_from(&app, "209.85.200.1", &with_secret(&plain)).await, "250 2.0.0 taken as 17");
        let relayed = String::from_utf8(app.hop.taken().remove(0).1.to_vec()).unwrap();
        assert!(relayed.ends_with(&format!("{}\r\n", plain.replace('\n', "\r\n"))), "{relayed}");

        let marked = mail("# Hello", "text").replace("<one@", "<two@");
        assert!(send_from(&app, "209.85.200.1", &with_secret(&marked)).await.starts_with("250 2.6.0"));
        app.run_jobs().await;
        let token = app.account("pat@example.org").await;
        let list = app.get("/api/v1/messages").bearer(&token).send().await.is(200).json();
        let path = format!("/api/v1/messages/{}/source", list["items"][0]["id"].as_str().unwrap());
        let source = app.get(&path).bearer(&token).send().await.is(200).text();
        assert!(source.starts_with("From: <clerk") && !source.contains("X-CWS-Gateway"), "{source}");
    }
}
