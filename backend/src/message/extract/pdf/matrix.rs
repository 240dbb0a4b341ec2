//! Transformations of the plane (ISO 32000-1 section 8.3).

use super::object::Object;

/// A transformation: a, b, c, d, e, f.
pub(super) type Matrix = [f64; 6];
pub(super) const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// The first, and then the second.
pub(super) fn times(m: &Matrix, n: &Matrix) -> Matrix {
    [
        m[0].mul_add(n[0], m[1] * n[2]),
        m[0].mul_add(n[1], m[1] * n[3]),
        m[2].mul_add(n[0], m[3] * n[2]),
        m[2].mul_add(n[1], m[3] * n[3]),
        m[4].mul_add(n[0], m[5].mul_add(n[2], n[4])),
        m[4].mul_add(n[1], m[5].mul_add(n[3], n[5])),
    ]
}

/// A transformation of these numbers; what is missing changes nothing.
pub(super) fn matrix(operands: &[Object]) -> Matrix {
    std::array::from_fn(|index| operands.get(index).and_then(Object::number).unwrap_or(IDENTITY[index]))
}

/// A rectangle: its lower left corner, its width and its height.
#[derive(Clone, Copy)]
pub(super) struct Rectangle {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Rectangle {
    /// Two corners, in any order.
    pub(super) fn of(numbers: &[Object]) -> Option<Self> {
        let number = |index: usize| numbers.get(index).and_then(Object::number);
        let (x, y, to_x, to_y) = (number(0)?, number(1)?, number(2)?, number(3)?);
        Some(Self { x: x.min(to_x), y: y.min(to_y), width: (to_x - x).abs(), height: (to_y - y).abs() })
    }

    /// What it fills once it is transformed, upright.
    fn transformed(self, by: &Matrix) -> Self {
        let corners = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)].map(|(right, up)| {
            let (x, y) = (self.width.mul_add(right, self.x), self.height.mul_add(up, self.y));
            let corner = times(&[1.0, 0.0, 0.0, 1.0, x, y], by);
            (corner[4], corner[5])
        });
        let (mut low, mut high) = (corners[0], corners[0]);
        for (x, y) in corners {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        Self { x: low.0, y: low.1, width: high.0 - low.0, height: high.1 - low.1 }
    }

    /// What brings this, transformed as it is, into another rectangle (section 12.5.5).
    pub(super) fn onto(self, own: &Matrix, other: Self) -> Matrix {
        let filled = self.transformed(own);
        let scale = |to: f64, from: f64| Some(to / from).filter(|scale| scale.is_normal()).unwrap_or(1.0);
        let (wide, high) = (scale(other.width, filled.width), scale(other.height, filled.height));
        times(own, &[wide, 0.0, 0.0, high, filled.x.mul_add(-wide, other.x), filled.y.mul_add(-high, other.y)])
    }
}
