use crate::{
    BarLength, BarTime, Bars, Calendar, Gap, Split,
    calendar::{BarsPerYear, Week},
    gaps::gaps,
    splits::suspected_splits,
};

/// What a series is, told from its times and prices alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// Number of bars.
    pub rows: usize,
    /// Time of the first bar; `None` without bars.
    pub first: Option<BarTime>,
    /// Time of the last bar; `None` without bars.
    pub last: Option<BarTime>,
    /// The commonest spacing; `None` below two bars.
    pub bar_length: Option<BarLength>,
    /// Bars in a year, for annualised figures; above zero.
    pub bars_per_year: f64,
    /// On which days the series has bars.
    pub calendar: Calendar,
    /// How `bars_per_year` was told, for people: "daily bars on exchange days, 252 a year".
    pub bars_per_year_reason: String,
    /// Stretches of missing bars, in order.
    pub gaps: Vec<Gap>,
    /// Price jumps that look like unadjusted splits, in order.
    pub suspected_splits: Vec<Split>,
}

/// Tells bar length, calendar, bars a year, gaps and suspected splits. Reads all bars some times; keep the result.
///
/// Bars a year: daily bars have 252, 312 or 365 (a weekday counts that holds at least a twentieth of the bars, in UTC); weekly, monthly, quarterly and
/// yearly bars 52, 12, 4 and 1; shorter ones the days of their calendar times the bars of a median day (24 hours around the clock: 8,760 hourly bars).
#[must_use]
pub fn profile(bars: &Bars) -> Profile {
    let times = bars.time();
    let bar_length = bars.bar_length();
    let week = Week::of(times);
    let calendar = week.calendar();
    let BarsPerYear { bars: bars_per_year, reason } = BarsPerYear::of(times, bar_length, calendar);
    Profile {
        rows: bars.len(),
        first: times.first().copied().map(BarTime),
        last: times.last().copied().map(BarTime),
        bar_length,
        bars_per_year,
        calendar,
        bars_per_year_reason: reason,
        gaps: bar_length.map(|length| gaps(times, length, week)).unwrap_or_default(),
        suspected_splits: suspected_splits(bars),
    }
}

#[cfg(test)]
mod tests;
