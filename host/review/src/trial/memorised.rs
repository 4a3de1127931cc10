//! Dates and prices of the series in the component's own bytes.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::RangeInclusive;

use seedbed_market::{BarTime, Bars};

use crate::anatomy::{Anatomy, wide};
use crate::checks::{Answer, Checked, searched};
use crate::count::count;
use crate::finding::{Draft, Findings};
use crate::trial::Trial;
use crate::{Level, Sizes};

/// Consecutive prices that are no coincidence.
const RUN: usize = 3;
/// Dates of the series that are more than a threshold or two.
const DATES: usize = 3;

/// Bars of one price that a run may begin at: beyond that the next price of the run finds it.
const PLACES: usize = 32;
/// Dates that are kept: nobody reads more, and a component may hold millions.
const KEPT: usize = 10_000;

/// Searches data segments and constants of the code.
pub(crate) fn memorised(trial: &Trial<'_>) -> Answer {
    let anatomy = Anatomy::read(trial.bytes, &Sizes::default())
        .map_err(|stopped| format!("reading stopped, see {}", stopped.rule))?;
    let known = Known::of(trial.prices);
    let mut findings = Findings::default();
    let mut dates = BTreeSet::new();
    let mut bytes = 0u64;
    for (offset, data) in searched(&anatomy) {
        bytes = bytes.saturating_add(wide(data.len()));
        known.runs(data, offset, &mut findings);
        dates.extend(known.dates_in_data(data, offset).into_iter().take(KEPT));
    }
    dates.extend(known.dates_in_code(trial.bytes).into_iter().take(KEPT));
    let most = if distinct(&dates) >= DATES { Level::Fail } else { Level::Note };
    for Date { time, offset, form } in &dates {
        let text = format!("{} as {form}, a bar of the series", BarTime(*time));
        findings.push(Draft::new(text).at(*offset).at_most(most));
    }
    let what = format!(
        "{} of data, and the constants of the code, for dates and prices of {}",
        count(bytes, "byte"),
        count(wide(trial.prices.len()), "bar")
    );
    Ok(Checked { what, findings })
}

fn distinct(dates: &BTreeSet<Date>) -> usize {
    dates.iter().map(|date| date.time).collect::<BTreeSet<_>>().len()
}

/// A time of the series somewhere in the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Date {
    offset: u64,
    time: i64,
    form: &'static str,
}

/// What a series would look like in bytes.
struct Known {
    times: HashSet<i64>,
    /// Milliseconds of the first and last bar.
    span: RangeInclusive<i64>,
    days: HashMap<String, i64>,
    columns: [Vec<f64>; 4],
    /// Where a price stands, by its bits: column and bar.
    doubles: HashMap<u64, Vec<(usize, usize)>>,
    singles: HashMap<u32, Vec<(usize, usize)>>,
}

impl Known {
    fn of(bars: &Bars) -> Self {
        let columns = [bars.open(), bars.high(), bars.low(), bars.close()].map(<[f64]>::to_vec);
        let mut doubles = HashMap::<u64, Vec<_>>::new();
        let mut singles = HashMap::<u32, Vec<_>>::new();
        let keep = |places: &mut Vec<_>, place| {
            if places.len() < PLACES {
                places.push(place);
            }
        };
        for (column, prices) in columns.iter().enumerate() {
            for (bar, price) in prices.iter().enumerate() {
                keep(doubles.entry(price.to_bits()).or_default(), (column, bar));
                keep(singles.entry(single(*price)).or_default(), (column, bar));
            }
        }
        let first = bars.time().first().copied().unwrap_or(0);
        let days =
            bars.time().iter().filter_map(|time| Some((BarTime(*time).to_string().get(..10)?.to_owned(), *time)));
        Self {
            times: bars.time().iter().copied().collect(),
            span: first..=bars.time().last().copied().unwrap_or(first),
            days: days.collect(),
            columns,
            doubles,
            singles,
        }
    }

