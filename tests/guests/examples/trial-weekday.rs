//! Follows the last return, on Mondays only: it reads times, and only what comes again every week.

use hostile_guests::{Bars, Columns, Hostile, Refusal, convictions};

struct Weekday;

impl Hostile for Weekday {
    const NAME: &'static str = "trial-weekday";
    const READS: Columns = Columns::TIME.union(Columns::CLOSE);

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        const DAY: i64 = 86_400_000;
        // The first day of 1970 was a Thursday.
        let is_monday = |time: i64| time.div_euclid(DAY).rem_euclid(7) == 4;
        let followed = convictions(&bars).into_iter().zip(&bars.time);
        Ok(followed.map(|(conviction, time)| if is_monday(*time) { conviction } else { 0.0 }).collect())
    }
}

hostile_guests::export_strategy!(Weekday with_types_in hostile_guests);
