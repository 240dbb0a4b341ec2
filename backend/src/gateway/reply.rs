//! Every reply of the server: code, enhanced code (RFC 3463), words. The peer never gets the source's text.

use std::borrow::Cow;

use crate::intake::outcome::{HopReply, Outcome, Refusal};

/// One reply of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The three digits.
    pub code: u16,
    /// The words, enhanced code in front where there is one.
    pub text: Cow<'static, str>,
}

macro_rules! replies {
    ($($(#[$doc:meta])* $name:ident = $code:literal $text:literal;)*) => {
        $($(#[$doc])* pub const $name: Reply = Reply { code: $code, text: Cow::Borrowed($text) };)*
        #[cfg(test)]
        const ALL: &[Reply] = &[$($name),*];
    };
}

replies! {
    /// RFC 5321 section 4.1.1.10.
    BYE = 221 "2.0.0 Bye";
    /// Something was done.
    OK = 250 "2.0.0 OK";
    /// A chunk was taken.
    CHUNK_OK = 250 "2.0.0 OK, more to come";
    /// MAIL was taken.
    SENDER_OK = 250 "2.1.0 OK";
    /// RCPT was taken.
    RECIPIENT_OK = 250 "2.1.5 OK";
    /// A mail that was here before.
    KNOWN = 250 "2.6.0 OK, taken before";
    /// RFC 4954 section 6.
    AUTHENTICATED = 235 "2.7.0 Welcome";
    /// VRFY (RFC 5321 section 3.5.3): we do not tell.
    CANNOT_VERIFY = 252 "2.5.0 Send some mail and see";
    /// HELP.
    HELP = 214 "2.0.0 See RFC 5321";
    /// RFC 3207.
    READY_FOR_TLS = 220 "2.0.0 Go ahead";
    /// RFC 5321 section 3.3.
    BEGIN_DATA = 354 "End with <CRLF>.<CRLF>";
    /// The server stops.
    SHUTTING_DOWN = 421 "4.3.2 Shutting down, try again later";
    /// Nothing came for too long.
    TIMEOUT = 421 "4.4.2 Nothing heard for too long";
    /// A mail that drips.
    TOO_SLOW = 421 "4.4.2 The mail came too slowly";
    /// Commands that bring no mail.
    TOO_MUCH_CHATTER = 421 "4.7.0 Too many commands without a mail";
    /// A browser or another program that does not speak SMTP.
    NOT_SMTP = 421 "4.7.0 This is a mail server";
    /// Too many refused commands.
    TOO_MANY_ERRORS = 421 "4.7.0 Too many errors";
    /// One client, too many wrong logins.
    TOO_MANY_LOGINS = 421 "4.7.0 Too many wrong logins, try again in a minute";
    /// Too many sessions in all.
    SERVER_BUSY = 421 "4.3.2 Too many sessions, try again later";
    /// One client, too many sessions.
    TOO_MANY_SESSIONS = 421 "4.7.0 Too many sessions from your address";
    /// The store or the key ring does not answer; nothing was taken.
    TRY_LATER = 451 "4.3.0 Not taken, try again later";
    /// The next hop cannot be reached; nothing was taken.
    NEXT_HOP_UNREACHABLE = 451 "4.4.1 The next server cannot be reached, try again later";
    /// The memory bound is reached.
    NO_ROOM = 452 "4.3.1 Too much mail at once, try again later";
    /// RFC 5321 section 4.5.3.1.10.
    TOO_MANY_RECIPIENTS = 452 "4.5.3 Too many recipients, send the rest in another mail";
    /// RFC 4954 section 6.
    AUTH_TEMPORARY = 454 "4.7.0 Cannot check this now";
    /// RFC 5321 section 4.2.2.
    UNKNOWN_COMMAND = 500 "5.5.1 Unknown command";
    /// A line over the limit.
    LINE_TOO_LONG = 500 "5.5.2 Line too long";
    /// Arguments that make no sense.
    BAD_ARGUMENTS = 501 "5.5.4 Bad arguments";
    /// A chunk of a size that cannot be read: where the next command begins is unknown.
    BAD_CHUNK = 421 "4.5.4 Bad chunk size, closing";
    /// An address of ours that was never made.
    NO_SUCH_ADDRESS = 550 "5.1.1 No such address";
    /// An address that is none.
    BAD_ADDRESS = 501 "5.1.3 Bad address";
    /// A sender that is none.
    BAD_SENDER = 501 "5.1.7 Bad sender address";
    /// An address beyond ASCII without SMTPUTF8 (RFC 6531 section 3.5).
    NEEDS_SMTPUTF8 = 553 "5.6.7 Address needs SMTPUTF8";
    /// The client gave up logging in.
    AUTH_CANCELLED = 501 "5.7.0 Cancelled";
    /// Commands out of order.
    BAD_SEQUENCE = 503 "5.5.1 Not now";
    /// No valid recipient before DATA.
    NO_RECIPIENTS = 503 "5.5.1 No valid recipients";
    /// RFC 4954: an unknown mechanism.
    UNKNOWN_MECHANISM = 504 "5.5.4 Unknown mechanism";
    /// Login before mail.
    LOGIN_REQUIRED = 530 "5.7.0 Log in first";
    /// RFC 3207 section 4.
    TLS_REQUIRED = 538 "5.7.11 Encryption required, use STARTTLS";
    /// RFC 4954 section 6.
    WRONG_CREDENTIALS = 535 "5.7.8 Wrong address or token";
    /// Not a relay for everyone.
    NOT_TRUSTED = 550 "5.7.1 Mail is taken from trusted networks only";
    /// From a network that many organisations send from, and not of one's own.
    OTHER_TENANT = 550 "5.7.1 From your network mail is taken only of the organisation this server belongs to; if it is yours, its mail administrator must set gateway.tenants";
    /// The envelope address of a notification, for failure reports alone.
    NOBODY_READS = 550 "5.7.1 Nobody reads mail to this address; to answer, open the message by the link in the notification";
    /// The settings say to refuse it.
    SUBJECT_FINDING = 550 "5.7.1 The subject is never encrypted and holds personal information; take it out and send again";
    /// A bare CR, LF or NUL (RFC 5321 section 2.3.8).
    MALFORMED = 550 "5.6.0 A line must end with CRLF, and NUL is not allowed";
    /// RFC 1870 section 6.
    TOO_LARGE = 552 "5.3.4 Too large";
    /// A logged-in sender under another name.
    NOT_YOUR_SENDER = 553 "5.7.1 Envelope sender and From must be the address you logged in with";
    /// Parameters of extensions that were not announced.
    UNKNOWN_PARAMETER = 555 "5.5.4 Unknown parameter";
    /// RFC 5321 section 6.3.
    MAIL_LOOP = 554 "5.4.6 This mail has come round too often";
}

impl Reply {
    /// The line as sent.
    pub fn line(&self) -> String {
        format!("{} {}\r\n", self.code, self.text)
    }

    /// Whether it counts as an error of the client.
    pub fn is_refusal(&self) -> bool {
        self.code >= 500
    }
}

/// The answer to the final dot.
pub fn of_outcome(outcome: Outcome) -> Reply {
    match outcome {
        Outcome::Stored { id, .. } => Reply { code: 250, text: format!("2.6.0 OK {id}").into() },
        Outcome::Known => KNOWN,
        Outcome::Relayed(reply) | Outcome::Refused(Refusal::NextHop(reply)) => passed_back(&reply),
        Outcome::Refused(Refusal::TryLater) => TRY_LATER,
        Outcome::Refused(Refusal::SubjectHoldsPersonalInformation) => SUBJECT_FINDING,
        Outcome::Refused(Refusal::MailLoop) => MAIL_LOOP,
        Outcome::Refused(Refusal::SenderNotYours) => NOT_YOUR_SENDER,
        Outcome::Refused(Refusal::NobodyReads) => NOBODY_READS,
        Outcome::Refused(Refusal::NextHopUnreachable) => NEXT_HOP_UNREACHABLE,
    }
}

/// The next hop's answer as ours: with an enhanced code, since we announce them (RFC 2034), and never one by which the
/// connection ends.
fn passed_back(reply: &HopReply) -> Reply {
    let code = if reply.code == 421 { 451 } else { reply.code };
    let (status, words) = reply.enhanced();
    // Clients without SMTPUTF8 take ASCII alone (RFC 5321 section 4.2).
    let shown = |c: char| if c.is_ascii() { c } else { '?' };
    let text: String = format!("{status} {words}").chars().filter(|c| !c.is_control()).map(shown).take(480).collect();
    Reply { code, text: text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_enhanced_code_is_of_the_class_of_its_reply() {
        for reply in ALL.iter().filter(|reply| **reply != BEGIN_DATA) {
            assert!(reply.text.starts_with(&format!("{}.", reply.code / 100)), "{}", reply.line());
        }
    }
}
