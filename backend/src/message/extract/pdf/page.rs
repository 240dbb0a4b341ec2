//! What a page draws: its content with the forms in it, and what stands upon it, fields and notes, at their places.

use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap},
    rc::Rc,
};

use super::{
    super::{Allowance, MAX_ENTRY},
    MAX_PARENTS, Texts,
    content::{Drawing, Form, Resources},
    document::{Document, Found},
    font::Font,
    matrix::{IDENTITY, Rectangle, matrix},
    object::{Dictionary, Object, is},
    sheet::Sheet,
};

/// What the fonts that are kept weigh at most, in entries of their tables.
const MAX_FONTS: usize = 1_000_000;
/// Forms of one document that are drawn within something else, and their octets; what is beyond is read on its own alone.
const MAX_FORMS: usize = 20_000;
const MAX_FORMS_OCTETS: usize = 64 * 1024 * 1024;

/// What is drawn within something else, beside being read on its own.
#[derive(Default)]
pub(super) struct Repeated {
    forms: usize,
    octets: usize,
    /// The forms that draw no text, and pictures.
    silent: BTreeSet<u32>,
    /// Fields and notes.
    pub(super) annotations: usize,
}

/// What names stand for in a content stream.
struct Scope {
    /// The number of the form that is drawn, if it is one.
    form: Option<u32>,
    fonts: Rc<Dictionary>,
    forms: Rc<Dictionary>,
    used: HashMap<Vec<u8>, Rc<Font>>,
}

impl Scope {
    fn of(resources: &Dictionary, form: Option<u32>, document: &mut Document<'_>) -> Self {
        let mut named = |key| {
            let named = document.get(resources, key).map(Cow::into_owned);
            Rc::new(if let Some(Object::Dictionary(named)) = named { named } else { Dictionary::new() })
        };
        Self { form, fonts: named("Font"), forms: named("XObject"), used: HashMap::new() }
    }
}

/// The resources of what is drawn, and of what is drawn within.
pub(super) struct Scopes<'t, 'a> {
    pub(super) texts: &'t mut Texts<'a>,
    allowance: &'t mut Allowance,
    open: Vec<Scope>,
}

impl Resources for Scopes<'_, '_> {
    fn font(&mut self, name: &[u8]) -> Rc<Font> {
        let Some(scope) = self.open.last_mut() else { return Rc::default() };
        if let Some(font) = scope.used.get(name) {
            return Rc::clone(font);
        }
        let font = self.texts.font(name, scope.fonts.get(name), self.allowance);
        scope.used.insert(name.to_vec(), Rc::clone(&font));
        font
    }

    fn enter(&mut self, name: &[u8]) -> Option<Form> {
        let number = self.open.last()?.forms.get(name)?.reference()?;
        self.open(number).map(|(form, _)| form)
    }

    fn leave(&mut self) {
        self.open.pop();
    }
}

impl Scopes<'_, '_> {
    /// The form of a number, which is entered, and where it draws; none if it has no text, or enough was drawn by now.
    pub(super) fn open(&mut self, number: u32) -> Option<(Form, Option<Rectangle>)> {
        let Texts { document, repeated, .. } = &mut *self.texts;
        let is_open = self.open.iter().any(|scope| scope.form == Some(number));
        if is_open || repeated.silent.contains(&number) || repeated.forms >= MAX_FORMS || !document.may_repeat() {
            return None;
        }
        if repeated.octets >= MAX_FORMS_OCTETS {
            return None;
        }
        let found = document.find(number)?;
        let dictionary = found.object.dictionary()?;
        let content = match &found.stream {
            Some(_) if !is(dictionary, "Subtype", "Image") => document.stream(&found, self.allowance),
            _ => None,
        };
        repeated.octets = repeated.octets.saturating_add(content.as_ref().map_or(0, Vec::len));
        let Some(content) = content.filter(|content| draws_text(content)) else {
            repeated.silent.insert(number);
            return None;
        };
        repeated.forms += 1;
        let numbers = |array: Option<Cow<'_, Object>>| array.and_then(|array| array.array().map(<[Object]>::to_vec));
        let own = numbers(document.get(dictionary, "Matrix")).map_or(IDENTITY, |numbers| matrix(&numbers));
        let bounds = numbers(document.get(dictionary, "BBox")).and_then(|numbers| Rectangle::of(&numbers));
        let scope = match (document.get(dictionary, "Resources").as_deref(), self.open.last()) {
            (Some(Object::Dictionary(resources)), _) => Scope::of(resources, Some(number), document),
            (_, Some(outer)) => Scope {
                form: Some(number),
                fonts: Rc::clone(&outer.fonts),
                forms: Rc::clone(&outer.forms),
                used: HashMap::new(),
            },
            _ => Scope::of(&Dictionary::new(), Some(number), document),
        };
        self.open.push(scope);
        Some((Form { content, matrix: own }, bounds))
    }
}

/// Whether a content stream may draw text: its own, or that of a form.
fn draws_text(content: &[u8]) -> bool {
    ["BT", "Do"].iter().any(|word| memchr::memmem::find(content, word.as_bytes()).is_some())
}

impl Texts<'_> {
    /// What a page or a form draws.
    pub(super) fn drawn(
        &mut self,
        number: u32,
        found: &Found,
        dictionary: &Dictionary,
        allowance: &mut Allowance,
    ) -> Option<Sheet> {
        let is_page = is(dictionary, "Type", "Page");
        let content = if is_page {
            self.contents(dictionary, allowance)
        } else if is(dictionary, "Subtype", "Form") || dictionary.contains_key(&b"PatternType"[..]) {
            self.document.stream(found, allowance)?
        } else {
            return None;
        };
        let resources = self.resources(dictionary);
        let scope = Scope::of(&resources, (!is_page).then_some(number), &mut self.document);
        let mut drawing = Drawing::new();
        let mut scopes = Scopes { texts: self, allowance, open: vec![scope] };
        drawing.draw(&content, &mut scopes);
        if is_page {
            scopes.annotations(dictionary, &mut drawing);
        }
        let sheet = drawing.finish();
        if sheet.is_none() {
            self.document.give_up();
        }
        sheet
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
            let Some(Object::Dictionary(parent)) = self.document.get(&at, "Parent").map(Cow::into_owned) else {
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
}
