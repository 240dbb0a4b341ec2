//! The words of the generated mails: a folder of templates each, embedded in the program.

use askama::Template;

/// A mail's words, ready to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

macro_rules! templates {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* } $subject:tt $text:tt $html:tt) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }

        impl $name {
            /// The words.
            ///
            /// # Errors
            /// None in practice: the templates are checked when the program is built.
            pub fn words(&self) -> Result<Words, askama::Error> {
                #[derive(Template)]
                #[template(path = $subject)]
                #[allow(dead_code, reason = "each form shows what it needs")]
                struct Subject<'a> { $($field: &'a $kind,)* }
                #[derive(Template)]
                #[template(path = $text)]
                #[allow(dead_code, reason = "each form shows what it needs")]
                struct Text<'a> { $($field: &'a $kind,)* }
                #[derive(Template)]
                #[template(path = $html)]
                #[allow(dead_code, reason = "each form shows what it needs")]
                struct Html<'a> { $($field: &'a $kind,)* }
                Ok(Words {
                    subject: Subject { $($field: &self.$field,)* }.render()?.trim().to_owned(),
                    text: Text { $($field: &self.$field,)* }.render()?,
                    html: Html { $($field: &self.$field,)* }.render()?,
                })
            }
        }
    };
}

templates! {
    /// Tells a recipient that a message waits.
    Notification {
        /// The portal's name.
        portal: String,
        /// The portal's host.
        host: String,
        /// The ticket's link.
        link: String,
        /// The sender's name, or the address where there is none.
        sender_name: String,
        /// Name and address.
        sender: String,
        /// The address.
        sender_address: String,
        /// The subject, masked, without its marker.
        subject: String,
        /// When it was sent, in words.
        sent: String,
        /// Until when it can be read, in words.
        until: String,
        /// The reference code.
        reference: String,
    }
    "notification/subject.txt" "notification/body.txt" "notification/body.html"
}

impl Notification {
    /// The attached page, for mail programs that strip links.
    ///
    /// # Errors
    /// None in practice.
    pub fn attachment(&self) -> Result<String, askama::Error> {
        #[derive(Template)]
        #[template(path = "notification/attachment.html")]
        struct Attachment<'a> {
            portal: &'a str,
            host: &'a str,
            link: &'a str,
            sender_name: &'a str,
            sender: &'a str,
            subject: &'a str,
            sent: &'a str,
            until: &'a str,
            reference: &'a str,
        }
        Attachment {
            portal: &self.portal,
            host: &self.host,
            link: &self.link,
            sender_name: &self.sender_name,
            sender: &self.sender,
            subject: &self.subject,
            sent: &self.sent,
            until: &self.until,
            reference: &self.reference,
        }
        .render()
    }
}

templates! {
    /// The link that confirms a registration. It never shows what the registrant wrote.
    Confirm {
        /// The portal's name.
        portal: String,
        /// The portal's host.
        host: String,
        /// The link.
        link: String,
    }
    "confirm/subject.txt" "confirm/body.txt" "confirm/body.html"
}
templates! {
    /// Word to the owner of an address that somebody tried to register again.
    AccountExists {
        /// The portal's name.
        portal: String,
        /// The portal's host.
        host: String,
        /// The log-in page.
        link: String,
    }
    "account_exists/subject.txt" "account_exists/body.txt" "account_exists/body.html"
}
templates! {
    /// The link that sets a new password.
    PasswordReset {
        /// The portal's name.
        portal: String,
        /// The portal's host.
        host: String,
        /// The link.
        link: String,
    }
    "password_reset/subject.txt" "password_reset/body.txt" "password_reset/body.html"
}
templates! {
    /// Word that the password was changed.
    PasswordChanged {
        /// The portal's name.
        portal: String,
        /// The portal's host.
        host: String,
        /// The log-in page.
        link: String,
    }
    "password_changed/subject.txt" "password_changed/body.txt" "password_changed/body.html"
}
templates! {
    /// Word to a sender that a mail was sealed without the marker, or its subject masked.
    NoteSealed {
        /// The portal's name.
        portal: String,
        /// The portal's host.
        host: String,
        /// The subject, masked.
        subject: String,
        /// Why, in sentences.
        why: String,
        /// What was hidden in the subject.
        hidden: Option<String>,
    }
    "note_sealed/subject.txt" "note_sealed/body.txt" "note_sealed/body.html"
}

/// A button of a [`Sheet`], and its link in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub link: String,
    /// What stands above the link in full.
    pub or: String,
}

templates! {
    /// Any other mail: words in the reader's language, one below the other.
    Sheet {
        /// The code of the language.
        language: String,
        /// The subject.
        subject: String,
        /// What it is about.
        title: String,
        /// Paragraphs.
        before: Vec<String>,
        /// Names and what they stand for.
        facts: Vec<(String, String)>,
        /// Addresses.
        people: Vec<String>,
        /// What to do.
        button: Option<Button>,
        /// Paragraphs below it.
        after: Vec<String>,
        /// Who sent it.
        foot: String,
    }
    "sheet/subject.txt" "sheet/body.txt" "sheet/body.html"
}

#[cfg(test)]
mod tests;
