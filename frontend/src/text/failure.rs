//! What went wrong, and what to do next.

use shared::api::problem::ProblemName;

use super::count;
use crate::api::Failure;

/// What happened, in one sentence.
pub fn what(failure: &Failure) -> String {
    match failure {
        Failure::Unreachable => "Your device cannot reach the portal right now.".to_owned(),
        Failure::Garbled(413) => "This is too large to be sent.".to_owned(),
        Failure::Garbled(502..=504) => "The portal is not available right now.".to_owned(),
        Failure::Garbled(_) => "The portal gave an answer that this page does not understand.".to_owned(),
        Failure::Refused(refusal) => match refusal.name {
            Some(name) => format!("{}.", name.title()),
            None => refusal.problem.title.clone(),
        },
    }
}

/// What to do about it.
pub fn next(failure: &Failure) -> String {
    let Failure::Refused(refusal) = failure else {
        return match failure {
            Failure::Unreachable => {
                "Check your connection to the internet, then try again. What you typed is still here."
            }
            Failure::Garbled(413) => "Remove an attachment or send a smaller one.",
            Failure::Garbled(502..=504) => "Try again in a few minutes. What you typed is still here.",
            _ => "Reload the page. If this happens again, tell the person who wrote to you.",
        }
        .to_owned();
    };
    if let (Some(ProblemName::TooManyRequests), Some(seconds)) = (refusal.name, refusal.retry_after) {
        return format!("Wait {}, then try again.", wait(seconds));
    }
    let words = match refusal.name {
        Some(ProblemName::TooManyRequests) => "Wait a minute, then try again.",
        Some(ProblemName::NotAuthenticated) => "Log in and try again.",
        Some(ProblemName::WrongCredentials) => super::account::WRONG_CREDENTIALS_NEXT,
        Some(ProblemName::WrongPassword) => super::account::WRONG_PASSWORD_NEXT,
        Some(ProblemName::RecipientNotAllowed) => {
            "You can answer the people who wrote to you, and write to addresses of their organisation."
        }
        Some(ProblemName::Forbidden) => "Your account may not do this. Ask the person who wrote to you for help.",
        Some(ProblemName::NotFound) => "It may have been deleted, or it belongs to another account.",
        Some(ProblemName::MessageExpired) => "If you still need it, ask the sender to send it again.",
        Some(ProblemName::MessageRecalled) => "You need not do anything. Ask the sender if you have questions.",
        Some(ProblemName::TooLarge) => "Remove an attachment or send a smaller one.",
        Some(ProblemName::Invalid) => "Look at the marked fields.",
        Some(ProblemName::SubjectHoldsPersonalInformation) => {
            "Take it out of the subject, or accept below that it is sent masked."
        }
        Some(ProblemName::Internal | ProblemName::Unavailable) => {
            "Try again in a few minutes. What you typed is still here."
        }
        _ => return refusal.problem.detail.clone().unwrap_or_else(|| "Reload the page and try again.".to_owned()),
    };
    words.to_owned()
}

fn wait(seconds: u32) -> String {
    let number = |n: u32| usize::try_from(n).unwrap_or_default();
    if seconds < 120 {
        count(number(seconds), "second", "seconds")
    } else {
        count(number(seconds.div_ceil(60)), "minute", "minutes")
    }
}
