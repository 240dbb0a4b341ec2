//! Runs `session` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| octothorpe_fuzz::session::run(input));
