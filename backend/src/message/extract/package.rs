//! Files that are laid into documents as they are, in the way of OLE 1 (MS-OLEDS).

use encoding_rs::WINDOWS_1252;

use super::{Allowance, File, Inside, Visit, compound, walk as walk_file};
use crate::message::header::one_line;

/// What stands in front of a file that has a name.
const NAMED: [u8; 2] = [2, 0];

/// Shows a file under the name that it has within another one.
pub(super) fn named<T>(
    octets: &[u8],
    name: &str,
    around: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    let shown = match (around.shown, name) {
        (shown, "") => shown.to_owned(),
        ("", name) => name.to_owned(),
        (shown, name) => format!("{shown}: {name}"),
    };
    let seen = visit(&shown, Inside::Name(name), allowance);
    seen.or_else(|| walk_file(octets, File { shown: &shown, name, content_type: "" }, allowance, visit))
}

/// Shows an object that lies in a text: what it is, and the octets of the program it belongs to.
pub(super) fn object<T>(
    octets: &[u8],
    around: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    let native = native(octets).unwrap_or_else(|| {
        // Programs find a compound file whatever stands in front of it.
        let start = memchr::memmem::find(octets, &compound::SIGNATURE).unwrap_or_default();
        &octets[start..]
    });
    walk(native, around, allowance, visit)
}

/// Shows a file with what stands in front of it, if anything does.
pub(super) fn walk<T>(
    octets: &[u8],
    around: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    let Some(package) = Package::read(octets) else {
        return walk_file(octets, File { name: "", content_type: "", ..around }, allowance, visit);
    };
    // The label stands below the icon, and may be another one than the name.
    let seen = visit(around.shown, Inside::Name(&package.label), allowance);
    seen.or_else(|| named(package.octets, &package.name, around, allowance, visit))
}

/// The octets behind the head of an object: version, format, its class and two more names (section 2.2.5).
fn native(octets: &[u8]) -> Option<&[u8]> {
    let mut rest = octets.get(8..)?;
    for _ in 0..3 {
        rest = sized(rest)?.1;
    }
    Some(sized(rest)?.0)
}

struct Package<'a> {
    label: String,
    name: String,
    octets: &'a [u8],
}

impl<'a> Package<'a> {
    /// Label, path, a mark, the path of a copy, and the file.
    fn read(octets: &'a [u8]) -> Option<Self> {
        let (label, rest) = name(octets.strip_prefix(&NAMED)?)?;
        let (path, rest) = name(rest)?;
        let (_, rest) = sized(rest.get(4..)?)?;
        let file = path.rsplit(['/', '\\']).next().unwrap_or_default();
        let name = if file.is_empty() { label.clone() } else { file.to_owned() };
        Some(Self { label, name, octets: sized(rest)?.0 })
    }
}

/// What ends with an octet of zero, and what stands behind it.
fn name(octets: &[u8]) -> Option<(String, &[u8])> {
    let end = memchr::memchr(0, octets)?;
    let (name, rest) = (&octets[..end], &octets[end + 1..]);
    // Some programs write it in UTF-8.
    let name = std::str::from_utf8(name)
        .map_or_else(|_| WINDOWS_1252.decode_without_bom_handling(name).0, std::borrow::Cow::Borrowed);
    Some((one_line(&name), rest))
}

/// Octets in front of which stands how many they are, as far as they are there, and what stands behind them.
fn sized(octets: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = octets.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some(rest.split_at(length.min(rest.len())))
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::message::extract::tests::{named as found, zip};

    fn sized_by(octets: &[u8]) -> Vec<u8> {
        [&u32::try_from(octets.len()).unwrap().to_le_bytes()[..], octets].concat()
    }

    /// A file with what stands in front of it.
    pub(in crate::message::extract) fn package(label: &str, path: &str, octets: &[u8]) -> Vec<u8> {
        let names = format!("{label}\0{path}\0");
        [&NAMED[..], names.as_bytes(), &[0, 0, 3, 0], &sized_by(b"C:\\Temp\\a\0"), &sized_by(octets), b"more"].concat()
    }

    /// An object as it lies in rich text.
    pub(in crate::message::extract) fn object_of(class: &str, octets: &[u8]) -> Vec<u8> {
        let class = sized_by(format!("{class}\0").as_bytes());
        [&[1, 5, 0, 0, 2, 0, 0, 0][..], &class, &[0; 8], &sized_by(octets), b"a picture of it"].concat()
    }

    fn walked(octets: &[u8]) -> Option<(String, String)> {
        let around = File { shown: "a.doc", name: "a.doc", content_type: "" };
        walk(octets, around, &mut Allowance::default(), &mut |shown, inside, _| match inside {
            Inside::Text(text) => Some((text.to_owned(), shown.to_owned())),
            Inside::Name(_) | Inside::Mail(_) | Inside::Unreadable(_) => None,
        })
    }

    #[test]
    fn a_file_is_walked_under_its_own_name() {
        let csv = ("SSN".to_owned(), "a.doc: list.csv".to_owned());
        assert_eq!(walked(&package("List", "C:\\files\\list.csv", b"SSN")), Some(csv));
        let label = ("SSN".to_owned(), "a.doc: list.txt".to_owned());
        assert_eq!(walked(&package("list.txt", "", b"SSN")), Some(label));
        let accented = ("SSN".to_owned(), "a.doc: é.txt".to_owned());
        assert_eq!(walked(&package("x", "é.txt", b"SSN")), Some(accented));
        assert_eq!(walked(b"SSN"), Some(("SSN".to_owned(), "a.doc".to_owned())));
    }

    #[test]
    fn objects_are_opened_behind_their_heads() {
        let letter = zip(&[("[Content_Types].xml", b""), ("word/document.xml", b"<w:p><w:t>123-45-6789</w:t></w:p>")]);
        let rtf =
            |object: &[u8]| format!(r"{{\rtf1{{\object{{\*\objdata {}}}}}}}", data_encoding::HEXLOWER.encode(object));
        let found = |object: &[u8]| found(rtf(object).as_bytes(), "a.rtf");
        let packed = package("letter.docx", "letter.docx", &letter);
        let answer = ("ssn".to_owned(), "a.rtf: letter.docx".to_owned());
        assert_eq!(found(&object_of("Package", &packed)), Some(answer));
        assert_eq!(found(&object_of("Word.Document.12", &letter)).unwrap().0, "ssn");
        assert_eq!(found(b"too short"), None);
    }

    proptest! {
        #[test]
        fn no_octets_make_it_fail(octets in proptest::collection::vec(any::<u8>(), 0..60)) {
            walked(&[&NAMED[..], &octets].concat());
            native(&octets);
        }
    }
}
