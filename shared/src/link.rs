//! Links of mails, as they arrive in a browser or on a clipboard: whole, with something behind, or cut.

/// Characters of a token: 256 bits in base64url.
const LENGTH: usize = 43;
/// The pages whose links hold a token.
const PAGES: [&str; 4] = ["/open/", "/confirm/", "/reset/", "/extend/"];
/// What mail programs take for a part of a link that ends a sentence or stands in brackets, also as browsers write it.
const TAILS: [&str; 19] = [
    ".",
    ",",
    ";",
    ":",
    "!",
    "?",
    ")",
    ">",
    "]",
    "'",
    "\"",
    "%3E",
    "%22",
    "%27",
    "%29",
    "%5D",
    "%E2%80%99",
    "%E2%80%9D",
    "%C2%BB",
];

/// The token at the front of what stands where a token should, if it is whole. Mail programs put full stops, brackets
/// and quote marks behind links: what cannot belong to a token is passed over.
///
/// ```
/// let token = "AbcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP8";
/// assert_eq!(shared::link::token(&format!("{token}>.")), Some(token));
/// assert_eq!(shared::link::token(&token[..40]), None);
/// ```
pub fn token(text: &str) -> Option<&str> {
    let end = text.find(|c: char| !is_part(c)).unwrap_or(text.len());
    let token = &text[..end];
    is_whole(token).then_some(token)
}

/// The target of a request without what a mail program glued behind the link, if there was anything. Of a query only a
/// message's id is cut: other queries hold what people have typed.
///
/// ```
/// use shared::link::without_tail;
/// assert_eq!(without_tail("/genuine)."), Some("/genuine"));
/// assert_eq!(without_tail("/sent?id=1%3E"), Some("/sent?id=1"));
/// assert_eq!(without_tail("/inbox?search=Mr."), None);
/// ```
pub fn without_tail(target: &str) -> Option<&str> {
    let mut whole = target;
    while let Some(rest) = TAILS.iter().find_map(|tail| whole.strip_suffix(tail)) {
        whole = rest;
    }
    let is_typed = whole.split_once('?').is_some_and(|(_, query)| !query.starts_with("id="));
    (whole.len() < target.len() && !is_typed).then_some(whole)
}

/// The path of the first link in pasted text, as far as a whole one is in it: `/open/<token>`. Line breaks within it, the
/// marks of quoted lines, and the wrapping of link scanners are undone.
pub fn path(pasted: &str) -> Option<String> {
    let plain = unescaped(pasted);
    let joined: String = plain.chars().filter(|c| !c.is_whitespace() && !matches!(c, '=' | '>' | '\u{200B}')).collect();
    PAGES.iter().find_map(|page| found(&plain, page, false).or_else(|| found(&joined, page, true)))
}

/// With `glued`, what stood behind the link may have come close to it.
fn found(text: &str, page: &str, glued: bool) -> Option<String> {
    text.match_indices(page).find_map(|(at, _)| {
        let rest = &text[at + page.len()..];
        let front = if glued { rest.get(..LENGTH).filter(|front| is_whole(front)) } else { None };
        token(rest).or(front).map(|token| format!("{page}{token}"))
    })
}

/// `%2F` and `%3A` as link scanners write them into their own addresses.
fn unescaped(text: &str) -> String {
    text.replace("%2F", "/").replace("%2f", "/").replace("%3A", ":").replace("%3a", ":")
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_')
}

/// 43 characters hold two bits more than a token has, and these are zero.
fn is_whole(token: &str) -> bool {
    token.len() == LENGTH && token.chars().all(is_part) && token.ends_with(|c| "AEIMQUYcgkosw048".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";

    #[test]
    fn a_token_is_found_whatever_a_mail_program_put_behind_it() {
        for behind in ["", ".", ">", ")", "\"", "&gt;", "%3E", " ", "\n", "”", "?utm=1", "/"] {
            assert_eq!(token(&format!("{TOKEN}{behind}")), Some(TOKEN), "{behind:?}");
        }
    }

    #[test]
    fn what_is_glued_behind_a_link_is_cut_off() {
        for tail in [".", ",", ";", ":", "!", ")", ">", "]", "\"", "'", ").", ".%22", "%3E,", "%E2%80%9D.", "?!"] {
            for link in [format!("/extend/{TOKEN}"), "/genuine".to_owned(), "/sent?id=0193-5f6e".to_owned()] {
                assert_eq!(without_tail(&format!("{link}{tail}")), Some(link.as_str()), "{tail:?}");
            }
        }
        for whole in ["/", "/genuine", "/app-0123.js", "/login?next=%2Finbox", "/sent?search=%3E", "/inbox?search=Why?"]
        {
            assert_eq!(without_tail(whole), None, "{whole}");
        }
    }

    #[test]
    fn a_cut_or_mistyped_token_is_told() {
        let long = format!("{TOKEN}x");
        let odd = format!("{}B", &TOKEN[..42]);
        for cut in ["", &TOKEN[..1], &TOKEN[..42], &TOKEN[1..], &long, &odd, "%20"] {
            assert_eq!(token(cut), None, "{cut:?}");
        }
    }

    #[test]
    fn a_link_is_found_in_what_people_paste() {
        let (front, back) = TOKEN.split_at(20);
        for pasted in [
            format!("https://mail.test/open/{TOKEN}"),
            format!("To read it, open <https://mail.test/open/{TOKEN}>.\nThe first time"),
            format!("https://mail.test/open/{front}\n{back}\n\nThe first time you choose"),
            format!("> https://mail.test/open/{front}=\r\n> {back}\r\n> and so on"),
            format!("https://safelinks.test/?url=https%3A%2F%2Fmail.test%2Fopen%2F{TOKEN}&data=05"),
            format!("/open/cut and https://mail.test/open/{TOKEN}"),
        ] {
            assert_eq!(path(&pasted), Some(format!("/open/{TOKEN}")), "{pasted}");
        }
        for page in ["/confirm/", "/reset/", "/extend/"] {
            assert_eq!(path(&format!("x{page}{TOKEN}")), Some(format!("{page}{TOKEN}")));
        }
        for nothing in ["", "hello", "https://mail.test/open/", "https://mail.test/inbox", TOKEN] {
            assert_eq!(path(nothing), None, "{nothing}");
        }
    }
}
