//! The friendly note to a sender whose mail was sealed without the marker, or whose subject was masked.

use chrono::Duration;

use super::{CLERK, mail};
use crate::support::app::TestApp;

const PAT: &str = "pat@example.org";
const NUMBER: &str = "123-45-6789";

/// The notes that an address got.
fn notes(app: &TestApp, to: &str) -> Vec<String> {
    app.mails(to).into_iter().filter(|mail| mail.contains("You get this note at most once a day")).collect()
}

/// Sends a mail, and all that comes of it.
async fn send(app: &TestApp, from: &str, mail: &str) {
    let said = app.send(from, &[PAT], mail).await;
    assert!(said.starts_with("250 "), "{said}");
    app.run_jobs().await;
}

/// A mail that is no other's second try.
fn fresh(number: u32, subject: &str, body: &str) -> String {
    mail(subject, body).replace("<one@", &format!("<n{number}@"))
}

on_both_databases! {
    async fn a_sender_hears_why_a_mail_was_sealed_and_how_to_ask_for_it(database: &Database) {
        let app = TestApp::start(database).await;
        send(&app, CLERK, &mail("Smith", &format!("His number is {NUMBER}."))).await;
        let note = notes(&app, CLERK).remove(0);
        for wanted in [
            "Subject: Your email was sent encrypted: Smith\n",
            "was sent encrypted. Its text contains what looks like a social security number.",
            "put a # in front of its subject",
            "Auto-Submitted: auto-generated\n",
            "References: <one@cws.state.ca.us>\n",
            "Return-Path: <>\n",
        ] {
            assert!(note.contains(wanted), "{wanted}: {note}");
        }
        assert!(!note.contains(NUMBER), "{note}");
    }

    async fn whoever_asked_for_it_gets_no_note_unless_the_subject_was_masked(database: &Database) {
        let app = TestApp::start(database).await;
        send(&app, CLERK, &fresh(1, "# Smith", NUMBER)).await;
        assert!(notes(&app, CLERK).is_empty());
        send(&app, CLERK, &fresh(2, &format!("# Smith {NUMBER}"), "x")).await;
        let note = notes(&app, CLERK).remove(0);
        assert!(note.contains("Yours contains what looks like a social security number"), "{note}");
        assert!(!note.contains(NUMBER), "{note}");
    }

    async fn a_sender_gets_one_note_of_a_kind_a_day(database: &Database) {
        let app = TestApp::start(database).await;
        send(&app, CLERK, &fresh(1, "Smith", NUMBER)).await;
        send(&app, CLERK, &fresh(2, "Jones", NUMBER)).await;
        assert_eq!(notes(&app, CLERK).len(), 1, "the second of a kind is one too many");
        send(&app, CLERK, &fresh(3, "Miller", "Case 1234-5678-1234-1234567.")).await;
        send(&app, CLERK, &fresh(4, &format!("Smith {NUMBER}"), "x")).await;
        assert_eq!(notes(&app, CLERK).len(), 3, "each kind has its own");
        let anna = "anna@cws.state.ca.us";
        send(&app, anna, &fresh(5, "Smith", NUMBER).replace(CLERK, anna)).await;
        assert_eq!(notes(&app, anna).len(), 1, "each sender has her own");
        app.wait(Duration::hours(24));
        send(&app, CLERK, &fresh(6, "Brown", NUMBER)).await;
        assert_eq!(notes(&app, CLERK).len(), 4, "the next day is another day");
    }

    async fn a_program_gets_no_note(database: &Database) {
        let app = TestApp::start(database).await;
        let fields = ["Auto-Submitted: auto-generated", "Auto-Submitted: auto-replied", "Precedence: bulk", "Precedence: List"];
        for (number, field) in (0..).zip(fields) {
            send(&app, CLERK, &format!("{field}\n{}", fresh(number, "Smith", NUMBER))).await;
            assert!(notes(&app, CLERK).is_empty(), "{field}");
        }
        send(&app, "", &fresh(10, "Smith", NUMBER)).await;
        assert!(notes(&app, CLERK).is_empty(), "nor does anyone in answer to the null sender");
        send(&app, CLERK, &format!("Auto-Submitted: no\nPrecedence: first-class\n{}", fresh(11, "Smith", NUMBER))).await;
        assert_eq!(notes(&app, CLERK).len(), 1, "a person does");
    }

    async fn a_note_goes_to_staff_alone(database: &Database) {
        let app = TestApp::start(database).await;
        send(&app, "bounces@list.example", &mail("Smith", NUMBER)).await;
        assert_eq!((notes(&app, CLERK).len(), app.mails("bounces@list.example").len()), (1, 0));
    }

    async fn a_second_try_brings_no_second_note(database: &Database) {
        let app = TestApp::start(database).await;
        for _ in 0..2 {
            send(&app, CLERK, &mail("Smith", NUMBER)).await;
            app.wait(Duration::days(2));
        }
        assert_eq!(notes(&app, CLERK).len(), 1);
    }

    async fn a_note_names_the_attachment_that_holds_the_number(database: &Database) {
        let app = TestApp::start(database).await;
        let body = format!(
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nPlease see the list.\n--x\n\
             Content-Type: text/csv; name=\"families 987-65-4321.csv\"\n\
             Content-Disposition: attachment; filename=\"families 987-65-4321.csv\"\n\nSmith,{NUMBER}\n--x--\n"
        );
        let mail = mail("List", "").replace("\n\n\n", &format!("\n{body}"));
        send(&app, CLERK, &mail).await;
        let note = notes(&app, CLERK).remove(0);
        assert!(note.contains("The attachment “families •••.csv” contains what looks like"), "{note}");
        assert!(!note.contains(NUMBER) && !note.contains("987-65-4321"), "{note}");
    }
}
