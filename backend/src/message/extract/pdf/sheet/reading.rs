//! The ways in which a page may be read: as it is drawn, line by line, under what stands above, and without marks.

use super::{BACK, COLUMN_WIDTH, GAP, NARROW, Piece, Sheet, Step};

/// What is farther up or down than this part of the fonts' height stands on another line: fields of a form are not quite
/// on the line of what is printed.
const SAME_LINE: f64 = 0.5;
/// By so much the height counts as larger than that of the smaller font at most: headings and stamps join no lines.
const LARGER: f64 = 1.5;
/// Directions that differ by fewer degrees are one.
const TURN: f64 = 5.0;
/// A label stands no more lines and heights of the font above the number.
const LINES_ABOVE: usize = 3;
const HEIGHTS_ABOVE: f64 = 4.0;
/// A label ends no more heights to the left of the number.
const ASIDE: f64 = 2.0;
/// Words of one label are no farther apart.
const WORD_WIDTH: f64 = 1.0;
/// Fields below one label are no farther apart.
const FIELD_WIDTH: f64 = 12.0;
/// So many characters, and pieces, are read of the line above, and of the number's own: a label is no farther away.
const MAX_NEAR: usize = 80;
/// How far above its line a mark begins, and how far beside, in heights of the line's font.
const MARK_ABOVE: std::ops::Range<f64> = 0.1..0.9;
const MARK_ASIDE: std::ops::Range<f64> = -0.5..1.0;

/// Pieces side by side, from the left to the right.
struct Line<'s> {
    pieces: Vec<&'s Piece>,
    /// Its direction, roughly.
    turn: i32,
    above: f64,
    height: f64,
}

impl Line<'_> {
    /// How far below its first piece another one stands on it.
    fn tolerance(&self, piece: &Piece) -> f64 {
        let smaller = self.height.min(piece.height) * LARGER;
        f64::midpoint(self.height, piece.height).min(smaller) * SAME_LINE
    }
}

impl Sheet {
    /// Shows each way to read it to `visit` until that answers something.
    pub(in super::super) fn read<T>(&self, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
        let content = self.content();
        let ends = self.sections.iter().copied().filter(|&end| end < content.len()).chain([content.len()]);
        let mut start = 0;
        for end in ends {
            if let Some(answer) = content.get(start..end).and_then(|section| each_spacing(section, visit)) {
                return Some(answer);
            }
            start = end;
        }
        if self.pieces.len() < 2 {
            return None;
        }
        let lines = self.lines();
        let answer = lines.iter().find_map(|line| each_spacing(&self.line(line), visit));
        let answer = answer.or_else(|| self.below_labels(&lines, visit));
        answer.or_else(|| self.without_marks().and_then(|text| each_spacing(&text, visit)))
    }

    /// What the content draws, in that order: what stands upon it has none.
    fn content(&self) -> &str {
        &self.text[..self.content.unwrap_or(self.text.len())]
    }

    fn text_of(&self, piece: &Piece) -> &str {
        self.text.get(piece.text.clone()).unwrap_or_default()
    }