    /// Runs of consecutive prices of one column.
    fn runs(&self, data: &[u8], start: u64, findings: &mut Findings) {
        let mut at = 0;
        while at < data.len() {
            let double = word::<8>(data, at).and_then(|bytes| self.doubles.get(&u64::from_le_bytes(bytes)));
            let single = word::<4>(data, at).and_then(|bytes| self.singles.get(&u32::from_le_bytes(bytes)));
            let doubles = double.into_iter().flatten().map(|place| (self.run::<8>(data, at, *place), 8, *place));
            let singles = single.into_iter().flatten().map(|place| (self.run::<4>(data, at, *place), 4, *place));
            match doubles.chain(singles).max_by_key(|(run, size, _)| run * size) {
                Some((run, size, (column, bar))) if run >= RUN && self.moves(column, bar, run) => {
                    findings.push_with(Level::Fail, || {
                        let name = ["open", "high", "low", "close"].get(column).copied().unwrap_or_default();
                        let bits = size * 8;
                        let text = format!("{run} consecutive prices of the series as {bits}-bit floats: column {name} from bar {bar} on");
                        Draft::new(text).at(start.saturating_add(wide(at)))
                    });
                    at += run * size;
                }
                // A price repeated is no run; its last may begin one.
                Some((run, size, _)) if run >= RUN => at += (run - 1) * size,
                _ => at += 1,
            }
        }
    }

    /// How many prices from a place on stand in `data` one after the other.
    fn run<const SIZE: usize>(&self, data: &[u8], at: usize, (column, bar): (usize, usize)) -> usize {
        let prices = self.columns.get(column).and_then(|prices| prices.get(bar..)).unwrap_or_default();
        let stands = |(place, price): &(usize, &f64)| {
            let bytes = word::<SIZE>(data, at + place * SIZE);
            bytes.is_some_and(|bytes| match SIZE {
                8 => bytes[..] == price.to_bits().to_le_bytes(),
                _ => bytes[..] == single(**price).to_le_bytes(),
            })
        };
        prices.iter().enumerate().take_while(stands).count()
    }

    /// Whether the prices of a run are not all the same: a constant repeated is found anywhere.
    fn moves(&self, column: usize, bar: usize, run: usize) -> bool {
        let prices = self.columns.get(column).and_then(|prices| prices.get(bar..bar + run)).unwrap_or_default();
        prices.windows(2).any(|pair| pair.first() != pair.last())
    }

    fn dates_in_data(&self, data: &[u8], start: u64) -> Vec<Date> {
        let mut dates = Vec::new();
        let mut shorts = Vec::new();
        for at in 0..data.len() {
            let offset = start.saturating_add(wide(at));
            if let Some(bytes) = word::<8>(data, at) {
                dates.extend(self.date(i64::from_le_bytes(bytes), f64::from_le_bytes(bytes), offset));
            }
            if let Some(bytes) = word::<4>(data, at) {
                let time = i64::from(u32::from_le_bytes(bytes)).saturating_mul(1_000);
                shorts.extend(self.has(time).then_some(Date { offset, time, form: "32-bit seconds" }));
            }
            if let Some(bytes) = word::<10>(data, at)
                && bytes[4] == b'-'
                && let Some(time) = std::str::from_utf8(&bytes).ok().and_then(|text| self.days.get(text))
            {
                dates.push(Date { offset, time: *time, form: "text" });
            }
        }
        // Four bytes are a date by chance once in a megabyte or so; three different ones are not.
        if shorts.iter().map(|date| date.time).collect::<BTreeSet<_>>().len() >= DATES {
            dates.extend(shorts);
        }
        dates
    }

    /// Constants of instructions: `i64.const` and `f64.const`, wherever they stand.
    fn dates_in_code(&self, bytes: &[u8]) -> Vec<Date> {
        let mut dates = Vec::new();
        for (at, opcode) in bytes.iter().enumerate() {
            let offset = wide(at);
            match opcode {
                0x42 => {
                    if let Some(value) = bytes.get(at + 1..).and_then(signed_leb128) {
                        dates.extend(self.date(value, f64::NAN, offset));
                    }
                }
                0x44 => {
                    if let Some(value) = word::<8>(bytes, at + 1) {
                        dates.extend(self.date(i64::MIN, f64::from_le_bytes(value), offset));
                    }
                }
                _ => {}
            }
        }
        dates
    }

