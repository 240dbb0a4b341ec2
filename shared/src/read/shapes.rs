//! How each kind of value is read.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};

use super::Read;

impl Read for String {
    fn read(value: &JsValue) -> Option<Self> {
        value.as_string()
    }
}

impl Read for bool {
    /// One that is false may be left out.
    fn read(value: &JsValue) -> Option<Self> {
        if value.is_undefined() { Some(false) } else { value.as_bool() }
    }
}

impl Read for u64 {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes and numbers are whole")]
    fn read(value: &JsValue) -> Option<Self> {
        value.as_f64().map(|number| number as Self)
    }
}

impl<T: Read> Read for Option<T> {
    fn read(value: &JsValue) -> Option<Self> {
        if value.is_null() || value.is_undefined() { Some(None) } else { T::read(value).map(Some) }
    }
}

impl<T: Read> Read for Vec<T> {
    /// An empty one may be left out.
    fn read(value: &JsValue) -> Option<Self> {
        if value.is_undefined() {
            return Some(Self::new());
        }
        value.dyn_ref::<Array>()?.iter().map(|value| T::read(&value)).collect()
    }
}

/// Smaller numbers, by way of the largest.
macro_rules! numbers {
    ($($kind:ty)*) => {$(
        impl Read for $kind {
            fn read(value: &JsValue) -> Option<Self> {
                u64::read(value)?.try_into().ok()
            }
        }
    )*};
}

numbers!(u16 u32 usize);

/// Objects, by their fields: `name`, or `name: "what it is called in JSON"`. A field that is left out does not compile.
macro_rules! objects {
    (@name $name:ident) => { stringify!($name) };
    (@name $name:ident $json:literal) => { $json };
    ($($kind:path { $($name:ident $(: $json:literal)?),* })*) => {$(
        impl Read for $kind {
            fn read(value: &JsValue) -> Option<Self> {
                Some(Self { $($name: field(value, objects!(@name $name $($json)?))?),* })
            }
        }
    )*};
}

/// Enums, by the codes of their variants. A variant that is left out does not compile.
macro_rules! codes {
    ($($kind:path { $($variant:ident: $code:literal),* })*) => {$(
        impl Read for $kind {
            fn read(value: &JsValue) -> Option<Self> {
                const fn is_complete(all: $kind) {
                    match all { $(<$kind>::$variant => {})* }
                }
                let code = value.as_string()?;
                [$(($code, Self::$variant)),*].into_iter().find(|(known, one)| {
                    is_complete(*one);
                    *known == code
                }).map(|(_, one)| one)
            }
        }
    )*};
}
