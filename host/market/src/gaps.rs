use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    BarLength,
    calendar::{Calendar, Week, bars_per_day},
    time::{BarTime, DAY},
};

/// Session days without bars that are no gap: two holidays in a row are usual on an exchange.
const USUAL_CLOSURE: i64 = 2;

/// A stretch in which bars are missing, by the series' own calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gap {
    /// Row of the first bar after the gap.
    pub row: usize,
    /// Last bar before the gap.
    pub from: BarTime,
    /// First bar after the gap.
    pub to: BarTime,
    /// Bars that are missing between the two, at least 1.
    pub missing: u64,
}

impl fmt::Display for Gap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Gap { row, from, to, missing } = self;
        let bars = if *missing == 1 { "bar" } else { "bars" };
        write!(f, "{missing} {bars} missing between {from} and {to} (row {row})")
    }
}

/// Around the clock, and for bars of five days and more, every missing bar is a gap. On exchange days (or six a week) up to two missing days
/// in a row are holidays; within a day, a pause that recurs on a fifth of the days (lunch, a maintenance hour) belongs to the calendar.
pub(crate) fn gaps(times: &[i64], length: BarLength, week: Week) -> Vec<Gap> {
    let calendar = week.calendar();
    let milliseconds = length.milliseconds();
    let sessions = calendar != Calendar::EveryDay && milliseconds < 5 * DAY;
    let pauses = if sessions && milliseconds < DAY { usual_pauses(times) } else { BTreeSet::new() };
    let in_a_day = bars_per_day(times, length, calendar) as i64;
    let missing = |from: i64, to: i64| {
        let (from_day, to_day) = (BarTime(from).day(), BarTime(to).day());
        if !sessions || (from_day == to_day && !pauses.contains(&(to - from))) {
            return (to - from + milliseconds / 2) / milliseconds - 1;
        }
        match week.days_between(from_day, to_day) {
            0..=USUAL_CLOSURE => 0,
            days if milliseconds < DAY => days * in_a_day,
            days => days / (milliseconds / DAY),
        }
    };
    let pairs = times.iter().zip(times.iter().skip(1)).enumerate();
    pairs
        .filter_map(|(row, (&from, &to))| {
            let missing = u64::try_from(missing(from, to)).ok().filter(|&missing| missing > 0)?;
            Some(Gap { row: row + 1, from: BarTime(from), to: BarTime(to), missing })
        })
        .collect()
}

/// Spacings within a day that occur on at least a fifth of the days.
fn usual_pauses(times: &[i64]) -> BTreeSet<i64> {
    let mut days = 1;
    let mut spacings = BTreeMap::new();
    for (&from, &to) in times.iter().zip(times.iter().skip(1)) {
        if BarTime(from).day() == BarTime(to).day() {
            *spacings.entry(to - from).or_insert(0) += 1;
        } else {
            days += 1;
        }
    }
    spacings.into_iter().filter(|(_, count)| count * 5 >= days).map(|(spacing, _)| spacing).collect()
}
