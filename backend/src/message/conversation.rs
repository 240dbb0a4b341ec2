//! Which messages belong to one conversation: those that name one another, or a common one, in their headers.

use std::collections::{HashMap, HashSet};

use super::Outline;
use crate::id::MessageId;

/// By what a message is known to others of its conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    ids: Vec<MessageId>,
    named: Vec<String>,
}

impl Links {
    /// Those of a message, which answers another one that is known here.
    pub fn of(id: MessageId, answers: Option<MessageId>, outline: &Outline) -> Self {
        let named = outline.message_id.iter().chain(&outline.references).chain(&outline.in_reply_to).cloned().collect();
        Self { ids: answers.into_iter().chain([id]).collect(), named }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Link<'a> {
    Id(MessageId),
    Named(&'a str),
}

/// The messages that hang together with `first`, itself among them, in their order.
pub fn belonging(first: usize, messages: &[Links]) -> Vec<usize> {
    let mut holders: HashMap<Link<'_>, Vec<usize>> = HashMap::new();
    for (index, links) in messages.iter().enumerate() {
        for link in links_of(links) {
            holders.entry(link).or_default().push(index);
        }
    }
    let (mut found, mut waiting) = (HashSet::from([first]), vec![first]);
    while let Some(index) = waiting.pop() {
        for link in messages.get(index).into_iter().flat_map(links_of) {
            for holder in holders.remove(&link).unwrap_or_default() {
                if found.insert(holder) {
                    waiting.push(holder);
                }
            }
        }
    }
    let mut found: Vec<usize> = found.into_iter().collect();
    found.sort_unstable();
    found
}

fn links_of(links: &Links) -> impl Iterator<Item = Link<'_>> {
    links.ids.iter().map(|id| Link::Id(*id)).chain(links.named.iter().map(|name| Link::Named(name)))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn links(ids: &[MessageId], named: &[&str]) -> Links {
        Links { ids: ids.to_vec(), named: named.iter().map(ToString::to_string).collect() }
    }

    #[test]
    fn messages_hang_together_by_what_they_name_and_by_what_they_answer() {
        let [one, two, three] = [(); 3].map(|()| MessageId::new(DateTime::UNIX_EPOCH));
        let messages = [
            links(&[one], &["a@x"]),
            links(&[two], &["b@x", "a@x"]),
            links(&[three], &["z@x"]),
            // The middle one is gone: both name the first.
            links(&[], &["d@x", "c@x", "a@x"]),
            links(&[two], &["e@x"]),
        ];
        assert_eq!(belonging(0, &messages), [0, 1, 3, 4]);
        assert_eq!(belonging(4, &messages), [0, 1, 3, 4]);
        assert_eq!(belonging(2, &messages), [2]);
    }
}
