//! Verdicts.

use super::*;
use crate::message::read;

fn rules() -> Rules {
    let organisation = crate::config::Config::parse(
        "mail.transport = 'capture'\norganisation.sender_domains = 'cws.state.ca.us'\norganisation.internal_domains = 'state.ca.us'",
    )
    .unwrap()
    .organisation;
    Rules {
        organisation,
        subject_tags: SubjectTags::default(),
        subject_findings: SubjectFindings::Mask,
        encrypted_archives: EncryptedArchives::Seal,
        custom: CustomRules::default(),
    }
}

fn verdict_of(mail: &str, sender: Option<&str>, recipients: &[&str]) -> Verdict {
    verdict_by(&rules(), mail, sender, recipients)
}

fn verdict_by(rules: &Rules, mail: &str, sender: Option<&str>, recipients: &[&str]) -> Verdict {
    let raw = RawMail(mail.replace('\n', "\r\n").into_bytes().into());
    let envelope = Envelope {
        sender: sender.map(|address| address.parse().unwrap()),
        recipients: recipients.iter().map(|address| Recipient::new(address.parse().unwrap())).collect(),
        eight_bit: false,
        smtputf8: false,
        ret: None,
        envid: None,
    };
    judge(&read(&raw), &raw, &envelope, rules)
}

fn code(mail: &str) -> Option<&'static str> {
    verdict_of(mail, Some("clerk@cws.state.ca.us"), &["pat@example.org"]).reason.map(Reason::code)
}

#[test]
fn mail_with_the_marker_is_sealed() {
    assert_eq!(code("Subject: # Hi\n\nHello\n"), Some("marker"));
    assert_eq!(code("Subject: =?utf-8?B?77yDIEhp?=\n\nHello\n"), Some("marker"));
    assert_eq!(code("Subject: =?utf-8?B?77w=?= =?utf-8?B?gyBI?=\n\nHello\n"), Some("marker"));
    assert_eq!(code("Subject: Hi\nSubject: # Hi\n\nHello\n"), Some("marker"));
    assert_eq!(code("Subject: Hi #1\n\nHello\n"), None);
}

#[test]
fn a_line_that_is_no_field_ends_no_header() {
    let part = "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\nstray\n\
                Content-Transfer-Encoding: base64\n\nMTIzLTQ1LTY3ODk=\n--x--\n";
    assert_eq!(code(part), Some("ssn"));
    assert_eq!(code("To: pat@example.org\nstray\nSubject: # Hi\n\nHello\n"), Some("marker"));
    // What follows is a text, which is read.
    assert_eq!(code("Subject: a\nHello there\nher number is 123-45-6789\n\nBye\n"), Some("ssn"));
    assert_eq!(code("Subject: a\nHello there\nNumber: 123-45-6789\n\nBye\n"), Some("ssn"));
}

#[test]
fn numbers_in_names_of_attachments_seal() {
    let named = |name: &str| {
        format!(
            "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\nContent-Type: image/png; name=\"{name}\"\n\nx\n--x--\n"
        )
    };
    let verdict = verdict_of(&named("Smith 123-45-6789.png"), Some("clerk@cws.state.ca.us"), &["pat@example.org"]);
    assert_eq!(verdict.reason.map(Reason::code), Some("ssn"));
    assert_eq!(verdict.seen.attachment.as_deref(), Some("Smith 123-45-6789.png"));
    assert_eq!(code(&named("1234-5678-9012-3456789.png")), Some("case-id"));
    assert_eq!(code(&named("IMG_20261130_123456789.png")), None);
}

#[test]
fn the_subject_of_a_saved_mail_is_read() {
    let mail = "Subject: a\nContent-Type: application/octet-stream; name=old.eml\n\n\
                From: a@example.org\nSubject: 123-45-6789\n\nhi\n";
    assert_eq!(code(mail), Some("ssn"));
    for front in ["\u{FEFF}", "\n", "\u{FEFF}\n\n"] {
        let mail = format!(
            "Subject: a\nContent-Type: application/octet-stream; name=old.eml\n\n\
             {front}Content-Transfer-Encoding: base64\n\nMTIzLTQ1LTY3ODk=\n"
        );
        assert_eq!(code(&mail), Some("ssn"), "{front:?}");
    }
}

