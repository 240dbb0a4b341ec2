//! Runs `rules` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| octothorpe_fuzz::rules::run(input));
