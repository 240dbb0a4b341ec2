//! What went wrong, and what to do next.

use shared::api::problem::{ProblemName, ProblemReason};

use super::{Phrase, Word, account, cover, failure as words};
use crate::api::Failure;

/// What happened, in one sentence.
pub fn what(failure: &Failure) -> Word {
    match failure {
        Failure::Unreachable if is_offline(failure) => words::OFFLINE,
        Failure::Unreachable => words::UNREACHABLE,
        Failure::Garbled(413) => words::TOO_LARGE,
        Failure::Garbled(502..=504) => words::AWAY,
        Failure::Garbled(_) => words::GARBLED,
        Failure::Refused(_) if failure.reason() == Some(ProblemReason::Refused) => words::REFUSED,
        Failure::Refused(refusal) => refusal.name.map_or(words::GARBLED, title),
    }
}

const fn title(name: ProblemName) -> Word {
    match name {
        ProblemName::Malformed => words::MALFORMED,
        ProblemName::NotAuthenticated => words::NOT_AUTHENTICATED,
        ProblemName::WrongCredentials => words::WRONG_CREDENTIALS,
        ProblemName::WrongPassword => words::WRONG_PASSWORD,
        ProblemName::Forbidden => words::FORBIDDEN,
        ProblemName::RecipientNotAllowed => words::RECIPIENT_NOT_ALLOWED,
        ProblemName::NotFound => words::NOT_FOUND,
        ProblemName::TokenUsed => words::TOKEN_USED,
        ProblemName::MessageRecalled => words::MESSAGE_RECALLED,
        ProblemName::MessageExpired => words::MESSAGE_EXPIRED,
        ProblemName::TooLarge => words::TOO_LARGE,
        ProblemName::Invalid => words::INVALID,
        ProblemName::SubjectHoldsPersonalInformation => words::SUBJECT_HOLDS_PERSONAL_INFORMATION,
        ProblemName::TooManyRequests => words::TOO_MANY_REQUESTS,
        ProblemName::Internal => words::INTERNAL,
        ProblemName::Unavailable => words::BUSY,
    }
}

/// Whether it is for want of a connection, as the device says; then the top of every page says so.
pub fn is_offline(failure: &Failure) -> bool {
    *failure == Failure::Unreachable && !leptos::prelude::window().navigator().on_line()
}

/// What to do about it.
pub fn next(failure: &Failure) -> Phrase {
    let refusal = match failure {
        Failure::Unreachable if is_offline(failure) => return words::OFFLINE_NEXT.into(),
        Failure::Unreachable => return words::UNREACHABLE_NEXT.into(),
        Failure::Garbled(413) => return words::TOO_LARGE_NEXT.into(),
        Failure::Garbled(502..=504) => return words::AWAY_NEXT.into(),
        Failure::Garbled(_) => return words::GARBLED_NEXT.into(),
        Failure::Refused(_) if failure.reason() == Some(ProblemReason::Refused) => {
            return cover::refused_next(words::THE_SENDER);
        }
        Failure::Refused(refusal) => refusal,
    };
    match (refusal.name, refusal.retry_after) {
        (Some(ProblemName::TooManyRequests), Some(seconds)) => wait(seconds),
        (name, _) => name.map_or(words::RELOAD_NEXT, advice).into(),
    }
}

const fn advice(name: ProblemName) -> Word {
    match name {
        ProblemName::Malformed => words::RELOAD_NEXT,
        ProblemName::NotAuthenticated => words::NOT_AUTHENTICATED_NEXT,
        ProblemName::WrongCredentials => account::WRONG_CREDENTIALS_NEXT,
        ProblemName::WrongPassword => account::WRONG_PASSWORD_NEXT,
        ProblemName::RecipientNotAllowed => words::RECIPIENT_NOT_ALLOWED_NEXT,
        ProblemName::Forbidden => words::FORBIDDEN_NEXT,
        ProblemName::NotFound => words::NOT_FOUND_NEXT,
        ProblemName::TokenUsed => words::TOKEN_USED_NEXT,
        ProblemName::MessageExpired => words::MESSAGE_EXPIRED_NEXT,
        ProblemName::MessageRecalled => words::MESSAGE_RECALLED_NEXT,
        ProblemName::TooLarge => words::TOO_LARGE_NEXT,
        ProblemName::Invalid => words::INVALID_NEXT,
        ProblemName::SubjectHoldsPersonalInformation => words::SUBJECT_HOLDS_PERSONAL_INFORMATION_NEXT,
        ProblemName::TooManyRequests => words::TOO_MANY_REQUESTS_NEXT,
        ProblemName::Internal | ProblemName::Unavailable => words::AWAY_NEXT,
    }
}

/// How long to wait.
pub fn wait(seconds: u32) -> Phrase {
    if seconds < 120 { words::wait_seconds(seconds.into()) } else { words::wait_minutes(seconds.div_ceil(60).into()) }
}

/// What is wrong with a field, by its name and the code that the server gave.
pub fn field(name: &str, code: &str) -> Word {
    match (name, code) {
        ("email", _) => account::EMAIL_WRONG,
        ("display_name", "missing") => account::NAME_MISSING,
        ("display_name", _) => account::NAME_MALFORMED,
        ("name", _) => account::TOKEN_NAME_MALFORMED,
        ("scopes", _) => account::TOKEN_SCOPE_MISSING,
        ("to", "missing") => words::TO_MISSING,
        ("to", "too-many") => words::TO_TOO_MANY,
        ("to" | "cc" | "bcc", _) => words::ADDRESSES_WRONG,
        ("subject", "too-long") => words::SUBJECT_TOO_LONG,
        (_, "too-short") => account::PASSWORD_TOO_SHORT,
        (_, "too-long") => account::PASSWORD_TOO_LONG,
        (_, "common") => account::PASSWORD_COMMON,
        (_, "missing") => words::FIELD_MISSING,
        _ => words::FIELD_WRONG,
    }
}
