//! Files that lie in texts: objects of rich text, attachments of calendars and address cards.

use super::{Allowance, File, Inside, MAX_DEPTH, Unreadable, Visit, package};
use crate::message::{calendar, form::Form, rtf};

/// Shows what is inside the files that a text of this form holds.
pub fn walk<T>(
    form: Form,
    octets: &[u8],
    file: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
) -> Option<T> {
    match form.looked_at(octets) {
        Form::Rtf => rtf::objects(octets).find_map(|object| one(&object, file, allowance, visit, package::object)),
        Form::Calendar => calendar::files(octets).find_map(|(name, content)| {
            one(&content, file, allowance, visit, |octets, file, allowance, visit| {
                package::named(octets, &name, file, allowance, visit)
            })
        }),
        _ => None,
    }
}

/// One file, as far as the mail may hold another one.
fn one<T>(
    octets: &[u8],
    file: File<'_>,
    allowance: &mut Allowance,
    visit: &mut Visit<'_, T>,
    walk: impl Fn(&[u8], File<'_>, &mut Allowance, &mut Visit<'_, T>) -> Option<T>,
) -> Option<T> {
    let is_too_much = allowance.depth >= MAX_DEPTH || allowance.entries == 0 || octets.len() as u64 > allowance.most();
    if is_too_much {
        return visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance);
    }
    allowance.entries -= 1;
    allowance.charge(octets.len());
    allowance.depth += 1;
    let answer = walk(octets, file, allowance, visit);
    allowance.depth -= 1;
    answer
}
