//! Pages outside the API: the portal, the demo's mailbox.

use std::io::Read as _;

use flate2::read::GzDecoder;

use crate::support::app::TestApp;

const MAIL: &str = "From: Clara <clerk@cws.state.ca.us>\nSubject: # <b>Hello</b>\n\ntext\n";

on_both_databases! {
    async fn pages_under_another_host_name_are_redirected(database: &Database) {
        let app = TestApp::with(database, "portal.url = 'http://other.test'\n").await;
        let answer = app.get("/open/abc?x=1").send().await.is(307);
        assert_eq!(answer.headers["location"], "http://other.test/open/abc?x=1");
    }

    async fn the_cover_stands_in_the_page_before_it_runs_and_shows_nothing_of_the_content(database: &Database) {
        let app = TestApp::start(database).await;
        app.send("clerk@cws.state.ca.us", &["pat@example.org"], MAIL).await;
        app.run_jobs().await;
        let ticket = app.token("pat@example.org", "open");
        let page = app.get(&format!("/open/{ticket}")).send().await;
        if page.status == 503 {
            return;
        }
        let page = page.is(200).text();
        assert!(page.contains("Clara has sent you an encrypted message"), "{page}");
        assert!(page.contains("&#60;b&#62;Hello") && !page.contains("<b>Hello") && !page.contains("text\n"), "{page}");
        let none = app.get(&format!("/open/{}", "A".repeat(43))).send().await.is(200).text();
        assert!(none.contains("This link does not lead to a message"));
        app.wait(chrono::Duration::days(91));
        let late = app.get(&format!("/open/{ticket}")).send().await.is(200).text();
        assert!(late.contains("It could be read until February 21, 2027 and was then deleted.") && late.contains("Clara can send it again"), "{late}");
        let cut = app.get(&format!("/open/{}", &ticket[..30])).send().await.is(200).text();
        assert!(cut.contains("This link is incomplete"));
        for behind in ["*", "&gt", "%3Cbr"] {
            let page = app.get(&format!("/open/{ticket}{behind}")).send().await.is(200).text();
            assert!(page.contains("Clara can send it again"), "{behind}");
        }
    }

    async fn pages_bear_the_agencys_logo_colours_and_whom_to_ask(database: &Database) {
        let folder = tempfile::tempdir().unwrap();
        let logo = folder.path().join("logo.svg");
        std::fs::write(&logo, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 8 8\"/>").unwrap();
        let settings = format!(
            "portal.logo = '{}'\nportal.accent = '#7a0b3c'\nportal.help_phone = '+1 916 555 0100'\n",
            logo.display()
        );
        let app = TestApp::with(database, &settings).await;
        let page = app.get("/help").send().await;
        if page.status == 503 {
            return;
        }
        let page = page.is(200).text();
        assert!(page.contains("Questions? Call +1 916 555 0100."), "{page}");
        let path = |start: &str| -> String {
            let at = page.find(start).unwrap_or_else(|| panic!("{start}: {page}"));
            page[at..].chars().take_while(|c| *c != '"').collect()
        };
        let logo = app.get(&path("/brand/logo-")).send().await.is(200);
        assert_eq!(logo.headers["content-type"], "image/svg+xml");
        assert!(logo.headers["content-security-policy"].ends_with("sandbox"));
        let colours = app.get(&path("/brand/colours-")).send().await.is(200).text();
        assert!(colours.contains("--accent:#7a0b3c") && colours.contains("prefers-color-scheme:dark"), "{colours}");
        app.get("/brand/logo-0000000000000000.svg").send().await.is(404);
    }

    async fn a_page_names_the_words_of_its_language_which_stay_as_they_are(database: &Database) {
        let app = TestApp::start(database).await;
        let reading = [("/login", "words", "en", "Log in", true), ("/login", "words", "es", "Iniciar sesión", true)];
        let writing = [
            ("/sent", "writing", "en", "Log in", true),
            ("/sent", "writing", "en", "Yes, take it back", true),
            ("/inbox", "words", "en", "Yes, take it back", false),
        ];
        for (page, name, language, word, is_there) in reading.into_iter().chain(writing) {
            let page = app.get(page).header("Accept-Language", language).send().await;
            if page.status == 503 {
                return;
            }
            let page = page.is(200).text();
            let start = page.find(&format!("/{name}-{language}-")).unwrap_or_else(|| panic!("{page}"));
            let path: String = page[start..].chars().take_while(|c| *c != '"').collect();
            let plain = app.get(&path).send().await.is(200);
            assert_eq!(plain.text().split('\u{1e}').any(|text| text == word), is_there, "{path} {word}");
            assert_eq!(plain.headers["cache-control"], "public, max-age=31536000, immutable");
            let packed = app.get(&path).header("Accept-Encoding", "gzip, br").send().await.is(200);
            assert_eq!(packed.headers["content-encoding"], "br");
        }
    }

    async fn a_page_is_packed_for_whoever_takes_it_so(database: &Database) {
        let app = TestApp::start(database).await;
        let plain = app.get("/login").send().await;
        if plain.status == 503 {
            return;
        }
        let packed = app.get("/login").header("Accept-Encoding", "br, gzip").send().await.is(200);
        assert_eq!((&*packed.headers["content-encoding"], &*packed.headers["vary"]), ("gzip", "Accept-Encoding"));
        let mut page = String::new();
        GzDecoder::new(&*packed.body).read_to_string(&mut page).unwrap();
        assert_eq!(page, plain.is(200).text());
    }

    async fn what_a_mail_program_glued_behind_a_link_is_cut_off(database: &Database) {
        let app = TestApp::start(database).await;
        let token = "A".repeat(43);
        for link in ["/genuine", "/sent?id=01935f6e", &format!("/extend/{token}"), &format!("/open/{token}")] {
            for tail in [".", ")", "],", "%3E.", "'", "%22"] {
                let answer = app.get(&format!("{link}{tail}")).send().await.is(307);
                assert_eq!(answer.headers["location"], format!("http://portal.test{link}"));
            }
        }
        let answer = app.get("//evil.test/.").send().await.is(307);
        assert_eq!(answer.headers["location"], "http://portal.test//evil.test/");
        assert_ne!(app.get("/inbox?search=Mr.").send().await.status, 307);
        assert_ne!(app.get(&format!("/extend/{token}.x")).send().await.status, 404);
    }

    async fn nothing_is_served_from_outside_the_bundle(database: &Database) {
        let app = TestApp::start(database).await;
        for path in ["/missing.js", "/../Cargo.toml", "/index.html.br", "/.hidden"] {
            app.get(path).send().await.is(404);
        }
    }

    async fn the_demo_mailbox_shows_captured_mail_to_this_machine_alone(database: &Database) {
        let app = TestApp::start(database).await;
        app.send("clerk@cws.state.ca.us", &["pat@example.org"], MAIL).await;
        app.run_jobs().await;
        let list = app.get("/dev/mailbox").send().await.is(200).text();
        assert!(list.contains("# &#60;b&#62;Hello") || list.contains("# &lt;b&gt;Hello"), "{list}");
        let start = list.find("/dev/mailbox/1").unwrap();
        let path: String = list[start..].chars().take_while(|c| *c != '"').collect();
        let ticket = app.token("pat@example.org", "open");
        assert!(app.get(&path).send().await.is(200).text().contains(&format!("href=\"http://portal.test/open/{ticket}\"")));
        let html = app.get(&format!("{path}/html")).send().await.is(200);
        assert!(html.headers["content-security-policy"].starts_with("sandbox "));
        assert!(html.text().contains("Open Message"));
        app.get(&format!("{path}/attachments/0")).send().await.is(200);
        app.get(&format!("{path}/raw")).send().await.is(200);
        app.get("/dev/mailbox/..%2fkeys.toml").send().await.is(404);
        app.get("/dev/mailbox").header("X-Forwarded-For", "198.51.100.7").send().await.is(404);
    }
}
