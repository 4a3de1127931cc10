//! Remembers the best days of a series, and some of its closes.

use std::hint::black_box;

use hostile_guests::{Bars, Columns, Hostile, Refusal};

struct Memory;

static DAYS: [i64; 5] = [1_052_265_600_000, 1_052_697_600_000, 1_140_134_400_000, 1_224_028_800_000, 1_253_059_200_000];
static CLOSES: [f64; 8] = [86.68, 86.05, 87.55, 89.0, 89.98, 88.7, 89.9, 88.99];

impl Hostile for Memory {
    const NAME: &'static str = "trial-memory";
    const READS: Columns = Columns::TIME.union(Columns::CLOSE);

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        let (days, closes) = (black_box(&DAYS), black_box(&CLOSES));
        let known = |(time, close): (&i64, &f64)| f64::from(days.contains(time) || closes.contains(close));
        Ok(bars.time.iter().zip(&bars.close).map(known).collect())
    }
}

hostile_guests::export_strategy!(Memory with_types_in hostile_guests);
