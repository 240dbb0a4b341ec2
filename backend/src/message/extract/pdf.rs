//! The text inside PDF documents (ISO 32000-1): of pages and forms as it is drawn, of fields and notes as it was typed
//! too, and of files that are attached. Scanned pages have none.

mod annotation;
mod content;
mod document;
mod encryption;
mod filter;
mod font;
mod matrix;
mod object;
mod page;
mod sheet;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use self::{
    document::Document,
    font::{
        Font,
        latin::{string, string_of_windows},
    },
    object::{Dictionary, Object, is},
    page::Repeated,
};
use super::{Allowance, File, Inside, Unreadable, Visit, walk as walk_file};
use crate::message::{form::Form, header::one_line};

/// Keys under which stands what a person typed or reads: fields, notes, bookmarks, titles, what is read aloud.
const TYPED: [&str; 12] =
    ["ActualText", "Alt", "Author", "Contents", "DV", "Keywords", "RC", "Subject", "T", "TU", "Title", "V"];
/// Objects above a page or a field that are asked for what it has from them.
const MAX_PARENTS: usize = 32;
/// Typed text is shown in pieces of about this length.
const PIECE: usize = 64 * 1024;

/// Shows what is inside to `visit` until it answers something.
pub(super) fn walk<T>(octets: &[u8], file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
    let Some(document) = Document::read(octets, allowance) else {
        return visit(file.shown, Inside::Unreadable(Unreadable::EncryptedArchive), allowance);
    };
    if document.len() == 0 {
        return Form::Plain.each(octets, None, &mut |text| visit(file.shown, Inside::Text(text), allowance));
    }
    let mut reader = Texts {
        document,
        fonts: HashMap::new(),
        by_name: HashMap::new(),
        weight: 0,
        repeated: Repeated::default(),
        typed: String::new(),
        xml: BTreeSet::new(),
        files: BTreeMap::new(),
    };
    let answer = reader.texts(allowance, &mut |text, allowance| visit(file.shown, Inside::Text(text), allowance));
    let answer = answer.or_else(|| reader.files(file, allowance, visit));
    if answer.is_none() && reader.document.is_too_large() {
        return visit(file.shown, Inside::Unreadable(Unreadable::ArchiveTooLarge), allowance);
    }
    answer
}

struct Texts<'a> {
    document: Document<'a>,
    fonts: HashMap<u32, Rc<Font>>,
    /// The font that was last met under a name: for what does not say where its fonts are.
    by_name: HashMap<Vec<u8>, Rc<Font>>,
    weight: usize,
    /// What was drawn where it stands, beside being read on its own.
    repeated: Repeated,
    typed: String,
    /// The numbers of the streams that are XML: what is said of the document, and the data of forms (XFA).
    xml: BTreeSet<u32>,
    /// Files within: the number of each, and its name.
    files: BTreeMap<u32, String>,
}

impl Texts<'_> {
    fn texts<T>(
        &mut self,
        allowance: &mut Allowance,
        visit: &mut dyn FnMut(&str, &mut Allowance) -> Option<T>,
    ) -> Option<T> {
        for index in 0..self.document.len() {
            let Some((number, found)) = self.document.nth(index) else { continue };
            self.typed(&found.object);
            if self.typed.len() > PIECE
                && let Some(answer) = visit(&std::mem::take(&mut self.typed), allowance)
            {
                return Some(answer);
            }
            let Some(dictionary) = found.object.dictionary() else { continue };
            if is(dictionary, "Type", "EmbeddedFile") {
                self.files.entry(number).or_default();
            } else if is(dictionary, "Subtype", "XML") {
                self.xml.insert(number);
            } else if let Some(sheet) = self.drawn(number, &found, dictionary, allowance)
                && let Some(answer) = sheet.read(&mut |text| visit(text, allowance))
            {
                return Some(answer);
            }
        }
        for number in self.xml.clone() {
            let Some(found) = self.document.find(number) else { continue };
            let Some(xml) = self.document.stream(&found, allowance) else { continue };
            let form = Form::Xml { is_office: false };
            if let Some(answer) = form.each(&without_instructions(&xml), None, &mut |text| visit(text, allowance)) {
                return Some(answer);
            }
        }
        visit(&std::mem::take(&mut self.typed), allowance)
    }

    /// Collects what was typed, and where files are.
    fn typed(&mut self, object: &Object) {
        match object {
            Object::Array(array) => array.iter().for_each(|object| self.typed(object)),
            Object::Dictionary(dictionary) => {
                for (key, value) in dictionary {
                    let key = std::str::from_utf8(key).unwrap_or_default();
                    if TYPED.contains(&key) {
                        self.strings(value);
                    }
                    match key {
                        "EF" => self.file(dictionary, value),
                        "XFA" => self.form(value),
                        _ => self.typed(value),
                    }
                }
            }
            _ => {}
        }
    }

    fn strings(&mut self, value: &Object) {
        match value {
            Object::Text(text) => {
                for text in [Some(string(text)), string_of_windows(text)].iter().flatten() {
                    self.typed.push_str(text);
                    self.typed.push('\n');
                }
            }
            Object::Array(array) => array.iter().for_each(|value| self.strings(value)),
            _ => {}
        }
    }

    /// A file that is attached (section 7.11.3): `EF` leads to its octets, its name stands beside.
    fn file(&mut self, specification: &Dictionary, embedded: &Object) {
        let name = ["UF", "F"].iter().find_map(|key| self.document.get(specification, key)?.text().map(string));
        let embedded = self.document.resolve(embedded);
        let streams = embedded.dictionary().into_iter().flat_map(Dictionary::values);
        for number in streams.filter_map(Object::reference) {
            self.files.insert(number, name.clone().unwrap_or_default());
        }
    }

    /// The data of a form in XML: a stream, or several with their names.
    fn form(&mut self, value: &Object) {
        let own = [value.clone()];
        let resolved = self.document.resolve(value);
        self.xml.extend(resolved.array().unwrap_or(&own).iter().filter_map(Object::reference));
    }

    /// The files within, each as an attachment of its own.
    fn files<T>(&mut self, file: File<'_>, allowance: &mut Allowance, visit: &mut Visit<'_, T>) -> Option<T> {
        for (number, name) in std::mem::take(&mut self.files) {
            // The data of forms call themselves files.
            if self.xml.contains(&number) {
                continue;
            }
            let Some(found) = self.document.find(number) else { continue };
            let Some(octets) = self.document.stream(&found, allowance) else { continue };
            let name = one_line(name.rsplit(['/', '\\']).next().unwrap_or_default());
            let shown = if name.is_empty() { file.shown.to_owned() } else { format!("{}: {name}", file.shown) };
            let inner = File { shown: &shown, name: &name, content_type: "" };
            let answer = visit(&shown, Inside::Name(&name), allowance);
            if let Some(answer) = answer.or_else(|| walk_file(&octets, inner, allowance, visit)) {
                return Some(answer);
            }
        }
        None
    }
}

/// XML without what programs note in it for themselves (XML 1.0 section 2.6): in forms these are places and sizes, close
/// behind the words that are drawn there.
fn without_instructions(xml: &[u8]) -> Vec<u8> {
    let (mut kept, mut rest) = (Vec::with_capacity(xml.len()), xml);
    while let Some(start) = memchr::memmem::find(rest, b"<?") {
        kept.extend_from_slice(&rest[..start]);
        let end = memchr::memmem::find(&rest[start..], b"?>").map_or(rest.len(), |length| start + length + 2);
        rest = &rest[end..];
    }
    kept.extend_from_slice(rest);
    kept
}

#[cfg(test)]
mod tests;
