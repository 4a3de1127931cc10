use std::{collections::BTreeMap, fmt};

use jiff::{Timestamp, civil::DateTime, tz::Offset};

pub(crate) const SECOND: i64 = 1_000;
pub(crate) const MINUTE: i64 = 60 * SECOND;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

/// A bar time for people: "2000-03-01" at midnight UTC, else RFC 3339 such as "2000-03-01T14:30:00Z".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BarTime(
    /// Milliseconds since 1970-01-01 UTC.
    pub i64,
);

impl BarTime {
    /// Day number since 1970-01-01 (UTC).
    pub(crate) fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }
}

impl fmt::Display for BarTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_millisecond(self.0) {
            Ok(time) if self.0.rem_euclid(DAY) == 0 => Offset::UTC.to_datetime(time).date().fmt(f),
            Ok(time) => time.fmt(f),
            Err(_) => write!(f, "{} ms since 1970", self.0),
        }
    }
}

/// Day of the week of a day number since 1970-01-01: 0 is Monday, 6 is Sunday.
pub(crate) fn weekday(day: i64) -> usize {
    // 1970-01-01 was a Thursday.
    (day + 3).rem_euclid(7) as usize
}

/// The time from one bar to the next, as most of the bars have it; displayed as "1 day", "15 minutes".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BarLength(i64);

impl BarLength {
    /// One day, 24 hours.
    pub const DAY: BarLength = BarLength(DAY);

    /// One hour.
    pub const HOUR: BarLength = BarLength(HOUR);

    /// One minute.
    pub const MINUTE: BarLength = BarLength(MINUTE);

    /// A length in milliseconds; `None` unless above zero.
    #[must_use]
    pub fn from_milliseconds(milliseconds: i64) -> Option<BarLength> {
        (milliseconds > 0).then_some(BarLength(milliseconds))
    }

    /// The length in milliseconds, above zero.
    #[must_use]
    pub fn milliseconds(self) -> i64 {
        self.0
    }

    pub(crate) fn of(times: &[i64]) -> Option<BarLength> {
        let mut spacings = BTreeMap::new();
        for (from, to) in times.iter().zip(times.iter().skip(1)) {
            *spacings.entry(to - from).or_insert(0_usize) += 1;
        }
        let (spacing, _) = spacings.into_iter().rev().max_by_key(|&(_, count)| count)?;
        BarLength::from_milliseconds(spacing)
    }
}

impl fmt::Display for BarLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (SECOND, "second"), (1, "millisecond")];
        let (unit, name) = units.into_iter().find(|(unit, _)| self.0 % unit == 0).unwrap_or((1, "millisecond"));
        match self.0 / unit {
            1 => write!(f, "1 {name}"),
            count => write!(f, "{count} {name}s"),
        }
    }
}

/// The unit of whole numbers that stand for times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EpochUnit {
    CalendarDate,
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl EpochUnit {
    /// One unit for a whole column, by its largest magnitude M. All numbers of eight digits from 19000101 to 21001231 are dates
    /// (as epoch seconds they would all lie in August 1970); else seconds for M < 1e11 (year 5138), milliseconds for M < 1e14,
    /// microseconds for M < 1e17, else nanoseconds. So a column in milliseconds that ends before March 1973 is misread, and so are finer units before that.
    pub(crate) fn of(numbers: &[i64]) -> EpochUnit {
        if numbers.iter().all(|number| (19_000_101..=21_001_231).contains(number)) {
            return EpochUnit::CalendarDate;
        }
        match numbers.iter().map(|number| number.unsigned_abs()).max().unwrap_or_default() {
            0..100_000_000_000 => EpochUnit::Seconds,
            100_000_000_000..100_000_000_000_000 => EpochUnit::Milliseconds,
            100_000_000_000_000..100_000_000_000_000_000 => EpochUnit::Microseconds,
            _ => EpochUnit::Nanoseconds,
        }
    }

    /// Milliseconds since 1970-01-01 UTC, finer units rounded down; `None` for a number that is no date of the calendar.
    pub(crate) fn milliseconds(self, number: i64) -> Option<i64> {
        match self {
            EpochUnit::CalendarDate => parse_time(&number.to_string()),
            EpochUnit::Seconds => number.checked_mul(SECOND),
            EpochUnit::Milliseconds => Some(number),
            EpochUnit::Microseconds => Some(number.div_euclid(1_000)),
            EpochUnit::Nanoseconds => Some(number.div_euclid(1_000_000)),
        }
    }
}

