//! Content streams (ISO 32000-1 sections 8.4, 8.10 and 9.4): draws their text, and that of the forms in them, onto a
//! sheet.

use std::{mem, rc::Rc};

use super::{
    font::Font,
    matrix::{IDENTITY, Matrix, matrix, times},
    object::{Object, Reader, is_white},
    sheet::Sheet,
};

/// The longest text of one sheet: a character may stand for several.
const MAX_TEXT: usize = 64 * 1024 * 1024;
/// Operands that are kept for an operator.
const MAX_OPERANDS: usize = 1_000;
/// States that are kept to come back to.
const MAX_STATES: usize = 200;
/// Forms within forms that are drawn.
const MAX_DEPTH: usize = 8;

/// What a content stream calls by name.
pub(super) trait Resources {
    /// A font.
    fn font(&mut self, name: &[u8]) -> Rc<Font>;
    /// A form: names are those of its own resources until it is left. None where there is no text to draw.
    fn enter(&mut self, name: &[u8]) -> Option<Form>;
    /// The form that was entered last is drawn.
    fn leave(&mut self);
}

/// A form, which is drawn as a part of something else.
pub(super) struct Form {
    pub(super) content: Vec<u8>,
    pub(super) matrix: Matrix,
}

#[derive(Clone)]
struct State {
    transformation: Matrix,
    font: Rc<Font>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    scale: f64,
    leading: f64,
    rise: f64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            transformation: IDENTITY,
            font: Rc::new(Font::default()),
            size: 1.0,
            letter_space: 0.0,
            word_space: 0.0,
            scale: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

/// Draws on a sheet.
pub(super) struct Drawing {
    state: State,
    stack: Vec<State>,
    deeper: usize,
    depth: usize,
    text: Matrix,
    line: Matrix,
    sheet: Sheet,
}

/// Passes over the octets of an inline image (section 8.9.7).
fn skip_image(reader: &mut Reader<'_>) {
    let rest = reader.rest();
    let is_end = |at: usize| {
        let before = at.checked_sub(1).and_then(|before| rest.get(before));
        before.is_some_and(|&octet| is_white(octet)) && rest.get(at + 2).is_none_or(|&octet| is_white(octet))
    };
    if let Some(end) = memchr::memmem::find_iter(rest, b"EI").find(|&at| is_end(at)) {
        reader.at += end + 2;
    }
}

impl Drawing {
    pub(super) fn new() -> Self {
        Self {
            state: State::default(),
            stack: Vec::new(),
            deeper: 0,
            depth: 0,
            text: IDENTITY,
            line: IDENTITY,
            sheet: Sheet::default(),
        }
    }

    /// What was drawn; none if it is too long.
    pub(super) fn finish(self) -> Option<Sheet> {
        (self.sheet.len() <= MAX_TEXT).then_some(self.sheet)
    }

    /// How much text was drawn by now.
    pub(super) fn len(&self) -> usize {
        self.sheet.len()
    }

    /// Draws what a content stream says.
    pub(super) fn draw(&mut self, content: &[u8], resources: &mut dyn Resources) {
        let mut reader = Reader::new(content, 0);
        let mut operands = Vec::new();
        while self.sheet.len() <= MAX_TEXT
            && let Some(object) = reader.object()
        {
            match object {
                Object::Word(word) if word == b"ID" => {
                    skip_image(&mut reader);
                    operands.clear();
                }
                Object::Word(word) => {
                    self.operate(&word, &operands, resources);
                    operands.clear();
                }
                object if operands.len() < MAX_OPERANDS => operands.push(object),
                _ => {}
            }
        }
    }

    /// Draws a form, transformed as it says itself and then as all is here.
    pub(super) fn form(&mut self, form: &Form, resources: &mut dyn Resources) {
        let outside =
            (self.state.clone(), mem::take(&mut self.stack), mem::take(&mut self.deeper), self.text, self.line);
        self.state.transformation = times(&form.matrix, &self.state.transformation);
        self.depth += 1;
        self.sheet.apart();
        self.draw(&form.content, resources);
        self.sheet.apart();
        self.depth -= 1;
        (self.state, self.stack, self.deeper, self.text, self.line) = outside;
    }

