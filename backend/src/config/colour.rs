//! Colours, and whether words in one can be read on another (WCAG 2.2, 1.4.3).

use std::{fmt, str::FromStr};

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour([u8; 3]);

/// Not `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAColour;

impl FromStr for Colour {
    type Err = NotAColour;

    fn from_str(text: &str) -> Result<Self, NotAColour> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6).ok_or(NotAColour)?;
        let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(digits.as_bytes()).map_err(|_| NotAColour)?;
        bytes.try_into().map(Self).map_err(|_| NotAColour)
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl Colour {
    /// From its parts.
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self([red, green, blue])
    }

    /// So many parts of a hundred on the way to another colour.
    pub fn towards(self, other: Self, percent: u8) -> Self {
        let between = |from: u8, to: u8| {
            let percent = u16::from(percent.min(100));
            u8::try_from((u16::from(from) * (100 - percent) + u16::from(to) * percent) / 100).unwrap_or(u8::MAX)
        };
        Self([0, 1, 2].map(|index| between(self.0[index], other.0[index])))
    }

    /// From 1 (none) to 21 (black on white).
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrast_is_measured_as_wcag_says() {
        let (black, white) = (Colour::new(0, 0, 0), Colour::new(255, 255, 255));
        assert!((black.contrast(white) - 21.0).abs() < 0.01);
        assert!(("#767676".parse::<Colour>().unwrap().contrast(white) - 4.54).abs() < 0.01);
        assert_eq!(black.towards(white, 20).to_string(), "#333333");
    }

    #[test]
    fn a_colour_is_written_with_six_digits() {
        assert_eq!("#0B5a7A".parse(), Ok(Colour::new(0x0b, 0x5a, 0x7a)));
        for text in ["0b5a7a", "#0b5", "#0b5a7g", "teal", ""] {
            assert_eq!(text.parse::<Colour>(), Err(NotAColour), "{text}");
        }
    }
}
