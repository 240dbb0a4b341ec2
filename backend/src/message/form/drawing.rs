//! Drawings (SVG) that stand within a page as addresses of pictures (RFC 2397): their letters are seen in it.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::Form;
use crate::message::{decode::decode, outline::TransferEncoding};

/// What such an address begins with.
const BEGINNING: &str = "data:image/svg+xml";

/// Shows the text of each drawing to `visit` until it answers something.
pub(super) fn each<T>(page: &str, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
    let mut rest = page;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), BEGINNING.as_bytes()) {
        let (before, address) = (&rest[..at], &rest[at + BEGINNING.len()..]);
        let end = match before.chars().next_back() {
            Some(quote @ ('"' | '\'')) => address.find(quote),
            _ => address.find(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | ')' | '"' | '\'')),
        };
        let (address, after) = address.split_at(end.unwrap_or(address.len()));
        rest = after;
        let Some((parameters, data)) = address.split_once(',') else { continue };
        let octets: Cow<'_, [u8]> = percent_decode_str(data).into();
        let is_base64 = parameters.to_ascii_lowercase().ends_with(";base64");
        let octets = if is_base64 { Cow::Owned(decode(TransferEncoding::Base64, &octets)) } else { octets };
        let answer = Form::Xml { is_office: false }.each(&octets, None, visit);
        if answer.is_some() {
            return answer;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(page: &str) -> Vec<String> {
        let mut texts = Vec::new();
        each(page, &mut |text| {
            texts.push(text.to_owned());
            None::<()>
        });
        texts
    }

    #[test]
    fn drawings_are_read_however_they_are_written() {
        for page in [
            "<img src=\"data:image/svg+xml;base64,PHRleHQ+MTwvdGV4dD4=\">",
            "<img src=data:image/svg+xml;charset=utf-8;base64,PHRleHQ%2BMTwvdGV4dD4%3D>",
            "<img src=\"data:image/svg+xml,<text x='2'>1</text>\">",
            "<p style='background: url(data:image/svg+xml,%3Ctext%3E1%3C/text%3E)'>",
            "data:image/svg+xml 'data:image/svg+xml,<text>1</text>",
        ] {
            assert_eq!(texts(page).first().map(|text| text.trim_end()), Some("1"), "{page}");
        }
        assert!(texts("<img src='data:image/png;base64,AAAA'>").is_empty());
    }
}
