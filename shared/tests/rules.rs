//! The rules in WebAssembly give the answers they give natively: both read the cases of `tests/cases`.

#![expect(clippy::expect_used, reason = "a broken case must stop the test")]

#[path = "cases/read.rs"]
mod cases;

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen_test::wasm_bindgen_test]
fn the_cases_hold_in_webassembly() {
    cases::check_all();
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn the_cases_hold_natively() {
    cases::check_all();
}
