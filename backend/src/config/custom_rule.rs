//! `[[rules.custom]]`: rules that an agency adds. One that exists can be applied: its expression is compiled.

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

/// The largest compiled expression, in octets: matching takes time in proportion to it.
const MAX_EXPRESSION: usize = 1024 * 1024;

/// Where a rule looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The subject.
    Subject,
    /// Every text of the body.
    Body,
    /// The file name of an attachment.
    AttachmentName,
    /// The text of an attachment.
    AttachmentText,
    /// A header field, its name in lower case.
    Header(String),
}

/// What happens where a rule hits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The mail is sealed.
    #[default]
    Seal,
    /// The log says so, and nothing else: to try a rule out.
    Report,
}

/// A rule.
///
/// ```
/// use octothorpe::config::Config;
/// let with = |rule: &str| Config::parse(&format!("mail.transport = 'capture'\n[[rules.custom]]\n{rule}"));
/// assert!(with("name = 'court-file'\npattern = 'CF-[0-9]{6}'").is_ok());
/// assert!(with("name = 'court-file'\npattern = 'CF-('").unwrap_err().to_string().contains("court-file"));
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct CustomRule {
    /// What log, notes and `octothorpe rules test` call it.
    pub name: String,
    /// Where it looks.
    pub places: Vec<Place>,
    /// What it looks for.
    pub expression: Regex,
    /// What happens then.
    pub action: Action,
    written: Written,
}

/// A rule as it stands in the settings.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(rename = "in", default = "usual_places")]
    places: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    words: Vec<String>,
    #[serde(default)]
    action: Action,
}

fn usual_places() -> Vec<String> {
    ["subject", "body", "attachment-text"].map(str::to_owned).to_vec()
}

impl CustomRule {
    /// Whether it looks there and finds something.
    pub fn hits(&self, place: &Place, text: &str) -> bool {
        self.places.contains(place) && self.expression.is_match(text)
    }
}

impl TryFrom<Written> for CustomRule {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let name = written.name.trim().to_owned();
        if name.is_empty() {
            return Err("a rule in rules.custom has no name; give it one".to_owned());
        }
        let places = written.places.iter().map(|place| {
            Place::parse(place).ok_or_else(|| {
                format!(
                    "rules.custom {name}: \"{place}\" is no place; use subject, body, attachment-name, \
                     attachment-text or header:NAME"
                )
            })
        });
        let places: Vec<Place> = places.collect::<Result<_, _>>()?;
        if places.is_empty() {
            return Err(format!("rules.custom {name}: \"in\" names no place"));
        }
        let pattern = match (&written.pattern, written.words.as_slice()) {
            (Some(pattern), []) => pattern.clone(),
            (None, words) if !words.is_empty() => any_of(words),
            _ => return Err(format!("rules.custom {name}: set either pattern or words")),
        };
        let expression = RegexBuilder::new(&pattern)
            .size_limit(MAX_EXPRESSION)
            .build()
            .map_err(|error| format!("rules.custom {name}: the pattern cannot be used: {error}"))?;
        if expression.is_match("") {
            return Err(format!("rules.custom {name}: it would hit every mail, for it hits an empty text"));
        }
        Ok(Self { name, places, expression, action: written.action, written })
    }
}

impl From<CustomRule> for Written {
    fn from(rule: CustomRule) -> Self {
        rule.written
    }
}

/// Whole words or groups of words, in any case, with any white space between them.
fn any_of(words: &[String]) -> String {
    let one = |words: &String| words.split_whitespace().map(regex::escape).collect::<Vec<_>>().join(r"\s+");
    let all: Vec<String> = words.iter().map(one).collect();
    format!(r"(?i)(?:^|[^\p{{L}}\p{{N}}])(?:{})(?:$|[^\p{{L}}\p{{N}}])", all.join("|"))
}

impl Place {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "subject" => Self::Subject,
            "body" => Self::Body,
            "attachment-name" => Self::AttachmentName,
            "attachment-text" => Self::AttachmentText,
            _ => {
                let name = text.strip_prefix("header:")?.trim().to_ascii_lowercase();
                let is_field = !name.is_empty() && name.bytes().all(|b| b.is_ascii_graphic() && b != b':');
                is_field.then_some(Self::Header(name))?
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(text: &str) -> Result<CustomRule, String> {
        toml::from_str(text).map_err(|error: toml::de::Error| error.to_string())
    }

    #[test]
    fn words_hit_whole_in_any_case_and_across_line_breaks() {
        let rule = rule("name = 'n'\nwords = ['foster parent', 'Ümit']").unwrap();
        for text in ["The FOSTER\nparent, said", "ümit", "(Ümit)"] {
            assert!(rule.expression.is_match(text), "{text}");
        }
        for text in ["foster parents", "Ümitcan", "foster-parent"] {
            assert!(!rule.expression.is_match(text), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_applied_is_refused_with_the_rules_name() {
        for text in [
            "name = 'n'",
            "name = 'n'\npattern = 'a'\nwords = ['b']",
            "name = 'n'\npattern = '('",
            "name = 'n'\npattern = 'a*'",
            "name = 'n'\nwords = ['']",
            "name = 'n'\npattern = 'a'\nin = ['nowhere']",
            "name = 'n'\npattern = 'a'\nin = []",
            "name = 'n'\npattern = '(a{1000}){1000}'",
        ] {
            let error = rule(text).unwrap_err();
            assert!(error.contains("rules.custom n"), "{text}: {error}");
        }
        assert!(rule("name = ' '\npattern = 'a'").is_err());
    }

    #[test]
    fn a_rule_is_written_as_it_was_read() {
        let text = "name = \"n\"\nin = [\"header:X-Class\"]\npattern = \"a+\"\naction = \"report\"\n";
        assert_eq!(toml::to_string(&rule(text).unwrap()).unwrap(), text);
    }
}
