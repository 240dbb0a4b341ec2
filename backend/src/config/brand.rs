//! What makes the portal look like its agency's: a logo, a colour, whom to ask. Checked at start.

use std::{fs, io::Read as _, path::Path};

use sha2::{Digest as _, Sha256};

use super::{Error, Portal, colour::Colour};

/// The most octets of a logo: it is loaded with each first visit.
const MOST_OCTETS: u64 = 64 * 1024;

/// What words need to be read on what is behind them.
const ENOUGH: f64 = 4.5;

const WHITE: Colour = Colour::new(0xff, 0xff, 0xff);
const BLACK: Colour = Colour::new(0, 0, 0);
/// The ground of the pages, where contrast is least: `--raised` in `frontend/style/tokens.css`, light and dark.
const LIGHT: Colour = Colour::new(0xed, 0xf1, 0xf5);
const DARK: Colour = Colour::new(0x24, 0x2e, 0x37);
/// What stands on buttons of a light colour.
const INK: Colour = Colour::new(0x06, 0x22, 0x2f);

/// A file of the agency's.
#[derive(Clone, Debug)]
pub struct Logo {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// `image/svg+xml` or `image/png`.
    pub media_type: &'static str,
    /// Its path on the portal, which changes with the bytes.
    pub path: String,
}

/// A colour of links and buttons, and those that go with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    /// Of links and buttons.
    pub plain: Colour,
    /// Of the same under the pointer.
    pub strong: Colour,
    /// Of words on buttons.
    pub on: Colour,
}

/// The colours of light and of dark pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accents {
    /// On light pages.
    pub light: Accent,
    /// On dark pages.
    pub dark: Accent,
}

impl Default for Accents {
    /// As in `frontend/style/tokens.css`.
    fn default() -> Self {
        let light = Accent { plain: Colour::new(0x0b, 0x5a, 0x7a), strong: Colour::new(0x08, 0x47, 0x62), on: WHITE };
        let dark = Accent { plain: Colour::new(0x7c, 0xc4, 0xe6), strong: Colour::new(0xa3, 0xd8, 0xf1), on: INK };
        Self { light, dark }
    }
}

/// The logo and the colours, checked.
#[derive(Clone, Debug, Default)]
pub struct Brand {
    /// The logo, if there is one.
    pub logo: Option<Logo>,
    /// The colours.
    pub accents: Accents,
}

impl Brand {
    /// Reads and checks what the settings say.
    pub(super) fn load(portal: &Portal) -> Result<Self, Error> {
        let logo = if portal.logo.is_empty() { None } else { Some(logo(Path::new(&portal.logo))?) };
        let accents = accents(&portal.accent, &portal.accent_dark)?;
        check_line("portal.help_text", &portal.help_text, 300)?;
        check_line("portal.help_phone", &portal.help_phone, 40)?;
        if portal.help_phone.chars().any(|c| !c.is_ascii_digit() && !" +-().".contains(c)) {
            return Err(Error::check("portal.help_phone", "it may hold digits, blanks and + - ( ) . alone"));
        }
        for (key, link) in [("portal.privacy_url", &portal.privacy_url), ("portal.contact_url", &portal.contact_url)] {
            if !(link.is_empty() || url::Url::parse(link).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))) {
                return Err(Error::check(key, format!("\"{link}\" must begin with https://")));
            }
        }
        Ok(Self { logo, accents })
    }
}

fn check_line(key: &'static str, text: &str, most: usize) -> Result<(), Error> {
    if text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Error::check(key, format!("it must have at most {most} characters in one line")));
    }
    Ok(())
}

