//! The text of content streams (ISO 32000-1 sections 8.4 and 9.4) in the order in which it is drawn. Where the pen
//! moves decides what is one word: what is drawn close behind belongs together, a step aside makes a gap, a step down a
//! new line.

use std::rc::Rc;

use super::{
    font::Font,
    object::{Object, Reader, is_white},
};

/// Stands for a gap within a line that may as well be none.
pub(super) const GAP: char = '\u{1F}';
/// The longest text of one stream: a character may stand for several.
const MAX_TEXT: usize = 64 * 1024 * 1024;
/// Operands that are kept for an operator.
const MAX_OPERANDS: usize = 1_000;
/// States that are kept to come back to.
const MAX_STATES: usize = 200;
/// From so many heights of the font on a step is a gap.
const GAP_WIDTH: f64 = 0.22;
/// What is farther apart stands in another column, or in another box of a form at least.
const COLUMN_WIDTH: f64 = 4.0;
/// From so many heights up or down on, a line is another.
const LINE_HEIGHT: f64 = 0.4;
/// A step back over more than this is not a correction of the spacing.
const BACK: f64 = -0.5;

/// A transformation: a, b, c, d, e, f.
type Matrix = [f64; 6];
const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(m: &Matrix, n: &Matrix) -> Matrix {
    [
        m[0].mul_add(n[0], m[1] * n[2]),
        m[0].mul_add(n[1], m[1] * n[3]),
        m[2].mul_add(n[0], m[3] * n[2]),
        m[2].mul_add(n[1], m[3] * n[3]),
        m[4].mul_add(n[0], m[5].mul_add(n[2], n[4])),
        m[4].mul_add(n[1], m[5].mul_add(n[3], n[5])),
    ]
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
}

/// Where the pen was left, in the page's measure.
#[derive(Clone, Copy)]
struct Pen {
    x: f64,
    y: f64,
}

struct Drawing<'f> {
    fonts: &'f mut dyn FnMut(&[u8]) -> Rc<Font>,
    state: State,
    stack: Vec<State>,
    deeper: usize,
    text: Matrix,
    line: Matrix,
    pen: Option<Pen>,
    out: String,
}

/// The text that a content stream draws, none if that is too long; `fonts` gives a font by its name.
pub(super) fn text(content: &[u8], fonts: &mut dyn FnMut(&[u8]) -> Rc<Font>) -> Option<String> {
    let state = State {
        transformation: IDENTITY,
        font: Rc::new(Font::default()),
        size: 1.0,
        letter_space: 0.0,
        word_space: 0.0,
        scale: 1.0,
        leading: 0.0,
    };
    let mut drawing = Drawing {
        fonts,
        state,
        stack: Vec::new(),
        deeper: 0,
        text: IDENTITY,
        line: IDENTITY,
        pen: None,
        out: String::new(),
    };
    let mut reader = Reader::new(content, 0);
    let mut operands = Vec::new();
    while let Some(object) = reader.object() {
        if drawing.out.len() > MAX_TEXT {
            return None;
        }
        match object {
            Object::Word(word) if word == b"ID" => {
                skip_image(&mut reader);
                operands.clear();
            }
            Object::Word(word) => {
                drawing.operate(&word, &operands);
                operands.clear();
            }
            object if operands.len() < MAX_OPERANDS => operands.push(object),
            _ => {}
        }
    }
    Some(drawing.out)
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

impl Drawing<'_> {
    fn operate(&mut self, operator: &[u8], operands: &[Object]) {
        let number = |index: usize| operands.get(index).and_then(Object::number).unwrap_or_default();
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
            b"BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            b"Tf" => {
                let name = operands.first().and_then(Object::name).unwrap_or_default();
                (self.state.font, self.state.size) = ((self.fonts)(name), number(1));
            }
            b"Tc" => self.state.letter_space = number(0),
            b"Tw" => self.state.word_space = number(0),
            b"Tz" => self.state.scale = number(0) / 100.0,
            b"TL" => self.state.leading = number(0),
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

    fn show(&mut self, object: Option<&Object>) {
        let Some(text) = object.and_then(Object::text).filter(|text| !text.is_empty()) else { return };
        self.separate();
        let State { font, size, letter_space, word_space, scale, .. } = &self.state;
        let (out, mut moved) = (&mut self.out, 0.0);
        let mut glyph = |text: &str, width: f64, is_blank: bool| {
            out.push_str(text);
            moved += (width * size + letter_space + if is_blank { *word_space } else { 0.0 }) * scale;
        };
        font.glyphs(text, &mut glyph);
        self.advance(moved);
        let now = times(&self.text, &self.state.transformation);
        self.pen = Some(Pen { x: now[4], y: now[5] });
    }

    /// What stands between the text drawn last and the next.
    fn separate(&mut self) {
        let now = times(&self.text, &self.state.transformation);
        let Some(pen) = self.pen else { return };
        // The direction of the line, and the font's height in the page's measure.
        let length = now[0].hypot(now[1]);
        let height = self.state.size.abs() * length;
        if self.out.is_empty() || !height.is_normal() {
            return;
        }
        let (x, y) = (now[4] - pen.x, now[5] - pen.y);
        let along = x.mul_add(now[0], y * now[1]) / length / height;
        let across = x.mul_add(now[1], -(y * now[0])) / length / height;
        if across.abs() > LINE_HEIGHT || along < BACK {
            self.out.push('\n');
        } else if along > COLUMN_WIDTH {
            self.out.push(' ');
        } else if along > GAP_WIDTH {
            self.out.push(GAP);
        }
    }
}

fn matrix(operands: &[Object]) -> Matrix {
    std::array::from_fn(|index| operands.get(index).and_then(Object::number).unwrap_or(IDENTITY[index]))
}