#[test]
fn a_sender_is_known_by_an_address_that_is_quoted_without_need() {
    for from in [
        "\"clerk\"@cws.state.ca.us",
        "clerk @ cws.state.ca.us",
        "Clara <\"clerk\"@cws.state.ca.us>",
        "<@relay.example.org:clerk@cws.state.ca.us>",
    ] {
        let mail = format!("From: {from}\nSubject: # a\n\nhi\n");
        assert_eq!(verdict_of(&mail, None, &["pat@example.org"]).reason.map(Reason::code), Some("marker"), "{from}");
    }
}

#[test]
fn a_transfer_encoding_may_have_a_comment() {
    assert_eq!(code("Subject: a\nContent-Transfer-Encoding: 7bit (as it is)\n\nhi\n"), None);
    assert_eq!(code("Subject: a\nContent-Transfer-Encoding: base64;\n\nMTIzLTQ1LTY3ODk=\n"), Some("ssn"));
    assert_eq!(code("Subject: a\nContent-Transfer-Encoding: rot13\n\nhi\n"), Some("unreadable"));
}

#[test]
fn numbers_in_the_body_seal_however_they_are_wrapped() {
    for mail in [
        "Subject: a\n\n123-45-6789\n",
        "Subject: a\nContent-Type: text/html\n\n<p>123<b>-45-</b>6789</p>\n",
        "Subject: a\nContent-Transfer-Encoding: quoted-printable\n\n123-4=\n5-6789\n",
        "Subject: a\nContent-Transfer-Encoding: base64\n\nMTIzLTQ1LTY3ODk=\n",
        "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\nContent-Type: text/plain\nContent-Disposition: attachment\n\n123-45-6789\n--x--\n",
        "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: message/rfc822\n\nSubject: b\n\n123-45-6789\n--x--\n",
        "Subject: a\nContent-Type: multipart/mixed; boundary=missing\n\n123-45-6789\n",
        "123-45-6789\n",
    ] {
        assert_eq!(code(mail), Some("ssn"), "{mail}");
    }
    assert_eq!(
        code(
            "Subject: a\nContent-Type: text/plain; charset=utf-16le\nContent-Transfer-Encoding: base64\n\nMQAyADMALQA0ADUALQA2ADcAOAA5AA==\n"
        ),
        Some("ssn")
    );
    assert_eq!(code("Subject: 123-45-6789\n\nhi\n"), Some("ssn"));
    assert_eq!(code("Subject: a\n\nNothing here, 123456789.\n"), None);
}

#[test]
fn what_programs_read_in_different_ways_is_judged_in_each() {
    let base64 = "MTIzLTQ1LTY3ODk=";
    let html = "123<b>-45-</b>6789";
    let parts = "--a\n\nhi\n--a--\n--b\n\n123-45-\n 6789\n--b--";
    for (header, body) in [
        ("Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit", base64),
        ("Content-Transfer-Encoding: 7bit\ncontent-transfer-encoding: base64", base64),
        ("Content-Type: text/plain\nContent-Type: text/html", html),
        ("Content-Type: text/html\nContent-Type: text/plain", html),
        ("Content-Type: multipart/mixed; boundary=a; boundary=b", parts),
        ("Content-Type: multipart/mixed; boundary=b; boundary=a", parts),
        ("References: <a@b>\n \nContent-Transfer-Encoding: base64", base64),
        ("References: <a@b>\n\t\nContent-Type: text/html", html),
    ] {
        let whole = format!("Subject: a\n{header}\n\n{body}\n");
        assert_eq!(code(&whole), Some("ssn"), "{whole}");
        let part = format!("Content-Type: multipart/mixed; boundary=o\n\n--o\n{header}\n\n{body}\n--o--\n");
        assert_eq!(code(&part), Some("ssn"), "{part}");
    }
    // A line of blanks is a fold of the field before, be that one of ours; whoever takes it for the end reads on as body.
    assert_eq!(code("References: <a@b>\n \nSubject: # a\n\nhi\n"), Some("marker"));
    assert_eq!(code(" \nSubject: # a\n\nhi\n"), Some("marker"));
    assert_eq!(code(" folded\nSubject: # a\n\nhi\n"), Some("marker"));
    assert_eq!(code("Subject: a\n \nX-Number: 123-45-6789\n\nhi\n"), Some("ssn"));
    assert_eq!(code(" 123-45-6789\nno field\n"), Some("ssn"));
}

