//! How fast the rules read: ordinary mail beside the `regex` crate on the same text, and text made to be slow.
#![allow(missing_docs, clippy::print_stdout, reason = "a benchmark prints what it measured")]

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    native::run();
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use std::{
        hint::black_box,
        time::{Duration, Instant},
    };

    use regex::Regex;
    use shared::rules::{first_hit, scan_subject, visible_text};

    const LEN: usize = 8 << 20;
    const ROUNDS: usize = 9;

    /// A paragraph such as agencies write, with dates, times, sums and telephone numbers.
    const PARAGRAPH: &str = "Good morning, the visit on Friday, November 27, 2026 is at 3:00 pm at the office on 744 P \
        Street, Sacramento, CA 95814. Please bring the signed forms (SOC 154, AD 558) and call 916-555-0100 if you \
        cannot come; the allowance of $1,258.00 for October has been paid. The next review is due on 02/15/2027. \
        Please answer by Wednesday so that we can arrange the transport for both children. Kind regards, Clara\r\n";

    fn filled(pattern: &str) -> String {
        pattern.repeat(LEN / pattern.len() + 1)
    }

    /// MB/s of the median round.
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than a few digits")]
    fn rate(text: &str, mut read: impl FnMut(&str)) -> f64 {
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|_| {
                let start = Instant::now();
                read(black_box(text));
                start.elapsed()
            })
            .collect();
        times.sort();
        text.len() as f64 / 1e6 / times[ROUNDS / 2].as_secs_f64()
    }

    pub fn run() {
        let mail = filled(PARAGRAPH);
        assert!(first_hit(&mail).is_none());
        let plain = Regex::new(r"\b\d{3}-\d{2}-\d{4}\b|\b\d{4}-\d{4}-\d{4}-\d{7}\b").into_iter().next();
        let rules = rate(&mail, |text| _ = black_box(first_hit(text)));
        let missed = if rules >= 2_000.0 { "" } else { ", MISSED" };
        println!("ordinary mail, all rules:            {rules:6.0} MB/s (aim: 2,000{missed})");
        if let Some(plain) = plain {
            let regex = rate(&mail, |text| _ = black_box(plain.is_match(text)));
            println!("regex crate, the two plain patterns: {regex:6.0} MB/s, ratio {:.1}", rules / regex);
        }
        for (name, pattern) in [
            ("digits", "1234567890"),
            ("dashes", "-"),
            ("digits and dashes", "12-34-567-8-"),
            ("almost a number", "123-45-678x "),
            ("zero-width characters", "\u{200b}"),
            ("zero-width and soft hyphens", "\u{200b}\u{ad}"),
            ("digits among zero-width characters", "1\u{200b}\u{200b}\u{200b}"),
            ("labels", "ssn soc sec social security number "),
            ("full-width digits", "１２３－"),
        ] {
            let hostile = filled(pattern);
            let half = &hostile[..hostile.floor_char_boundary(hostile.len() / 2)];
            let (whole, half) = (
                rate(&hostile, |text| _ = black_box(first_hit(text))),
                rate(half, |text| _ = black_box(first_hit(text))),
            );
            println!("{name:36} {whole:6.0} MB/s, ratio to half as much of it {:.2} (linear: 1)", whole / half);
        }
        let html = filled(&format!("<p class=\"x\">{PARAGRAPH}</p><br>&nbsp;&amp;"));
        println!(
            "visible text of HTML:                {:6.0} MB/s",
            rate(&html, |text| drop(black_box(visible_text(text))))
        );
        let subject = &PARAGRAPH[..120];
        println!(
            "subject scan, 120 characters:        {:6.0} MB/s",
            rate(subject, |text| drop(black_box(scan_subject(text))))
        );
    }
}