    fn date(&self, whole: i64, float: f64, offset: u64) -> Option<Date> {
        let seconds = whole.saturating_mul(1_000);
        if self.has(whole) {
            return Some(Date { offset, time: whole, form: "milliseconds" });
        }
        if self.has(seconds) {
            return Some(Date { offset, time: seconds, form: "seconds" });
        }
        #[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and only whole numbers go on")]
        let time = float as i64;
        (float.fract() == 0.0 && self.has(time)).then_some(Date { offset, time, form: "milliseconds in a float" })
    }

    fn has(&self, time: i64) -> bool {
        self.span.contains(&time) && self.times.contains(&time)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the nearest 32-bit float is what a table of them holds")]
fn single(price: f64) -> u32 {
    (price as f32).to_bits()
}

fn word<const SIZE: usize>(data: &[u8], at: usize) -> Option<[u8; SIZE]> {
    data.get(at..)?.first_chunk().copied()
}

/// A number as instructions carry it: seven bits a byte, least first, the last with its sign in bit 6.
fn signed_leb128(bytes: &[u8]) -> Option<i64> {
    let mut value = 0i64;
    for (place, byte) in bytes.iter().take(9).enumerate() {
        value |= i64::from(byte & 0x7f) << (7 * place);
        if byte & 0x80 == 0 {
            let unused = 64 - 7 * (place + 1);
            return Some(value << unused >> unused);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use seedbed_market::sample;

    use super::{Known, signed_leb128};
    use crate::finding::Findings;

    /// Numbers of the WebAssembly specification's own examples and of DWARF's (figure 7.8).
    #[test]
    fn numbers_are_read_as_written() {
        for (bytes, value) in [
            (&[0x02][..], 2),
            (&[0x7e], -2),
            (&[0xff, 0x00], 127),
            (&[0x81, 0x7f], -127),
            (&[0x80, 0x01], 128),
            (&[0xc0, 0xbb, 0x78], -123_456),
        ] {
            assert_eq!(signed_leb128(bytes), Some(value));
        }
        assert_eq!(signed_leb128(&[0xff; 12]), None);
    }

    /// What is a coincidence must not be told; what is a table of the series must.
    #[test]
    fn runs_and_dates_are_found_where_they_stand() {
        let bars = sample();
        let known = Known::of(bars);
        let prices = |range: std::ops::Range<usize>| -> Vec<u8> {
            bars.close()[range].iter().flat_map(|price| price.to_le_bytes()).collect()
        };
        let data = [&[1, 2, 3][..], &prices(700..705), &[9]].concat();
        let runs = |data: &[u8], start| {
            let mut findings = Findings::default();
            known.runs(data, start, &mut findings);
            findings.listed
        };
        let found = runs(&data, 100);
        assert_eq!(found.len(), 1);
        assert!(found[0].message.as_str().contains("5 consecutive prices"), "{}", found[0].message);
        assert_eq!(found[0].place.offset, Some(103));
        assert!(runs(&prices(700..702), 0).is_empty());
        let singles: Vec<u8> = bars.low()[5..9].iter().flat_map(|price| (*price as f32).to_le_bytes()).collect();
        assert_eq!(runs(&singles, 0).len(), 1);
        assert!(runs(&100f64.to_le_bytes().repeat(50), 0).is_empty());
        let time = bars.time()[1_000];
        for data in [time.to_le_bytes(), (time / 1_000).to_le_bytes(), (time as f64).to_le_bytes()] {
            let dates = known.dates_in_data(&data, 0);
            assert_eq!((dates.len(), dates[0].time), (1, time));
        }
        assert_eq!(known.dates_in_data(b"x2000-03-01x", 0)[0].time, bars.time()[0]);
        assert!(known.dates_in_data(b"x2000-03-05x", 0).is_empty(), "a Sunday");
        let seconds: Vec<u8> =
            [3, 90, 400].iter().flat_map(|bar| ((bars.time()[*bar] / 1_000) as u32).to_le_bytes()).collect();
        assert_eq!(known.dates_in_data(&seconds, 0).len(), 3);
        assert!(known.dates_in_data(&seconds[..4], 0).is_empty());
    }
}
