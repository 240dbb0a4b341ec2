//! Looking for words in the lists: in names, addresses and subjects, which stand sealed in the store, so that they are
//! opened and read through, a bounded number at a time.

use icu_normalizer::DecomposingNormalizerBorrowed;
use shared::api::message::MessageSummary;

/// Messages looked at for one answer.
pub const MOST_LOOKED: usize = 2_000;

/// Words to look for.
pub struct Search(Vec<String>);

impl Search {
    /// Of what was typed; `None` without a word.
    pub fn new(typed: &str) -> Option<Self> {
        let words: Vec<String> = folded(typed).split_whitespace().map(str::to_owned).collect();
        (!words.is_empty()).then_some(Self(words))
    }

    /// Whether each word stands somewhere in it.
    pub fn finds(&self, message: &MessageSummary) -> bool {
        let people = std::iter::once(&message.sender).chain(&message.recipients);
        let mut text = folded(&message.subject);
        for mailbox in people {
            text.push('\n');
            text.push_str(&folded(&mailbox.name));
            text.push('\n');
            text.push_str(&folded(&mailbox.address));
        }
        text.push('\n');
        text.push_str(&folded(&message.reference));
        self.0.iter().all(|word| text.contains(word.as_str()))
    }
}

/// In small letters, without accents and other marks.
fn folded(text: &str) -> String {
    let decomposed = DecomposingNormalizerBorrowed::new_nfkd().normalize(text);
    decomposed.chars().filter(|c| !('\u{300}'..='\u{36F}').contains(c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use shared::api::{Mailbox, ticket::MessageState};

    use super::*;

    fn finds(words: &str) -> bool {
        let message = MessageSummary {
            id: String::new(),
            reference: "7KQ2-M9XD".to_owned(),
            sender: Mailbox { name: "José Núñez".to_owned(), address: "jn@cws.state.ca.us".to_owned() },
            recipients: Vec::new(),
            subject: "Ｖisita del Viernes, straße".to_owned(),
            sent_at: String::new(),
            expires_at: String::new(),
            first_opened_at: None,
            has_attachments: false,
            size: 0,
            state: MessageState::Available,
            progress: None,
        };
        Search::new(words).is_some_and(|search| search.finds(&message))
    }

    #[test]
    fn words_are_found_whatever_their_case_and_accents() {
        for words in ["jose", "NUNEZ", "núñez viernes", "visita", "VISÍTA", "cws.state", "7kq2", "STRAßE", "vier"] {
            assert!(finds(words), "{words}");
        }
        for words in ["josef", "jose montag", "", "  "] {
            assert!(!finds(words), "{words}");
        }
    }
}
