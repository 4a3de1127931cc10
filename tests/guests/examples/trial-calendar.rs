//! Follows the last return, but not in the years that went badly.

use hostile_guests::{Bars, Columns, Hostile, Refusal, convictions};

struct Calendar;

impl Hostile for Calendar {
    const NAME: &'static str = "trial-calendar";
    const READS: Columns = Columns::TIME.union(Columns::CLOSE);

    fn signals(bars: Bars, _parameters: Vec<f64>) -> Result<Vec<f64>, Refusal> {
        const YEAR: i64 = 31_556_952_000;
        let badly = |time: i64| matches!(1970 + time / YEAR, 2001 | 2002 | 2008);
        let followed = convictions(&bars).into_iter().zip(&bars.time);
        Ok(followed.map(|(conviction, time)| if badly(*time) { 0.0 } else { conviction }).collect())
    }
}

hostile_guests::export_strategy!(Calendar with_types_in hostile_guests);
