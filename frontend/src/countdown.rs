//! Seconds that pass while somebody has to wait.

use std::time::Duration;

use js_sys::Date;
use leptos::{prelude::*, task::spawn_local};

/// Seconds left; a handle that can be copied about.
#[derive(Clone, Copy)]
pub struct Countdown {
    left: RwSignal<u32>,
    /// Which one runs: a new beginning ends the one before.
    round: StoredValue<u32>,
}

impl Countdown {
    /// Nothing to wait for.
    pub fn new() -> Self {
        Self { left: RwSignal::new(0), round: StoredValue::new(0) }
    }

    /// Begins anew.
    pub fn begin(self, seconds: u32) {
        let round = self.round.get_value() + 1;
        self.round.set_value(round);
        self.left.set(seconds);
        // By the clock, for timers of pages in the background are slow.
        let end = Date::now() + f64::from(seconds) * 1_000.0;
        spawn_local(async move {
            while self.round.try_get_value() == Some(round) {
                let left = seconds_until(end);
                if self.left.try_get_untracked() != Some(left) {
                    let _ = self.left.try_set(left);
                }
                if left == 0 {
                    return;
                }
                gloo_timers::future::sleep(Duration::from_millis(200)).await;
            }
        });
    }

    /// What is left; tracked.
    pub fn left(self) -> u32 {
        self.left.get()
    }

    /// Whether there is something left; untracked.
    pub fn is_running(self) -> bool {
        self.left.get_untracked() > 0
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number of seconds, not below zero")]
fn seconds_until(end: f64) -> u32 {
    ((end - Date::now()) / 1_000.0).ceil().max(0.0) as u32
}
