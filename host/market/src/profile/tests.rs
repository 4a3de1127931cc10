use std::path::Path;

use super::*;
use crate::{
    Columns, read_file, sample,
    time::{DAY, HOUR, MINUTE},
};

fn data(name: &str) -> Bars {
    read_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)).unwrap()
}

fn flat(time: Vec<i64>) -> Bars {
    let price = vec![10.0; time.len()];
    let [open, high, low, close, volume] = std::array::from_fn(|_| price.clone());
    Bars::new(Columns { time, open, high, low, close, volume }).unwrap()
}

/// 2024-01-01, a Monday (GNU date).
const MONDAY: i64 = 19_723 * DAY;

fn weekdays(count: i64) -> impl Iterator<Item = i64> {
    (0..).filter(|day| day % 7 < 5).take(count as usize).map(|day| MONDAY + day * DAY)
}

#[test]
fn the_sample_is_described_as_what_it_is() {
    let profile = profile(sample());
    assert_eq!(profile.rows, 3_270);
    assert_eq!(profile.first.unwrap().to_string(), "2000-03-01");
    assert_eq!(profile.last.unwrap().to_string(), "2013-03-01");
    assert_eq!(profile.bar_length.unwrap().to_string(), "1 day");
    assert_eq!(profile.bars_per_year, 252.0);
    assert_eq!(profile.bars_per_year_reason, "daily bars on exchange days, 252 a year");
    // New York was closed from Tuesday 2001-09-11 to Friday 2001-09-14.
    let [gap] = profile.gaps[..] else { panic!("{:?}", profile.gaps) };
    assert_eq!((gap.from.to_string(), gap.to.to_string(), gap.missing), ("2001-09-10".into(), "2001-09-17".into(), 4));
    assert_eq!(sample().time()[gap.row], gap.to.0);
}

/// Without this, a 2:1 split reads as a loss of one half.
#[test]
fn the_split_of_microsoft_is_found_and_nothing_else() {
    let bars = data("msft_1d_split.csv");
    let [split] = profile(&bars).suspected_splits[..] else { panic!("{:?}", profile(&bars).suspected_splits) };
    assert_eq!(split.time.to_string(), "2003-02-18");
    assert_eq!((split.shares_after, split.shares_before, split.ratio), (2, 1, 2.0));
    assert_eq!(bars.time()[split.row], split.time.0);
    assert!(split.to_string().contains("looks like an unadjusted 2:1 split"), "{split}");
    assert_eq!(profile(sample()).suspected_splits, []);
    assert_eq!(profile(&data("goog_1d.csv")).suspected_splits, []);
}

/// The sample with all prices from a row on divided by a ratio.
fn split_at(row: usize, ratio: f64) -> Bars {
    let mut columns = sample().clone().into_columns();
    for prices in [&mut columns.open, &mut columns.high, &mut columns.low, &mut columns.close] {
        prices[row..].iter_mut().for_each(|price| *price /= ratio);
    }
    Bars::new(columns).unwrap()
}

#[test]
fn splits_of_every_common_ratio_are_found_in_both_directions() {
    for (after, before) in
        [(2, 1), (3, 1), (3, 2), (4, 1), (5, 1), (10, 1), (20, 1), (1, 2), (1, 3), (2, 3), (1, 4), (1, 5), (1, 10)]
    {
        for row in [1_500, 2_500, 3_268, 3_269] {
            let found = profile(&split_at(row, f64::from(after) / f64::from(before))).suspected_splits;
            let found: Vec<_> =
                found.iter().map(|split| (split.row, split.shares_after, split.shares_before)).collect();
            assert_eq!(found, [(row, after, before)]);
        }
    }
}

/// A crash is no split: what follows it is not quiet, or its size is no ratio.
#[test]
fn a_crash_is_no_split() {
    assert_eq!(profile(&split_at(1_500, 2.4)).suspected_splits, []);
    let mut columns = split_at(1_500, 2.0).into_columns();
    for prices in [&mut columns.open, &mut columns.high, &mut columns.low, &mut columns.close] {
        prices[1_501..].iter_mut().for_each(|price| *price *= 1.15);
    }
    assert_eq!(profile(&Bars::new(columns).unwrap()).suspected_splits, []);
}

fn bars_per_year(times: impl IntoIterator<Item = i64>) -> (f64, String) {
    let profile = profile(&flat(times.into_iter().collect()));
    (profile.bars_per_year, profile.bars_per_year_reason)
}

