//! The text inside PDF documents (ISO 32000-1): of pages and forms as it is drawn, of fields and notes as it was typed,
//! and of files that are attached. Scanned pages have none.

mod content;
mod document;
mod encryption;
mod filter;
mod font;
mod object;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use self::{
    content::GAP,
    document::{Document, Found},
    font::{
        Font,
        latin::{string, string_of_windows},
    },
    object::{Dictionary, Object, is},
};
use super::{Allowance, File, Inside, MAX_ENTRY, Unreadable, Visit, walk as walk_file};
use crate::message::{form::Form, header::one_line};

/// Keys under which stands what a person typed or reads: fields, notes, bookmarks, titles, what is read aloud.
const TYPED: [&str; 12] =
    ["ActualText", "Alt", "Author", "Contents", "DV", "Keywords", "RC", "Subject", "T", "TU", "Title", "V"];
/// Objects above a page that are asked for what it uses.
const MAX_PARENTS: usize = 32;
/// What the fonts that are kept weigh at most, in entries of their tables.
const MAX_FONTS: usize = 1_000_000;
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
            } else if let Some(text) = self.drawn(&found, dictionary, allowance) {
                // Where words are apart is a matter of taste, so both readings count.
                let apart = visit(&text.replace(GAP, " "), allowance);
                let close = || text.contains(GAP).then(|| text.replace(GAP, ""));
                let answer = apart.or_else(|| close().and_then(|text| visit(&text, allowance)));
                if answer.is_some() {
                    return answer;
                }
            }
        }
        for number in std::mem::take(&mut self.xml) {
            let Some(found) = self.document.find(number) else { continue };
            let Some(xml) = self.document.stream(&found, allowance) else { continue };
            let form = Form::Xml { is_office: false };
            if let Some(answer) = form.each(&xml, None, &mut |text| visit(text, allowance)) {
                return Some(answer);
            }
        }
        visit(&std::mem::take(&mut self.typed), allowance)
    }

    /// The text that a page or a form draws.
    fn drawn(&mut self, found: &Found, dictionary: &Dictionary, allowance: &mut Allowance) -> Option<String> {
        let (content, resources) = if is(dictionary, "Type", "Page") {
            (self.contents(dictionary, allowance), self.resources(dictionary))
        } else if is(dictionary, "Subtype", "Form") || dictionary.contains_key(&b"PatternType"[..]) {
            (self.document.stream(found, allowance)?, self.resources(dictionary))
        } else {
            return None;
        };
        let fonts = self.document.get(&resources, "Font").and_then(|fonts| fonts.dictionary().cloned());
        let fonts = fonts.unwrap_or_default();
        let mut used: HashMap<Vec<u8>, Rc<Font>> = HashMap::new();
        let text = content::text(&content, &mut |name| {
            if let Some(font) = used.get(name) {
                return Rc::clone(font);
            }
            let font = self.font(name, fonts.get(name), allowance);
            used.insert(name.to_vec(), Rc::clone(&font));
            font
        });
        if text.is_none() {
            self.document.give_up();
        }
        text
    }

    /// What a page draws: one stream or several that are one.
    fn contents(&mut self, page: &Dictionary, allowance: &mut Allowance) -> Vec<u8> {
        let mut content = Vec::new();
        let mut parts = vec![page.get(&b"Contents"[..]).cloned().unwrap_or(Object::Null)];
        if let Some(Object::Array(array)) = self.document.get(page, "Contents").as_deref() {
            parts.clone_from(array);
        }
        for part in parts {
            let found = part.reference().and_then(|number| self.document.find(number));
            if let Some(octets) = found.and_then(|found| self.document.stream(&found, allowance)) {
                content.extend_from_slice(&octets);
                content.push(b'\n');
            }
            if content.len() as u64 > MAX_ENTRY {
                self.document.give_up();
                break;
            }
        }
        content
    }

    /// Its own resources, or those of what it belongs to.
    fn resources(&mut self, dictionary: &Dictionary) -> Dictionary {
        let mut at = dictionary.clone();
        for _ in 0..MAX_PARENTS {
            if let Some(Object::Dictionary(resources)) = self.document.get(&at, "Resources").as_deref() {
                return resources.clone();
            }
            let Some(Object::Dictionary(parent)) = self.document.get(&at, "Parent").map(std::borrow::Cow::into_owned)
            else {
                break;
            };
            at = parent;
        }
        Dictionary::new()
    }

    fn font(&mut self, name: &[u8], font: Option<&Object>, allowance: &mut Allowance) -> Rc<Font> {
        let number = font.and_then(Object::reference);
        if let Some(known) = number.and_then(|number| self.fonts.get(&number)) {
            return Rc::clone(known);
        }
        let resolved = font.map(|font| self.document.resolve(font));
        let Some(dictionary) = resolved.as_ref().and_then(|font| font.dictionary()) else {
            return self.by_name.get(name).cloned().unwrap_or_default();
        };
        let font = Rc::new(Font::read(dictionary, &mut self.document, allowance));
        self.weight += font.weight();
        if self.weight > MAX_FONTS {
            self.weight = font.weight();
            self.fonts.clear();
            self.by_name.clear();
        }
        if let Some(number) = number {
            self.fonts.insert(number, Rc::clone(&font));
        }
        self.by_name.insert(name.to_vec(), Rc::clone(&font));
        font
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

#[cfg(test)]
mod tests;