/// Reads a date ("2000-03-01"), a date with a time of day ("2000-03-01 14:30", seconds and fraction optional, "T" or a space between), or the latter
/// with an offset ("Z", "+02:00"). Without an offset the time is UTC. Milliseconds since 1970-01-01 UTC, finer parts rounded down.
pub(crate) fn parse_time(text: &str) -> Option<i64> {
    let has_offset = text.get(10..).is_some_and(|rest| rest.contains(['Z', 'z', '+', '-']));
    let time = if has_offset {
        text.parse::<Timestamp>().ok()?
    } else {
        Offset::UTC.to_timestamp(text.parse::<DateTime>().ok()?).ok()?
    };
    Some(time.as_nanosecond().div_euclid(1_000_000) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Expected milliseconds are from GNU date, e.g. `date -u -d '2000-03-01 14:30' +%s`.
    const MARCH_1: i64 = 951_868_800_000;
    const HALF_PAST_TWO_PM: i64 = 951_921_000_000;

    #[test]
    fn every_documented_spelling_of_a_time_is_read() {
        for (text, expected) in [
            ("2000-03-01", MARCH_1),
            ("20000301", MARCH_1),
            ("2000-03-01 14:30", HALF_PAST_TWO_PM),
            ("2000-03-01T14:30", HALF_PAST_TWO_PM),
            ("2000-03-01 14:30:00", HALF_PAST_TWO_PM),
            ("2000-03-01 14:30:00.250", HALF_PAST_TWO_PM + 250),
            ("2000-03-01T14:30:00.2509999Z", HALF_PAST_TWO_PM + 250),
            ("2000-03-01T16:30:00+02:00", HALF_PAST_TWO_PM),
            ("2000-03-01 09:30:00-05:00", HALF_PAST_TWO_PM),
            ("2000-03-01 14:30:00+00", HALF_PAST_TWO_PM),
            ("1969-12-31", -DAY),
            ("1969-12-31T23:59:59.9999Z", -1),
        ] {
            assert_eq!(parse_time(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "03/01/2000",
            "2000-02-30",
            "2000-3-1",
            "2000-03-01 25:00",
            "yesterday",
            "2000-03-01 14:30 UTC",
            "é2000-03-01",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn a_column_of_numbers_has_one_unit() {
        assert_eq!(EpochUnit::of(&[20_000_301, 20_000_302]), EpochUnit::CalendarDate);
        assert_eq!(EpochUnit::of(&[951_868_800]), EpochUnit::Seconds);
        assert_eq!(EpochUnit::of(&[MARCH_1]), EpochUnit::Milliseconds);
        assert_eq!(EpochUnit::of(&[0, DAY, MARCH_1]), EpochUnit::Milliseconds, "early times do not change the unit");
        assert_eq!(EpochUnit::of(&[MARCH_1 * 1_000]), EpochUnit::Microseconds);
        assert_eq!(EpochUnit::of(&[MARCH_1 * 1_000_000]), EpochUnit::Nanoseconds);
        assert_eq!(EpochUnit::Microseconds.milliseconds(-1), Some(-1));
        assert_eq!(EpochUnit::CalendarDate.milliseconds(20_000_230), None, "30 February");
        assert_eq!(EpochUnit::Seconds.milliseconds(i64::MAX), None);
    }

    #[test]
    fn times_and_lengths_read_well() {
        assert_eq!(BarTime(MARCH_1).to_string(), "2000-03-01");
        assert_eq!(BarTime(HALF_PAST_TWO_PM).to_string(), "2000-03-01T14:30:00Z");
        assert_eq!(BarTime(i64::MAX).to_string(), "9223372036854775807 ms since 1970");
        for (milliseconds, text) in
            [(DAY, "1 day"), (7 * DAY, "7 days"), (15 * MINUTE, "15 minutes"), (1_500, "1500 milliseconds")]
        {
            assert_eq!(BarLength::from_milliseconds(milliseconds).unwrap().to_string(), text);
        }
        assert_eq!(BarLength::from_milliseconds(0), None);
    }

    #[test]
    fn the_commonest_spacing_is_the_bar_length() {
        assert_eq!(BarLength::of(&[0]), None);
        assert_eq!(BarLength::of(&[0, DAY, 2 * DAY, 5 * DAY]), Some(BarLength(DAY)));
        assert_eq!(BarLength::of(&[0, 3 * DAY, 4 * DAY]), Some(BarLength(DAY)), "the shorter one of a tie");
    }

    #[test]
    fn weekdays_are_right() {
        assert_eq!(weekday(BarTime(MARCH_1).day()), 2, "2000-03-01 was a Wednesday");
        assert_eq!(weekday(-1), 2, "1969-12-31 was a Wednesday");
    }
}