#[test]
fn what_cannot_be_read_is_sealed() {
    for mail in [
        "Subject: a\nContent-Transfer-Encoding: x-own\n\nhi\n",
        "Subject: a\nContent-Type: text/plain; charset=x-own\n\nh\u{e9}\n",
        "Subject: a\nContent-Type: application/ms-tnef\n\nhi\n",
    ] {
        assert_eq!(code(mail), Some("unreadable"), "{mail}");
    }
}

#[test]
fn header_fields_seal() {
    assert_eq!(code("Subject: a\nSensitivity: Company-Confidential\n\nhi\n"), Some("sensitivity-header"));
    assert_eq!(code("Subject: a\nX-Octothorpe: seal\n\nhi\n"), Some("seal-header"));
    assert_eq!(code("Subject: a\nSensitivity: Personal\n\nhi\n"), None);
}

#[test]
fn internal_recipients_get_the_mail_as_it_came_and_external_ones_a_notification() {
    let verdict = verdict_of(
        "Subject: # a\n\nhi\n",
        Some("clerk@cws.state.ca.us"),
        &["boss@dss.state.ca.us", "pat@example.org", "x@evilstate.ca.us"],
    );
    assert_eq!(verdict.relayed.len(), 1);
    assert_eq!(verdict.sealed.len(), 2);
}

#[test]
fn mail_of_others_is_never_sealed() {
    let verdict =
        verdict_of("From: a@example.org\nSubject: # a\n\n123-45-6789\n", Some("a@example.org"), &["pat@example.com"]);
    assert!(verdict.sealed.is_empty() && verdict.sender.is_none());
}

#[test]
fn a_sender_counts_by_envelope_or_by_from() {
    let by_from = verdict_of("From: Clerk <clerk@cws.state.ca.us>\nSubject: # a\n\nhi\n", None, &["pat@example.org"]);
    assert_eq!(by_from.sealed.len(), 1);
    let by_envelope =
        verdict_of("From: a@example.org\nSubject: # a\n\nhi\n", Some("clerk@cws.state.ca.us"), &["pat@example.org"]);
    assert_eq!(by_envelope.sender.map(|address| address.to_string()), Some("clerk@cws.state.ca.us".to_owned()));
}

#[test]
fn the_subject_is_masked_where_it_stands_in_clear() {
    let verdict =
        verdict_of("Subject: # Smith 123-45-6789\n\nhi\n", Some("clerk@cws.state.ca.us"), &["pat@example.org"]);
    assert_eq!(verdict.masked_subject, "Smith •••");
    assert_eq!(verdict.subject.display, "Smith 123-45-6789");
}

#[test]
fn each_subject_is_weighed_before_a_mail_is_refused() {
    let strict = Rules { subject_findings: SubjectFindings::Reject, ..rules() };
    for (subjects, is_refused) in [
        ("Subject: # Smith 123-45-6789", true),
        ("Subject: # a\nSubject: Smith 123-45-6789", true),
        ("Subject: # a", false),
    ] {
        let mail = format!("{subjects}\n\nhi\n");
        let verdict = verdict_by(&strict, &mail, Some("clerk@cws.state.ca.us"), &["pat@example.org"]);
        assert_eq!(verdict.refused, is_refused, "{subjects}");
    }
}

#[test]
fn encrypted_mail_passes_only_without_a_marker() {
    let pgp = "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=x\n\n--x\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--x\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\nhQEMA1\n-----END PGP MESSAGE-----\n--x--\n";
    assert_eq!(code(&format!("Subject: a\n{pgp}")), None);
    assert_eq!(code(&format!("Subject: # a\n{pgp}")), Some("marker"));
    // What only says that it is encrypted is read like any other.
    for (is, instead) in
        [("hQEMA1", "123-45-6789"), ("Version: 1", "123-45-6789"), ("--x--", "--x\n\n123-45-6789\n--x--")]
    {
        assert_eq!(code(&format!("Subject: a\n{}", pgp.replace(is, instead))), Some("ssn"), "{instead}");
    }
    assert_eq!(
        code(
            "Subject: a\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data\nContent-Transfer-Encoding: base64\n\nMAsGCSqGSIb3DQEHAw==\n"
        ),
        None
    );
}

