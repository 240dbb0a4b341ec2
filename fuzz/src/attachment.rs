//! Files as they are attached: archives, documents, PDF, rich text, `winmail.dat`, signed data.

use octothorpe::message::{
    cms,
    extract::{Allowance, File, Inside, walk},
    read_octets, rtf, tnef,
};

/// The most of the texts of one file that is kept.
const MOST: usize = 1 << 30;

/// Reads a file as what its first octets say it is, and as each kind that does not begin in a way of its own.
///
/// # Panics
/// When something that always holds does not.
pub fn run(input: &[u8]) {
    for name in ["", "page.html", "notes.csv", "mail.eml", "scan.pdf"] {
        let file = File { shown: name, name, content_type: "" };
        let mut length = 0;
        walk(input, file, &mut Allowance::default(), &mut |_, inside, _| {
            length += match inside {
                Inside::Text(text) => text.len(),
                Inside::Name(name) => name.len(),
                Inside::Mail(mail) => read_octets(mail).outline.leaves().len(),
                Inside::Unreadable(_) => 0,
            };
            None::<()>
        });
        assert!(length < MOST, "it grows without end");
    }
    cms::read(input);
    tnef::to_mime(input);
    rtf::text(input);
}