#[test]
fn bars_per_year_follow_length_and_calendar() {
    let every = |length: i64, count: i64| (0..count).map(move |bar| MONDAY + bar * length);
    let session = |start: i64, length: i64, count: i64| {
        weekdays(60).flat_map(move |day| (0..count).map(move |bar| day + start + bar * length))
    };
    // First of the month, 2023-01 to 2024-12 (GNU date).
    let months = [
        19_358, 19_389, 19_417, 19_448, 19_478, 19_509, 19_539, 19_570, 19_601, 19_631, 19_662, 19_692, 19_723, 19_754,
        19_783, 19_814, 19_844, 19_875, 19_905, 19_936, 19_967, 19_997, 20_028, 20_058,
    ];
    let quarters = months.into_iter().step_by(3);
    let cases = [
        (bars_per_year(weekdays(300)), 252.0, "daily bars on exchange days, 252 a year"),
        (bars_per_year(every(DAY, 300)), 365.0, "daily bars on every day of the week, 365 days a year"),
        (
            bars_per_year((0..300).filter(|day| day % 7 < 6).map(|day| MONDAY + day * DAY)),
            312.0,
            "daily bars on six days a week, 312 days a year",
        ),
        (
            bars_per_year(every(HOUR, 1_000)),
            8_760.0,
            "bars of 1 hour, 24 a day, on every day of the week, 365 days a year",
        ),
        (
            bars_per_year(every(MINUTE, 30_000)),
            525_600.0,
            "bars of 1 minute, 1440 a day, on every day of the week, 365 days a year",
        ),
        (
            bars_per_year(session(14 * HOUR + 30 * MINUTE, 5 * MINUTE, 78)),
            19_656.0,
            "bars of 5 minutes, 78 a day, on exchange days, 252 a year",
        ),
        (bars_per_year(every(7 * DAY, 100)), 52.0, "weekly bars"),
        (bars_per_year(months.map(|day| day * DAY)), 12.0, "monthly bars"),
        (bars_per_year(quarters.map(|day| day * DAY)), 4.0, "quarterly bars"),
        (bars_per_year(every(365 * DAY, 10)), 1.0, "yearly bars"),
        (bars_per_year(every(73 * DAY, 10)), 5.0, "bars of 73 days in a year of 365 days"),
        (bars_per_year([MONDAY]), 252.0, "fewer than two bars have no length: taken as daily bars on exchange days"),
    ];
    for ((value, reason), expected, text) in cases {
        assert_eq!((value, reason.as_str()), (expected, text));
    }
}

/// Tel Aviv trades from Sunday to Thursday, and Tokyo's midnight is the day before in UTC: five days are five days.
#[test]
fn an_exchange_week_may_start_on_any_day() {
    assert_eq!(bars_per_year(weekdays(300).map(|day| day - DAY)).0, 252.0);
    assert_eq!(bars_per_year(weekdays(300).map(|day| day - 9 * HOUR)).0, 252.0);
    let rare_saturdays = weekdays(300).chain([MONDAY + 5 * DAY, MONDAY + 54 * 7 * DAY + 5 * DAY]);
    let mut times: Vec<_> = rare_saturdays.collect();
    times.sort_unstable();
    times.dedup();
    assert_eq!(bars_per_year(times).0, 252.0);
}

fn gaps_of(times: impl IntoIterator<Item = i64>) -> Vec<(usize, u64)> {
    profile(&flat(times.into_iter().collect())).gaps.iter().map(|gap| (gap.row, gap.missing)).collect()
}

#[test]
fn weekends_holidays_and_lunch_are_no_gaps() {
    let without = |holes: std::ops::Range<usize>| {
        weekdays(100).enumerate().filter(move |(row, _)| !holes.contains(row)).map(|(_, day)| day)
    };
    assert_eq!(gaps_of(weekdays(100)), []);
    assert_eq!(gaps_of(without(10..12)), [], "two holidays");
    assert_eq!(gaps_of(without(11..14)), [(11, 3)]);
    assert_eq!(gaps_of(without(10..30)), [(10, 20)], "four weeks have twenty exchange days");
    let with_lunch = |hole: i64| {
        weekdays(40)
            .flat_map(move |day| {
                (0..24).filter(|bar| !(10..14).contains(bar)).map(move |bar| day + 2 * HOUR + bar * 15 * MINUTE)
            })
            .filter(move |&time| time != hole)
    };
    assert_eq!(gaps_of(with_lunch(0)), []);
    assert_eq!(gaps_of(with_lunch(MONDAY + 3 * HOUR)), [(4, 1)]);
}

#[test]
fn around_the_clock_every_missing_bar_is_a_gap() {
    let hours = (0..500).filter(|hour| ![7, 100, 101, 102].contains(hour)).map(|hour| MONDAY + hour * HOUR);
    assert_eq!(gaps_of(hours), [(7, 1), (99, 3)]);
    let weeks = (0..50).filter(|&week| week != 20).map(|week| MONDAY + week * 7 * DAY);
    assert_eq!(gaps_of(weeks), [(20, 1)]);
}

#[test]
fn no_bars_and_one_bar_have_a_profile_too() {
    for times in [vec![], vec![MONDAY]] {
        let rows = times.len();
        let profile = profile(&flat(times));
        assert_eq!((profile.rows, profile.bar_length, profile.gaps.len()), (rows, None, 0));
    }
}