    /// What is drawn from here on stands upon the page, as if nothing had been drawn.
    pub(super) fn upon(&mut self) {
        (self.state, self.deeper) = (State::default(), 0);
        self.stack.clear();
        self.sheet.upon();
    }

    /// Writes text of this height at a place of the page.
    pub(super) fn write(&mut self, text: &str, x: f64, y: f64, height: f64) {
        self.sheet.begin(&[1.0, 0.0, 0.0, 1.0, x, y], height, false);
        self.sheet.push(text);
        // Figures are about so wide.
        let width = f64::from(u32::try_from(text.chars().count()).unwrap_or(u32::MAX)) * height * 0.556;
        self.sheet.end(&[1.0, 0.0, 0.0, 1.0, x + width, y]);
    }

    fn operate(&mut self, operator: &[u8], operands: &[Object], resources: &mut dyn Resources) {
        let number = |index: usize| operands.get(index).and_then(Object::number).unwrap_or_default();
        let name = || operands.first().and_then(Object::name).unwrap_or_default();
        match operator {
            b"q" if self.stack.len() < MAX_STATES => self.stack.push(self.state.clone()),
            b"q" => self.deeper += 1,
            b"Q" if self.deeper > 0 => self.deeper -= 1,
            b"Q" => {
                if let Some(state) = self.stack.pop() {
                    self.state = state;
                }
            }
            b"cm" => self.state.transformation = times(&matrix(operands), &self.state.transformation),
            b"Do" if self.depth < MAX_DEPTH => {
                if let Some(form) = resources.enter(name()) {
                    self.form(&form, resources);
                    resources.leave();
                }
            }
            b"BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            b"Tf" => (self.state.font, self.state.size) = (resources.font(name()), number(1)),
            b"Tc" => self.state.letter_space = number(0),
            b"Tw" => self.state.word_space = number(0),
            b"Tz" => self.state.scale = number(0) / 100.0,
            b"TL" => self.state.leading = number(0),
            b"Ts" => self.state.rise = number(0),
            b"Td" => self.next_line(number(0), number(1)),
            b"TD" => {
                self.state.leading = -number(1);
                self.next_line(number(0), number(1));
            }
            b"Tm" => (self.text, self.line) = (matrix(operands), matrix(operands)),
            b"T*" => self.next_line(0.0, -self.state.leading),
            b"Tj" => self.show(operands.first()),
            b"'" => {
                self.next_line(0.0, -self.state.leading);
                self.show(operands.first());
            }
            b"\"" => {
                (self.state.word_space, self.state.letter_space) = (number(0), number(1));
                self.next_line(0.0, -self.state.leading);
                self.show(operands.get(2));
            }
            b"TJ" => {
                for object in operands.first().and_then(Object::array).unwrap_or_default() {
                    match object {
                        Object::Number(step) => self.advance(-step / 1_000.0 * self.state.size * self.state.scale),
                        object => self.show(Some(object)),
                    }
                }
            }
            _ => {}
        }
    }

    fn next_line(&mut self, x: f64, y: f64) {
        self.line = times(&[1.0, 0.0, 0.0, 1.0, x, y], &self.line);
        self.text = self.line;
    }

    fn advance(&mut self, x: f64) {
        self.text = times(&[1.0, 0.0, 0.0, 1.0, x, 0.0], &self.text);
    }

    /// Where the pen stands: on the line, wherever text is raised above it.
    fn pen(&self) -> Matrix {
        times(&self.text, &self.state.transformation)
    }

    fn show(&mut self, object: Option<&Object>) {
        let Some(text) = object.and_then(Object::text).filter(|text| !text.is_empty()) else { return };
        let pen = self.pen();
        self.sheet.begin(&pen, self.state.size, self.state.rise > 0.0);
        let State { font, size, letter_space, word_space, scale, .. } = &self.state;
        let (sheet, mut moved) = (&mut self.sheet, 0.0);
        let mut glyph = |text: &str, width: f64, is_blank: bool| {
            sheet.push(text);
            moved += (width * size + letter_space + if is_blank { *word_space } else { 0.0 }) * scale;
        };
        font.glyphs(text, &mut glyph);
        self.advance(moved);
        self.sheet.end(&self.pen());
    }
}
