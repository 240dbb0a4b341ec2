//! What is drawn on a page, piece by piece with its place. Where the pen moves decides what is one word: what is drawn
//! close behind belongs together, a step aside makes a gap, a step down a new line.

mod reading;

use std::ops::Range;

use super::matrix::Matrix;

/// Stands for a gap within a line that may as well be none.
const GAP: char = '\u{1F}';
/// Stands for a gap so narrow that it is most often none: columns of a table may be no farther apart.
const NARROW: char = '\u{1E}';
/// From so many heights of the font on a step is a gap.
const GAP_WIDTH: f64 = 0.22;
/// From here on it may be one; what fonts and justified lines put between their characters is less.
const NARROW_WIDTH: f64 = 0.06;
/// What is farther apart stands in another column, or in another box of a form at least.
const COLUMN_WIDTH: f64 = 4.0;
/// From so many heights up or down on, a line is another.
const LINE_HEIGHT: f64 = 0.4;
/// A piece goes no farther up or down.
const PIECE_HEIGHT: f64 = 0.1;
/// A step back over more than this is not a correction of the spacing.
const BACK: f64 = -0.5;
/// Of no more pieces is told where they stand: maps and drawings that have more are read as they are drawn.
const MAX_PIECES: usize = 200_000;

/// A point in the page's measure.
#[derive(Clone, Copy, Debug)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    /// Where a transformation brings the origin.
    fn of(matrix: &Matrix) -> Self {
        Self { x: matrix[4], y: matrix[5] }
    }

    /// How far along a line of this direction it stands.
    fn along(self, direction: Self) -> f64 {
        self.x.mul_add(direction.x, self.y * direction.y)
    }

    /// How far above.
    fn above(self, direction: Self) -> f64 {
        self.y.mul_add(direction.x, -(self.x * direction.y))
    }
}

/// What is drawn in one go.
#[derive(Clone, Debug)]
struct Piece {
    /// Its place in the text.
    text: Range<usize>,
    start: Point,
    end: Point,
    /// Of the line, its length being one.
    direction: Point,
    /// Of the font.
    height: f64,
    /// Whether it was said to stand above its line.
    is_raised: bool,
}

impl Piece {
    /// Whether they are set alike.
    fn is_like(&self, other: &Self) -> bool {
        self.is_raised == other.is_raised
            && (self.height - other.height).abs() < other.height * 0.01
            && self.direction.along(other.direction) > 0.999
    }
}

/// How far a piece begins from the end of another one, in heights of its font.
struct Step {
    along: f64,
    above: f64,
}

impl Step {
    fn between(end: Point, next: &Piece) -> Self {
        let away = Point { x: next.start.x - end.x, y: next.start.y - end.y };
        Self { along: away.along(next.direction) / next.height, above: away.above(next.direction) / next.height }
    }

    /// What it stands for.
    fn separator(&self) -> Option<char> {
        if self.above.abs() > LINE_HEIGHT || self.along < BACK { Some('\n') } else { self.gap() }
    }

    /// What it stands for on one line.
    fn gap(&self) -> Option<char> {
        if self.along > COLUMN_WIDTH {
            Some(' ')
        } else if self.along > GAP_WIDTH {
            Some(GAP)
        } else {
            (self.along > NARROW_WIDTH).then_some(NARROW)
        }
    }
}

/// What is drawn on a page.
#[derive(Default)]
pub(super) struct Sheet {
    /// All of it in the order in which it is drawn.
    text: String,
    /// How much of the text is the content's, if something stands upon it.
    content: Option<usize>,
    /// Where in the text something else begins: a form, or what is behind it.
    sections: Vec<usize>,
    pieces: Vec<Piece>,
    /// Where the pen was left.
    pen: Option<Point>,
}

impl Sheet {
    /// How long the text is by now.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// What is drawn from here on stands upon the content, each thing on its own.
    pub(super) fn upon(&mut self) {
        self.content.get_or_insert(self.text.len());
        self.pen = None;
    }

    /// A form begins or ends: in the order in which they are drawn, nothing belongs together over that.
    pub(super) fn apart(&mut self) {
        if self.pen.take().is_some() {
            self.text.push_str("\n\n");
            self.sections.push(self.text.len());
        }
    }

    /// The pen is put down for text of this size where the transformation says, on the line or raised above it.
    pub(super) fn begin(&mut self, at: &Matrix, size: f64, is_raised: bool) {
        let length = at[0].hypot(at[1]);
        let height = size.abs() * length;
        if !height.is_normal() {
            return;
        }
        let start = Point::of(at);
        let direction = Point { x: at[0] / length, y: at[1] / length };
        let text = self.text.len()..self.text.len();
        let mut piece = Piece { text, start, end: start, direction, height, is_raised };
        let mut goes_on = false;
        if let (Some(pen), false) = (self.pen, self.text.is_empty()) {
            let step = Step::between(pen, &piece);
            let separator = step.separator();
            self.text.extend(separator);
            goes_on = matches!(separator, None | Some(NARROW))
                && step.above.abs() < PIECE_HEIGHT
                && self.pieces.last().is_some_and(|last| last.is_like(&piece));
        }
        if !goes_on && self.pieces.len() < MAX_PIECES {
            piece.text = self.text.len()..self.text.len();
            self.pieces.push(piece);
        }
    }

    /// Text is drawn.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// The pen is taken away where the transformation says.
    pub(super) fn end(&mut self, at: &Matrix) {
        let pen = Point::of(at);
        self.pen = Some(pen);
        // Where there are too many, the last takes all that follows.
        if let Some(last) = self.pieces.last_mut() {
            last.text.end = self.text.len();
            last.end = pen;
        }
    }
}

#[cfg(test)]
mod tests;
