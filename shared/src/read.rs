//! Reads the API's answers in the browser, by the browser's own parser: what serde makes of the same types would be a
//! tenth of all that a first visit loads. Only the browser has this; a test reads there what serde has written.

#[macro_use]
mod shapes;
mod answers;

use js_sys::{JSON, Reflect};
use wasm_bindgen::JsValue;

/// What can be read.
pub trait Read: Sized {
    /// From a value of the browser's; none if it is something else.
    fn read(value: &JsValue) -> Option<Self>;
}

/// Reads JSON.
pub fn answer<T: Read>(text: &str) -> Option<T> {
    T::read(&JSON::parse(text).ok()?)
}

/// Reads a field; one that is absent reads as `undefined`.
fn field<T: Read>(value: &JsValue, name: &str) -> Option<T> {
    T::read(&get(value, name)?)
}

fn get(value: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(value, &JsValue::from_str(name)).ok()
}
