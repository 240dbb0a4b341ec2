//! Which characters of a Word document are not shown, as pages of 512 octets tell that have the looks of all (MS-DOC
//! section 2.9.33).

use std::ops::Range;

use super::long;

const PAGE: usize = 512;
/// Changes of looks (section 2.6.1): deleted under revision, hidden.
const UNSHOWN: [u16; 2] = [0x0800, 0x083C];

/// Where characters lie that are not shown, in ascending order; `plc` tells which pages there are.
pub(super) fn unshown(stream: &[u8], plc: &[u8]) -> Vec<Range<usize>> {
    let count = plc.len().saturating_sub(4) / 8;
    let mut found: Vec<Range<usize>> = Vec::new();
    // There are no more pages than fit; those that are told twice tell nothing new.
    for number in 0..count.min(stream.len() / PAGE) {
        let Some(page) = long(plc, 4 * (count + 1) + 4 * number) else { break };
        let start = (page & 0x3F_FFFF) * PAGE;
        let Some(page) = stream.get(start..start + PAGE) else { continue };
        for range in of_page(page) {
            if found.last().is_none_or(|last| last.end <= range.start) {
                found.push(range);
            }
        }
    }
    found
}

fn of_page(page: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let count = usize::from(page[PAGE - 1]);
    (0..count).filter_map(move |number| {
        let range = long(page, 4 * number)?..long(page, 4 * (number + 1))?;
        let at = 2 * usize::from(*page.get(4 * (count + 1) + number)?);
        let length = usize::from(*page.get(at).filter(|_| at > 0)?);
        let changes = page.get(at + 1..at + 1 + length)?;
        (range.start < range.end && is_unshown(changes)).then_some(range)
    })
}

/// Whether one of the changes takes characters out of sight. How long one is, the upper bits of its number tell.
fn is_unshown(mut changes: &[u8]) -> bool {
    while let Some((number, rest)) = changes.split_first_chunk() {
        let number = u16::from_le_bytes(*number);
        let length = match number >> 13 {
            0 | 1 => 1,
            3 => 4,
            6 => 1 + rest.first().map_or(0, |&length| usize::from(length)),
            7 => 3,
            _ => 2,
        };
        let Some((value, rest)) = rest.split_at_checked(length) else { return false };
        if UNSHOWN.contains(&number) && value.first().is_some_and(|&value| value != 0) {
            return true;
        }
        changes = rest;
    }
    false
}
