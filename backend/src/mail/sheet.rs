//! The form of all generated mails: the same words as plain text and as HTML, with the agency's name and colour around
//! them, and nothing that is loaded from elsewhere.

use askama::Template;
use shared::route::page::GENUINE;

use crate::{
    config::{Portal, brand::Accents},
    words::{Agency, Cover, Dates, Language, Mail},
};

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

/// What is the same around all mails to one reader.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Of the reader.
    pub language: Language,
    /// How times are told.
    pub dates: Dates,
    /// The portal's name.
    pub portal: String,
    /// The portal's host.
    pub host: String,
    /// The colours.
    pub accents: Accents,
    /// A sentence for whoever needs help.
    help_text: String,
    /// The number to call.
    help_phone: String,
    /// The page that tells how to check a mail.
    pub how_to_check: String,
    /// The agency's own pages: what they are called, and where they are.
    pub links: Vec<(&'static str, String)>,
}

impl Frame {
    /// As the settings say, in the reader's language.
    pub fn new(portal: &Portal, language: Language) -> Self {
        let words = Agency(language);
        let links = [(words.privacy(), &portal.privacy_url), (words.contact(), &portal.contact_url)];
        Self {
            language,
            dates: portal.dates(language),
            portal: portal.name.clone(),
            host: portal.host(),
            accents: portal.brand().accents,
            help_text: portal.help_text.clone(),
            help_phone: portal.help_phone.clone(),
            how_to_check: format!("{}{GENUINE}", portal.base()),
            links: links
                .into_iter()
                .filter(|(_, link)| !link.is_empty())
                .map(|(label, link)| (label, link.clone()))
                .collect(),
        }
    }

    /// The words that all mails share.
    pub fn words(&self) -> Mail {
        Mail(self.language)
    }

    fn cover(&self) -> Cover {
        Cover(self.language)
    }

    /// Where lines begin, for mail programs that do not know it themselves.
    fn side(&self) -> &'static str {
        if self.language.direction() == "rtl" { "right" } else { "left" }
    }
}

/// A link that stands out, and once more in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub link: String,
    /// What stands above the link in full.
    pub or: String,
}

/// A mail: words in the reader's language, from the top to the bottom.
#[derive(Clone, Debug, Template)]
#[template(path = "sheet.html")]
pub struct Sheet {
    /// Around it.
    pub frame: Frame,
    /// The subject.
    pub subject: String,
    /// What it is about.
    pub title: String,
    /// Paragraphs.
    pub before: Vec<String>,
    /// Names and what they stand for.
    pub facts: Vec<(String, String)>,
    /// Addresses.
    pub people: Vec<String>,
    /// What to do.
    pub button: Option<Button>,
    /// Paragraphs below it.
    pub after: Vec<String>,
    /// What else can be done, and the link to it.
    pub also_see: Option<(String, String)>,
    /// How to tell that the mail is genuine.
    pub genuine: Option<String>,
    /// Lines at the foot, before who sent it.
    pub foot: Vec<String>,
    /// The gist in other languages, for readers whose language nobody knows.
    pub also: Vec<(Language, String)>,
}

#[derive(Template)]
#[template(path = "sheet.txt")]
struct Plain<'a> {
    frame: &'a Frame,
    title: &'a str,
    before: &'a [String],
    facts: &'a [(String, String)],
    people: &'a [String],
    button: &'a Option<Button>,
    after: &'a [String],
    also_see: &'a Option<(String, String)>,
    genuine: &'a Option<String>,
    also: &'a [(Language, String)],
    feet: Vec<String>,
}

impl Sheet {
    /// An empty one.
    pub fn new(frame: Frame) -> Self {
        Self {
            frame,
            subject: String::new(),
            title: String::new(),
            before: Vec::new(),
            facts: Vec::new(),
            people: Vec::new(),
            button: None,
            after: Vec::new(),
            also_see: None,
            genuine: None,
            foot: Vec::new(),
            also: Vec::new(),
        }
    }

    /// How to tell that a mail with a link is genuine.
    pub fn usual_genuine(frame: &Frame) -> Option<String> {
        Some(frame.words().genuine(&frame.host))
    }

    /// A button with the usual words above its link.
    pub fn button(frame: &Frame, label: &str, link: String) -> Option<Button> {
        Some(Button { label: label.to_owned(), link, or: frame.words().or_copy().to_owned() })
    }

    /// Who sent it, and whom to ask.
    fn feet(&self) -> Vec<String> {
        let (frame, words) = (&self.frame, self.frame.words());
        let mut feet = self.foot.clone();
        feet.push(words.sent_by(&frame.portal, &frame.host));
        if !frame.help_phone.is_empty() {
            feet.push(Agency(frame.language).help_phone(&frame.help_phone));
        }
        if !frame.help_text.is_empty() {
            feet.push(frame.help_text.clone());
        }
        feet
    }

    /// The words.
    ///
    /// # Errors
    /// None in practice: the templates are checked when the program is built.
    pub fn words(&self) -> Result<Words, askama::Error> {
        let plain = Plain {
            frame: &self.frame,
            title: &self.title,
            before: &self.before,
            facts: &self.facts,
            people: &self.people,
            button: &self.button,
            after: &self.after,
            also_see: &self.also_see,
            genuine: &self.genuine,
            also: &self.also,
            feet: self.feet(),
        };
        Ok(Words { subject: self.subject.clone(), text: plain.render()?, html: self.render()? })
    }
}
