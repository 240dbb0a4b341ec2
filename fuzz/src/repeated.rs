//! The readers of all kinds over one piece again and again, so that what takes too long for its length does so where
//! libFuzzer sees it.

use octothorpe::message::{cms, extract, read_octets, rtf, tnef};
use shared::rules::{Part, first_hit, scan_body, scan_subject, visible_text};

use crate::{attachment, mail};

/// So much is made of any input.
const LENGTH: usize = 512 * 1024;

/// The first octet chooses the reader, the second and third where in the rest the piece begins and ends.
///
/// # Panics
/// When something that always holds does not.
pub fn run(input: &[u8]) {
    let [reader, from, to, rest @ ..] = input else { return };
    let place = |octet: u8| rest.len() * usize::from(octet) / 256;
    let (from, to) = (place(*from).min(place(*to)), place(*from).max(place(*to)));
    let (head, piece, tail) = (&rest[..from], &rest[from..to], &rest[to..]);
    let times = LENGTH.checked_div(piece.len()).unwrap_or(0);
    let long = [head, &piece.repeat(times), tail].concat();
    match reader % 8 {
        0 => mail::run(&long),
        1 => attachment::run(&long),
        2 => drop(rtf::text(&long)),
        3 => drop((cms::read(&long), tnef::to_mime(&long))),
        4 => drop(visible_text(&String::from_utf8_lossy(&long))),
        5 => drop((first_hit(&String::from_utf8_lossy(&long)), scan_body(&String::from_utf8_lossy(&long), Part::Text))),
        6 => drop(scan_subject(&String::from_utf8_lossy(&long))),
        _ => {
            let file = extract::File { shown: "", name: "a.pdf", content_type: "" };
            extract::walk(&long, file, &mut extract::Allowance::default(), &mut |_, inside, _| {
                if let extract::Inside::Mail(mail) = inside {
                    read_octets(mail);
                }
                None::<()>
            });
        }
    }
}