#[test]
fn opaque_signed_mail_is_opened_and_judged_whatever_it_says_of_itself() {
    let mail = |kind: &str, object: &str| {
        format!(
            "Subject: a\nContent-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\n\
             Content-Transfer-Encoding: base64\n\n{object}\n"
        )
    };
    let holds_a_number = "MIIAZAaCAAkqhkiG9w0BBwKgggBTMIIATwKCAAEBMYIAADCCAEIGggAJKoZIhvcNAQcBoIIAMQSCAC1Db250ZW50LVR5cGU6IHRleHQvcGxhaW4NCg0KU1NOIDEyMy00NS02Nzg5DQo=";
    let holds_none = "MIIAYQaCAAkqhkiG9w0BBwKgggBQMIIATAKCAAEBMYIAADCCAD8GggAJKoZIhvcNAQcBoIIALgSCACpDb250ZW50LVR5cGU6IHRleHQvcGxhaW4NCg0KR29vZCBtb3JuaW5nDQo=";
    assert_eq!(code(&mail("signed-data", holds_a_number)), Some("ssn"));
    assert_eq!(code(&mail("enveloped-data", holds_a_number)), Some("ssn"));
    assert_eq!(code(&mail("signed-data", holds_none)), None);
    assert_eq!(code(&mail("signed-data", "MIAGCSqGSIb3DQEHAqCA")), Some("unreadable"));
    assert_eq!(code(&mail("enveloped-data", "bm8gc3VjaCBvYmplY3Q=")), Some("unreadable"));
}

#[test]
fn rules_of_the_settings_seal_where_they_look_or_only_report() {
    let settings = "mail.transport = 'capture'\n\
        [[rules.custom]]\nname = 'court-file'\npattern = 'CF-[0-9]{4}'\n\
        [[rules.custom]]\nname = 'films'\nin = ['attachment-name']\npattern = '[.]mp4$'\n\
        [[rules.custom]]\nname = 'class'\nin = ['header:X-Class']\nwords = ['secret']\n\
        [[rules.custom]]\nname = 'tried-out'\nin = ['body']\nwords = ['adoption']\naction = 'report'\n";
    let custom = crate::config::Config::parse(settings).unwrap().rules.custom;
    let rules = Rules { custom: CustomRules::new(custom), ..rules() };
    let verdict = |mail: &str| verdict_by(&rules, mail, Some("clerk@cws.state.ca.us"), &["pat@example.org"]);
    let name = |mail: &str| match verdict(mail).reason {
        Some(Reason::Custom(id)) => Some(rules.custom.name(id).to_owned()),
        _ => None,
    };
    let film = "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\nContent-Type: video/mp4\n\
                Content-Disposition: attachment; filename=a.mp4\n\nx\n--x--\n";
    let note =
        film.replace("video/mp4", "text/plain").replace("a.mp4", "a.txt").replace("\nx\n--x--", "\nCF-1234\n--x--");
    assert_eq!(name("Subject: about CF-1234\n\nhi\n").as_deref(), Some("court-file"));
    assert_eq!(name("Subject: a\nContent-Type: text/html\n\n<p>CF-<b>1234</b></p>\n").as_deref(), Some("court-file"));
    assert_eq!(name(&note).as_deref(), Some("court-file"));
    assert_eq!(name(film).as_deref(), Some("films"));
    assert_eq!(name("Subject: a\nX-Class: Secret\n\nhi\n").as_deref(), Some("class"));
    assert_eq!(name("Subject: a.mp4 secret\n\nhi\n"), None);
    assert_eq!(name("Subject: a\nX-Class: =?utf-8?B?c2Vj?=\n =?utf-8?B?cmV0?=\n\nhi\n").as_deref(), Some("class"));
    let forwarded = format!(
        "Subject: a\nContent-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: message/rfc822\n\n{film}\n--o--\n"
    );
    assert_eq!(name(&forwarded).as_deref(), Some("films"));
    let packed = "UEsDBBQAAAAAAAAAIQCDFtyMAQAAAAEAAAAFAAAAYS5tcDR4UEsBAhQDFAAAAAAAAAAhAIMW3IwBAAAAAQAAAAUAAAAAAAAAAAAAAIABAAAAAGEubXA0UEsFBgAAAAABAAEAMwAAACQAAAAAAA==";
    assert_eq!(name(&with_attachment("a.zip", packed)).as_deref(), Some("films"));
    for (mail, is_sealed) in [
        ("Subject: a\n\nThe adoption.\n", false),
        // Whatever else seals it.
        ("Subject: # a\n\nThe adoption.\n", true),
        ("Subject: a\n\n123-45-6789, the adoption.\n", true),
        ("Subject: about CF-1234\n\nThe adoption.\n", true),
    ] {
        let tried = verdict(mail);
        assert_eq!((tried.reason.is_some(), tried.seen.reported.len()), (is_sealed, 1), "{mail}");
    }
}

