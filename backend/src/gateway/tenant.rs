//! Whether a mail from a provider's networks is of one's own tenant: everybody else's comes from there too.

use std::ops::Range;

use bytes::{Buf as _, BytesMut};

use crate::{
    config::Tenant,
    message::header::{field_ranges, raw_fields, unfold},
};

/// A header of more octets is not looked through.
const LONGEST_HEADER: usize = 1024 * 1024;

/// The mail, if it is of one of these tenants; without the field where that is a secret. A field that stands there with
/// another value too says nothing: one of them was brought along.
pub fn admit(tenants: &[&Tenant], mut mail: BytesMut) -> Option<BytesMut> {
    let (tenant, fields) = tenants.iter().find_map(|tenant| Some((tenant, proof(tenant, &mail)?)))?;
    if tenant.remove {
        // From the last to the first: what stands in front moves up, and the places of the others stay.
        let mut cut = 0;
        for field in fields.into_iter().rev() {
            let (start, length) = (field.start + cut, field.len());
            mail.copy_within(cut..start, cut + length);
            cut += length;
        }
        mail.advance(cut);
    }
    Some(mail)
}

/// Where the fields stand that prove it.
fn proof(tenant: &Tenant, mail: &[u8]) -> Option<Vec<Range<usize>>> {
    let header = &mail[..mail.len().min(LONGEST_HEADER)];
    let (mut found, mut end) = (Vec::new(), 0);
    for range in field_ranges(header) {
        end = range.end;
        let Some((name, value)) = raw_fields(&header[range.clone()]).next() else { continue };
        if !name.eq_ignore_ascii_case(&tenant.field) {
            continue;
        }
        if unfold(&String::from_utf8_lossy(value)) != tenant.value {
            return None;
        }
        found.push(range);
    }
    let is_whole = end < header.len() || header.len() == mail.len();
    (is_whole && !found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours(remove: bool) -> Tenant {
        Tenant { networks: Vec::new(), field: "X-Tenant".to_owned(), value: "ours".to_owned(), remove }
    }

    fn admitted(tenants: &[&Tenant], mail: &str) -> Option<String> {
        admit(tenants, BytesMut::from(mail)).map(|mail| String::from_utf8(mail.to_vec()).unwrap())
    }

    #[test]
    fn mail_with_the_field_alone_is_admitted_as_it_is() {
        for mail in
            ["X-Tenant: ours\r\n\r\n", "To: a\r\nx-tenant :\r\n ours \r\n", "X-Tenant: ours\r\nX-TENANT:ours\r\n\r\nx"]
        {
            assert_eq!(admitted(&[&ours(false)], mail).as_deref(), Some(mail));
        }
    }

    #[test]
    fn mail_of_others_is_not() {
        let long = format!("X-Tenant: ours\r\nX-A: {}\r\nX-Tenant: theirs\r\n\r\n", "a".repeat(LONGEST_HEADER));
        for mail in [
            "",
            "To: a\r\n\r\nX-Tenant: ours\r\n",
            "X-Tenant: Ours\r\n\r\n",
            "X-Tenant: ours.example\r\n\r\n",
            "X-Tenant: ours\r\nX-Tenant: theirs\r\n\r\n",
            "X-Tenant: theirs\r\nX-Tenant: ours\r\n\r\n",
            "X-A: a\r\n X-Tenant: ours\r\n\r\n",
            "X-Tenant: ours\r\n \r\nX-Tenant: theirs\r\n\r\n",
            &long,
        ] {
            assert_eq!(admitted(&[&ours(false)], mail), None, "{}", &mail[..mail.len().min(60)]);
        }
        assert_eq!(admitted(&[], "X-Tenant: ours\r\n\r\n"), None);
    }

    #[test]
    fn one_of_several_tenants_is_enough_and_a_secret_does_not_leave() {
        let other = Tenant { value: "theirs".to_owned(), ..ours(false) };
        let mail = "To: a\r\nX-Tenant: ours\r\nCc: b\r\nX-Tenant:\r\n ours\r\n\r\nX-Tenant: ours\r\n";
        let left = "To: a\r\nCc: b\r\n\r\nX-Tenant: ours\r\n";
        assert_eq!(admitted(&[&other, &ours(true)], mail).as_deref(), Some(left));
        assert_eq!(admitted(&[&other, &ours(true)], "X-Tenant: ours\r\n\r\n").as_deref(), Some("\r\n"));
    }
}
