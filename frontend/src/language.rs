//! The language of the page. The server chose it, by the cookie or by what the browser asks for, and wrote it into the
//! page; whoever switches it here keeps it in that cookie and, when logged in, in the account. Its words are loaded
//! before the first page shows, and those of another language when it is chosen.

use std::sync::LazyLock;

use js_sys::{Array, Function, Object, Reflect};
use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlDocument};

use crate::{
    api::{self, Failure},
    text::Language,
};

/// What keeps the choice, for a year.
const COOKIE: &str = "octothorpe-language";

/// A language and its texts, by their numbers.
#[derive(Clone, Copy)]
struct Spoken {
    language: Language,
    texts: &'static [&'static str],
}

static CURRENT: LazyLock<ArcRwSignal<Spoken>> =
    LazyLock::new(|| ArcRwSignal::new(Spoken { language: of_page(), texts: &[] }));

/// The language now; tracked.
pub fn current() -> Language {
    CURRENT.with(|spoken| spoken.language)
}

/// What all words say in it; tracked.
pub fn texts() -> &'static [&'static str] {
    CURRENT.with(|spoken| spoken.texts)
}

/// The language of this code.
pub fn by_code(code: &str) -> Option<Language> {
    Language::ALL.into_iter().find(|language| language.code() == code)
}

/// Loads the words of the page's language, without which nothing is to be shown.
pub async fn load() -> Result<(), Failure> {
    let spoken = spoken(of_page()).await?;
    CURRENT.set(spoken);
    Ok(())
}

/// From now on; if its words do not come, nothing changes.
pub async fn choose(language: Language) -> Result<(), Failure> {
    let spoken = spoken(language).await?;
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("lang", language.code());
        let _ = root.set_attribute("dir", language.direction());
    }
    if let Ok(document) = document().dyn_into::<HtmlDocument>() {
        let is_https = window().location().protocol().is_ok_and(|protocol| protocol == "https:");
        let secure = if is_https { "; Secure" } else { "" };
        let kept = format!("{COOKIE}={}; Path=/; Max-Age=31536000; SameSite=Lax{secure}", language.code());
        let _ = document.set_cookie(&kept);
    }
    CURRENT.set(spoken);
    Ok(())
}

/// Its words, from the file that stands beside the one of the page's language. They stay for as long as the page does:
/// whoever switches often has a few of them.
async fn spoken(language: Language) -> Result<Spoken, Failure> {
    let link = document().get_element_by_id("words").and_then(|link| link.get_attribute("href")).unwrap_or_default();
    let (folder, hash) = (link.split('-').next().unwrap_or_default(), link.rsplit('-').next().unwrap_or_default());
    let texts = api::file(&format!("{folder}-{}-{hash}", language.code())).await?;
    Ok(Spoken { language, texts: texts.leak().split('\u{1e}').collect::<Vec<_>>().leak() })
}

/// As the server wrote it into the page.
fn of_page() -> Language {
    let code = document().document_element().and_then(|root| root.get_attribute("lang")).unwrap_or_default();
    by_code(&code).unwrap_or(Language::ALL[0])
}

/// The tag for dates and numbers: the reader's own kind of the language, if the browser names one; tracked.
pub fn tag() -> String {
    let language = current();
    let is_of_it =
        |tag: &String| tag.strip_prefix(language.code()).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    let mut asked = window().navigator().languages().into_iter().filter_map(|tag| tag.as_string());
    asked.find(|tag| is_of_it(tag)).unwrap_or_else(|| language.tag().to_owned())
}

/// Several words as one says them: "Anna, Ben, and Chris"; tracked.
pub fn list(words: &[String]) -> String {
    let array: Array = words.iter().map(|word| wasm_bindgen::JsValue::from_str(word)).collect();
    formatted("ListFormat", &array).unwrap_or_else(|| words.join(", "))
}

/// By `Intl`, which knows all languages; absent in browsers that lack this part of it.
fn formatted(kind: &str, words: &Array) -> Option<String> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into()).ok()?;
    let constructor: Function = Reflect::get(&intl, &kind.into()).ok()?.dyn_into().ok()?;
    let format: Object = Reflect::construct(&constructor, &Array::of1(&tag().into())).ok()?.dyn_into().ok()?;
    let method: Function = Reflect::get(&format, &"format".into()).ok()?.dyn_into().ok()?;
    method.call1(&format, words).ok()?.as_string()
}