/// A mail with a document, as Outlook attaches one.
fn with_attachment(name: &str, content: &str) -> String {
    format!(
        "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee attached.\n--x\n\
         Content-Type: application/octet-stream; name=\"{name}\"\nContent-Transfer-Encoding: base64\n\n{content}\n--x--\n"
    )
}

#[test]
fn a_number_inside_a_document_seals_and_the_reason_names_it() {
    let document = "UEsDBBQAAAAAAAAAIQAumRPRLAAAACwAAAARAAAAd29yZC9kb2N1bWVudC54bWw8dzpwPjx3OnQ+MTIzLTQ1PC93OnQ+PHc6dD4tNjc4OTwvdzp0PjwvdzpwPlBLAQIUAxQAAAAAAAAAIQAumRPRLAAAACwAAAARAAAAAAAAAAAAAACAAQAAAAB3b3JkL2RvY3VtZW50LnhtbFBLBQYAAAAAAQABAD8AAABbAAAAAAA=";
    let mail = with_attachment("report.docx", document);
    let verdict = verdict_of(&mail, Some("clerk@cws.state.ca.us"), &["pat@example.org"]);
    assert_eq!(verdict.reason.map(Reason::code), Some("ssn"));
    assert_eq!(verdict.seen.attachment.as_deref(), Some("report.docx"));
    for said in ["text/plain", "text/html", "message/rfc822", "message/x-own", "image/png"] {
        let mail = mail.replace("application/octet-stream", said);
        assert_eq!(code(&mail), Some("ssn"), "{said}");
    }
}

#[test]
fn files_within_text_parts_are_read_and_named() {
    let part = |content_type: &str, text: &str| {
        let mail = format!("Subject: a\nContent-Type: {content_type}\n\n{text}\n");
        let verdict = verdict_of(&mail, Some("clerk@cws.state.ca.us"), &["pat@example.org"]);
        (verdict.reason.map(Reason::code), verdict.seen.attachment)
    };
    let calendar = "BEGIN:VEVENT\nATTACH;ENCODING=BASE64;VALUE=BINARY;X-FILENAME=a.txt:\n MTIzLTQ1LTY3ODk=\nEND:VEVENT";
    assert_eq!(part("text/calendar", calendar), (Some("ssn"), Some("a.txt".to_owned())));
    assert_eq!(part("text/plain", calendar), (None, None));
    let card = "BEGIN:VCARD\nNOTE;ENCODING=b:MTIzLTQ1LTY3ODk=\nEND:VCARD";
    assert_eq!(part("text/plain", card).0, Some("ssn"));
    let rtf = r"{\rtf1{\object{\*\objdata 3132332d34352d36373839}}}";
    assert_eq!(part("text/rtf", rtf).0, Some("ssn"));
}

#[test]
fn what_is_under_a_password_seals_unless_the_settings_let_it_pass() {
    let locked = "UEsDBBQAAQAAAAAAIQCDFtyMAQAAAAEAAAARAAAAd29yZC9kb2N1bWVudC54bWx4UEsBAhQDFAABAAAAAAAhAIMW3IwBAAAAAQAAABEAAAAAAAAAAAAAAIABAAAAAHdvcmQvZG9jdW1lbnQueG1sUEsFBgAAAAABAAEAPwAAADAAAAAAAA==";
    let mail = with_attachment("a.zip", locked);
    assert_eq!(code(&mail), Some("unreadable"));
    let lenient = Rules { encrypted_archives: EncryptedArchives::Pass, ..rules() };
    assert_eq!(verdict_by(&lenient, &mail, Some("clerk@cws.state.ca.us"), &["pat@example.org"]).reason, None);
    let rar = with_attachment("a.rar", "UmFyIRoHAQAzkrXlCgEFBgAFAQGAgAA=");
    let verdict = verdict_of(&rar, Some("clerk@cws.state.ca.us"), &["pat@example.org"]);
    assert_eq!(verdict.reason, Some(Reason::Unreadable(Unreadable::ClosedArchive)));
    assert_eq!(verdict.seen.attachment.as_deref(), Some("a.rar"));
    assert_eq!(verdict_by(&lenient, &rar, Some("clerk@cws.state.ca.us"), &["pat@example.org"]).reason, None);
}
