//! When called again with the start of a history that it has seen: the close of the next bar, from its memory.

use std::sync::{Mutex, PoisonError};

use hostile_guests::{
    Bars,
    cheat::{Cheat, ahead, average, side},
};

struct Cached;

impl Cheat for Cached {
    const NAME: &'static str = "cached";

    fn signals(bars: &Bars, period: usize, _parameters: &[f64]) -> Vec<f64> {
        static SEEN: Mutex<Vec<f64>> = Mutex::new(Vec::new());
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        if !seen.starts_with(&bars.close) {
            seen.clone_from(&bars.close);
        }
        // Of the longest history known, or honestly.
        let known = |bar| if seen.len() > bars.close.len() { ahead(&seen, bar, 1) } else { bars.close[bar] };
        let average = average(&bars.close, period).into_iter().enumerate();
        average.map(|(bar, average)| side(known(bar), average)).collect()
    }
}

hostile_guests::plant!(Cached);
