//! Senders who ask by their mail program to be told when a mail is read (RFC 8098).

use shared::EmailAddress;

use crate::message::Headers;

/// Whether the mail asks for a notice to its own sender. Notices to anybody else are not sent: they would tell strangers
/// who reads what (RFC 8098 section 6).
pub fn is_asked_for(headers: &Headers, sender: &EmailAddress) -> bool {
    // Names and comments hold no address that parses, or one that is not the sender's.
    let is_edge = |c: char| c.is_whitespace() || "<>,;\"()".contains(c);
    headers
        .values("disposition-notification-to")
        .flat_map(|value| value.split(is_edge))
        .any(|word| word.parse::<EmailAddress>().is_ok_and(|address| address == *sender))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_sender_may_be_told() {
        let sender = "clerk@cws.state.ca.us".parse().unwrap();
        for (field, asked) in [
            ("Disposition-Notification-To: clerk@cws.state.ca.us", true),
            ("disposition-notification-to: \"Clerk, Clara\" <Clerk@CWS.state.ca.us>", true),
            ("Disposition-Notification-To: eve@example.org, <clerk@cws.state.ca.us>", true),
            ("Disposition-Notification-To: eve@example.org", false),
            ("Disposition-Notification-To: xclerk@cws.state.ca.us", false),
            ("X-Disposition: clerk@cws.state.ca.us", false),
        ] {
            let headers = Headers::read(format!("{field}\r\nSubject: x\r\n\r\n").as_bytes());
            assert_eq!(is_asked_for(&headers, &sender), asked, "{field}");
        }
    }
}