    /// The pieces as they stand, whatever the order in which they are drawn.
    fn lines(&self) -> Vec<Line<'_>> {
        let placed = |piece| (turn(piece), piece.start.above(piece.direction), piece);
        let mut placed: Vec<(i32, f64, &Piece)> = self.pieces.iter().map(placed).collect();
        placed.sort_by(|one, other| one.0.cmp(&other.0).then(other.1.total_cmp(&one.1)));
        let mut lines: Vec<Line<'_>> = Vec::new();
        for (turn, above, piece) in placed {
            match lines.last_mut() {
                Some(line) if line.turn == turn && line.above - above <= line.tolerance(piece) => {
                    line.pieces.push(piece);
                }
                _ => lines.push(Line { pieces: vec![piece], turn, above, height: piece.height }),
            }
        }
        for line in &mut lines {
            line.pieces.sort_by(|one, other| left(one).total_cmp(&left(other)));
        }
        lines
    }

    /// One line. What columns keep apart is apart here: what is written across them is found as it is drawn.
    fn line(&self, line: &Line<'_>) -> String {
        let (mut text, mut last) = (String::new(), None::<&Piece>);
        for piece in &line.pieces {
            match last.map(|last| Step::between(last.end, piece)) {
                Some(step) if is_beside(&step) => text.extend(step.gap()),
                Some(_) => text.push_str("\n\n"),
                None => {}
            }
            text.push_str(self.text_of(piece));
            last = Some(piece);
        }
        text
    }

    /// Each number of a line behind what stands above it, as a label does in forms.
    fn below_labels<T>(&self, lines: &[Line<'_>], visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
        for (index, line) in lines.iter().enumerate() {
            let above = lines[..index].iter().rev().take(LINES_ABOVE);
            let above = above.filter(|above| {
                above.turn == line.turn && above.above - line.above <= HEIGHTS_ABOVE * above.height.max(line.height)
            });
            for (place, piece) in line.pieces.iter().enumerate() {
                let before = place.checked_sub(1).map(|before| line.pieces[before]);
                if !self.begins_number(piece, before) {
                    continue;
                }
                let Some((mut text, next)) = above.clone().find_map(|above| self.label_above(piece, above)) else {
                    continue;
                };
                text.push('\n');
                self.behind(&line.pieces[place..], next, &mut text);
                let answer = each_spacing(&text, visit);
                if answer.is_some() {
                    return answer;
                }
            }
        }
        None
    }

    /// Whether a piece begins with a digit and goes on with nothing that is in front of it.
    fn begins_number(&self, piece: &Piece, before: Option<&Piece>) -> bool {
        let is_digit = |c: char| c.is_ascii_digit();
        let goes_on = before.is_some_and(|before| {
            is_beside(&Step::between(before.end, piece)) && self.text_of(before).trim_end().ends_with(is_digit)
        });
        !goes_on && self.text_of(piece).trim_start().starts_with(is_digit)
    }

    /// What stands on a line above a piece, or a little to the left of that, and where something else begins there.
    fn label_above(&self, piece: &Piece, line: &Line<'_>) -> Option<(String, f64)> {
        let pieces = &line.pieces;
        let last = pieces.partition_point(|other| left(other) <= right(piece)).checked_sub(1)?;
        if left(piece) - right(pieces[last]) > ASIDE * piece.height {
            return None;
        }
        let goes_on = |at: &usize| (BACK..=WORD_WIDTH).contains(&Step::between(pieces[at - 1].end, pieces[*at]).along);
        let start = last - (1..=last).rev().take(MAX_NEAR).take_while(goes_on).count();
        let end = last + 1 + (last + 1..pieces.len()).take(MAX_NEAR).take_while(goes_on).count();
        let mut backwards = String::new();
        for (place, piece) in pieces[start..end].iter().enumerate().rev() {
            backwards.extend(self.text_of(piece).chars().rev().take(MAX_NEAR));
            if backwards.len() > MAX_NEAR {
                break;
            }
            let is_word = place > 0 && Step::between(pieces[start + place - 1].end, piece).gap() == Some(GAP);
            backwards.extend(is_word.then_some(' '));
        }
        Some((backwards.chars().rev().collect(), pieces.get(end).map_or(f64::INFINITY, |next| left(next))))
    }

    /// The beginning of what these pieces say, as far as they stand below the same.
    fn behind(&self, pieces: &[&Piece], next: f64, text: &mut String) {
        let most = text.len() + MAX_NEAR;
        let mut last: Option<&Piece> = None;
        for piece in pieces.iter().take(MAX_NEAR) {
            match last.map(|last| Step::between(last.end, piece)) {
                Some(step) if (BACK..=FIELD_WIDTH).contains(&step.along) && left(piece) < next => {
                    text.extend(step.gap());
                }
                Some(_) => break,
                None => {}
            }
            text.extend(self.text_of(piece).chars().take(MAX_NEAR));
            if text.len() > most {
                break;
            }
            last = Some(piece);
        }
    }

    /// As it is drawn, without figures that stand raised beside others: marks of notes are no part of a number. None
    /// where there are none.
    fn without_marks(&self) -> Option<String> {
        let is_mark = |index: usize| {
            let piece = &self.pieces[index];
            let before = index.checked_sub(1).and_then(|before| self.pieces.get(before));
            self.text_of(piece).contains(|c: char| c.is_numeric())
                && (piece.is_raised
                    || before.is_some_and(|before| is_mark_of(piece, before))
                    || self.pieces.get(index + 1).is_some_and(|next| is_mark_of(piece, next)))
        };
        let count = self.pieces.partition_point(|piece| piece.text.end <= self.content().len());
        let is_mark: Vec<bool> = (0..count).map(is_mark).collect();
        if !is_mark.contains(&true) {
            return None;
        }
        let (mut text, mut last, mut is_behind_mark) = (String::new(), None::<&Piece>, false);
        for (piece, is_mark) in self.pieces.iter().zip(is_mark) {
            if !is_mark {
                match last {
                    Some(last) if is_behind_mark => text.extend(Step::between(last.end, piece).separator()),
                    Some(last) => text.push_str(self.text.get(last.text.end..piece.text.start).unwrap_or_default()),
                    None => {}
                }
                text.push_str(self.text_of(piece));
                last = Some(piece);
            }
            is_behind_mark = is_mark;
        }
        Some(text)
    }
}

/// Whether one piece is a mark of another one: no larger, and a little above its line at either end.
fn is_mark_of(mark: &Piece, piece: &Piece) -> bool {
    let height = piece.height;
    let above = (mark.start.above(piece.direction) - piece.start.above(piece.direction)) / height;
    let behind = (left(mark) - right(piece)) / height;
    let before = (left(piece) - right(mark)) / height;
    mark.height <= height * 1.01
        && MARK_ABOVE.contains(&above)
        && (MARK_ASIDE.contains(&behind) || MARK_ASIDE.contains(&before))
}

/// Where a piece begins on its line, and where it ends.
fn left(piece: &Piece) -> f64 {
    piece.start.along(piece.direction)
}

fn right(piece: &Piece) -> f64 {
    piece.end.along(piece.direction)
}

/// Whether no column ends with a step, and nothing lies upon the other.
fn is_beside(step: &Step) -> bool {
    (BACK..=COLUMN_WIDTH).contains(&step.along)
}

/// The direction of a piece, roughly.
#[expect(clippy::cast_possible_truncation, reason = "what is out of bounds saturates")]
fn turn(piece: &Piece) -> i32 {
    (piece.direction.y.atan2(piece.direction.x).to_degrees() / TURN).round() as i32
}

/// Where words are apart is a matter of taste, so each reading of the gaps counts.
fn each_spacing<T>(text: &str, visit: &mut dyn FnMut(&str) -> Option<T>) -> Option<T> {
    let (wide, narrow) = (text.contains(GAP), text.contains(NARROW));
    if !wide && !narrow {
        return visit(text);
    }
    let spaced = |wide: &str, narrow: &str| text.replace(GAP, wide).replace(NARROW, narrow);
    let apart = visit(&spaced(" ", ""));
    let close = apart.or_else(|| wide.then(|| spaced("", "")).and_then(|text| visit(&text)));
    close.or_else(|| narrow.then(|| spaced(" ", " ")).and_then(|text| visit(&text)))
}
