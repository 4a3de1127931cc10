use std::{collections::BTreeMap, fmt};

use crate::{
    BarLength,
    time::{BarTime, DAY, weekday},
};

/// On which days a series has bars, told from the days that it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// Seven days a week, 365 days a year.
    EveryDay,
    /// Six days a week, 312 days a year.
    SixDays,
    /// At most five days a week, as exchanges have it: 252 days a year.
    Exchange,
}

impl Calendar {
    /// Days with bars in a year.
    #[must_use]
    pub fn days_per_year(self) -> f64 {
        match self {
            Calendar::EveryDay => 365.0,
            Calendar::SixDays => 312.0,
            Calendar::Exchange => 252.0,
        }
    }
}

impl fmt::Display for Calendar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Calendar::EveryDay => "every day of the week, 365 days a year",
            Calendar::SixDays => "six days a week, 312 days a year",
            Calendar::Exchange => "exchange days, 252 a year",
        })
    }
}

/// The days of the week that have bars, counted in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Week([bool; 7]);

impl Week {
    /// A day of the week counts when it has at least a twentieth of the bars: a rare Saturday session does not make a sixth day.
    pub(crate) fn of(times: &[i64]) -> Week {
        let mut bars = [0; 7];
        for &time in times {
            if let Some(count) = bars.get_mut(weekday(BarTime(time).day())) {
                *count += 1;
            }
        }
        Week(bars.map(|count| count > 0 && count * 20 >= times.len()))
    }

    pub(crate) fn calendar(self) -> Calendar {
        match self.days() {
            7 => Calendar::EveryDay,
            6 => Calendar::SixDays,
            _ => Calendar::Exchange,
        }
    }

    fn days(self) -> i64 {
        self.0.iter().map(|&has_bars| i64::from(has_bars)).sum()
    }

    /// Days with bars strictly between two day numbers.
    pub(crate) fn days_between(self, from: i64, to: i64) -> i64 {
        let between = to - from - 1;
        let rest = (1..=between.rem_euclid(7)).filter(|day| self.0.get(weekday(from + day)) == Some(&true));
        if between <= 0 { 0 } else { between / 7 * self.days() + rest.count() as i64 }
    }
}

/// Bars in a year, and why.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BarsPerYear {
    pub(crate) bars: f64,
    pub(crate) reason: String,
}

impl BarsPerYear {
    pub(crate) fn of(times: &[i64], length: Option<BarLength>, calendar: Calendar) -> BarsPerYear {
        let Some(length) = length else {
            let bars = Calendar::Exchange.days_per_year();
            let reason = "fewer than two bars have no length: taken as daily bars on exchange days".to_owned();
            return BarsPerYear { bars, reason };
        };
        if length.milliseconds() < DAY {
            let in_a_day = bars_per_day(times, length, calendar);
            let bars = calendar.days_per_year() * in_a_day;
            return BarsPerYear { bars, reason: format!("bars of {length}, {in_a_day} a day, on {calendar}") };
        }
        let (bars, reason) = match length.milliseconds() / DAY {
            1 => (calendar.days_per_year(), format!("daily bars on {calendar}")),
            2..=4 => {
                let bars = calendar.days_per_year() / days(length);
                (bars, format!("bars of {length} on {calendar}"))
            }
            6..=8 => (52.0, "weekly bars".to_owned()),
            29..=33 => (12.0, "monthly bars".to_owned()),
            89..=93 => (4.0, "quarterly bars".to_owned()),
            364..=367 => (1.0, "yearly bars".to_owned()),
            _ => (365.0 / days(length), format!("bars of {length} in a year of 365 days")),
        };
        BarsPerYear { bars, reason }
    }
}

fn days(length: BarLength) -> f64 {
    length.milliseconds() as f64 / DAY as f64
}

/// Around the clock: what fits into a day. Otherwise the median of the days (UTC), so that short sessions and lost bars do not count.
pub(crate) fn bars_per_day(times: &[i64], length: BarLength, calendar: Calendar) -> f64 {
    if calendar == Calendar::EveryDay {
        return DAY as f64 / length.milliseconds() as f64;
    }
    let mut in_day = BTreeMap::new();
    for &time in times {
        *in_day.entry(BarTime(time).day()).or_insert(0_u32) += 1;
    }
    let mut counts: Vec<_> = in_day.into_values().collect();
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied().map_or(1.0, f64::from)
}