fn accents(light: &str, dark: &str) -> Result<Accents, Error> {
    let parse = |key: &'static str, text: &str| {
        let wrong = || Error::check(key, format!("\"{text}\" must be a colour such as #0b5a7a"));
        text.parse::<Colour>().map_err(|_| wrong())
    };
    let plain = parse("portal.accent", light)?;
    let usual = Accents::default();
    if plain == usual.light.plain && dark.is_empty() {
        return Ok(usual);
    }
    if plain.contrast(LIGHT) < ENOUGH {
        let reason = format!(
            "{plain} has a contrast of {:.1} to 1 with the light pages, and links and buttons need {ENOUGH} to 1: \
             choose a darker colour",
            plain.contrast(LIGHT)
        );
        return Err(Error::check("portal.accent", reason));
    }
    let on_dark = if dark.is_empty() { lightened(plain) } else { parse("portal.accent_dark", dark)? };
    if on_dark.contrast(DARK) < ENOUGH {
        let reason = format!(
            "{on_dark} has a contrast of {:.1} to 1 with the dark pages, and links and buttons need {ENOUGH} to 1: \
             choose a lighter colour, or leave it empty to have one made from portal.accent",
            on_dark.contrast(DARK)
        );
        return Err(Error::check("portal.accent_dark", reason));
    }
    Ok(Accents {
        light: Accent { plain, strong: plain.towards(BLACK, 25), on: WHITE },
        dark: Accent { plain: on_dark, strong: on_dark.towards(WHITE, 35), on: INK },
    })
}

/// The same colour, light enough for dark pages.
fn lightened(colour: Colour) -> Colour {
    let steps = (0..=100).step_by(4).map(|percent| colour.towards(WHITE, percent));
    // A little more than just enough: small words in pure hues are hard to read.
    steps.into_iter().find(|step| step.contrast(DARK) >= ENOUGH + 1.5).unwrap_or(WHITE)
}

fn logo(path: &Path) -> Result<Logo, Error> {
    let wrong = |reason: String| Error::check("portal.logo", format!("{}: {reason}", path.display()));
    let file = fs::File::open(path).map_err(|error| wrong(format!("it cannot be read: {error}")))?;
    let mut bytes = Vec::new();
    file.take(MOST_OCTETS + 1).read_to_end(&mut bytes).map_err(|error| wrong(format!("it cannot be read: {error}")))?;
    if bytes.len() as u64 > MOST_OCTETS {
        return Err(wrong(format!("it must have at most {} kB", MOST_OCTETS / 1024)));
    }
    let (media_type, suffix) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        ("image/png", "png")
    } else if is_harmless_svg(&bytes).map_err(|reason| wrong(reason.to_owned()))? {
        ("image/svg+xml", "svg")
    } else {
        return Err(wrong("it must be an SVG or a PNG".to_owned()));
    };
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(&bytes)[..8]);
    Ok(Logo { bytes, media_type, path: format!("/brand/logo-{hash}.{suffix}") })
}

/// Whether it is an SVG; an error where it is one that does more than to be looked at.
fn is_harmless_svg(bytes: &[u8]) -> Result<bool, &'static str> {
    use quick_xml::{Reader, events::Event};
    let mut reader = Reader::from_reader(bytes);
    let mut buffer = Vec::new();
    let mut is_svg = false;
    loop {
        let event = reader.read_event_into(&mut buffer);
        let element = match &event {
            Err(_) => return if is_svg { Err("the SVG is not well-formed") } else { Ok(false) },
            Ok(Event::Eof) => return Ok(is_svg),
            Ok(Event::DocType(_) | Event::PI(_)) => return Err("the SVG must be without DOCTYPE and instructions"),
            Ok(Event::Start(element) | Event::Empty(element)) => element,
            Ok(_) => continue,
        };
        let name = element.local_name().as_ref().to_ascii_lowercase();
        if !is_svg && name != "svg" {
            return Ok(false);
        }
        is_svg = true;
        if ["script", "foreignobject", "iframe", "embed", "object", "a", "style"].contains(&name.as_str()) {
            return Err("the SVG must be without scripts, styles, links and foreign objects");
        }
        for attribute in element.attributes() {
            let Ok(attribute) = attribute else { return Err("the SVG is not well-formed") };
            let key = attribute.key.local_name().as_ref().to_ascii_lowercase();
            let value = attribute.value.trim_start();
            if key.starts_with("on") {
                return Err("the SVG must be without scripts");
            }
            if key == "href" && !value.starts_with('#') && !value.starts_with("data:image/") {
                return Err("the SVG must load nothing from elsewhere");
            }
        }
        buffer.clear();
    }
}

#[cfg(test)]
mod tests;
