//! What stands upon a page beside its content (ISO 32000-1 section 12.5): fields of forms, stamps, notes in free text.

use super::{
    MAX_PARENTS,
    content::{Drawing, Resources as _},
    font::latin::string,
    matrix::Rectangle,
    object::{Dictionary, Object, is},
    page::Scopes,
};

/// So many are drawn of one document.
const MAX_ANNOTATIONS: usize = 100_000;
/// The size of what was typed, where nothing shows how it looks, as in most forms; less where a field is lower.
const TYPED_HEIGHT: f64 = 12.0;
/// How much of a field's height characters take up.
const FILLED: f64 = 0.7;

impl Scopes<'_, '_> {
    /// Draws what stands upon a page.
    pub(super) fn annotations(&mut self, page: &Dictionary, drawing: &mut Drawing) {
        let annotations = self.texts.document.get(page, "Annots");
        let annotations = annotations.as_ref().and_then(|annotations| annotations.array()).unwrap_or_default();
        for annotation in annotations {
            if self.texts.repeated.annotations >= MAX_ANNOTATIONS || !self.texts.document.may_repeat() {
                return;
            }
            self.texts.repeated.annotations += 1;
            let annotation = self.texts.document.resolve(annotation);
            if let Some(annotation) = annotation.dictionary() {
                self.annotation(annotation, drawing);
            }
        }
    }

    fn annotation(&mut self, annotation: &Dictionary, drawing: &mut Drawing) {
        let place = self.texts.document.get(annotation, "Rect");
        let place = place.as_ref().and_then(|place| place.array()).and_then(Rectangle::of);
        let Some(place) = place else { return };
        drawing.upon();
        let before = drawing.len();
        if let Some((mut form, bounds)) = self.appearance(annotation).and_then(|number| self.open(number)) {
            form.matrix = bounds.unwrap_or(place).onto(&form.matrix, place);
            drawing.form(&form, self);
            self.leave();
        }
        // Where a field does not tell how it looks, programs show what was typed.
        if drawing.len() == before
            && is(annotation, "Subtype", "Widget")
            && let Some(text) = self.value(annotation)
        {
            let height = (place.height * FILLED).min(TYPED_HEIGHT);
            let above = (place.height - height * FILLED) / 2.0;
            drawing.write(&text, place.x, place.y + above, height);
        }
    }

    /// The number of the form that shows how it looks, in the state in which it is.
    fn appearance(&mut self, annotation: &Dictionary) -> Option<u32> {
        let looks = self.texts.document.get(annotation, "AP")?;
        let normal = looks.dictionary()?.get(&b"N"[..])?;
        let resolved = self.texts.document.resolve(normal);
        let states = resolved.dictionary()?;
        let state = annotation.get(&b"AS"[..]).and_then(Object::name);
        let by_state = state.and_then(|state| states.get(state)).and_then(Object::reference);
        by_state.or_else(|| normal.reference())
    }

    /// What was typed into a field: it says so itself, or what it belongs to.
    fn value(&mut self, field: &Dictionary) -> Option<String> {
        let mut at = field.clone();
        for _ in 0..MAX_PARENTS {
            if let Some(value) = self.texts.document.get(&at, "V") {
                return value.text().map(string).filter(|text| !text.is_empty());
            }
            let Object::Dictionary(parent) = self.texts.document.get(&at, "Parent")?.into_owned() else { return None };
            at = parent;
        }
        None
    }
}
