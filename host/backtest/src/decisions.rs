//! What a strategy wants at each bar's close: entries, exits, and on which side it stands.

use std::borrow::Cow;
use std::sync::Arc;

use crate::trade::Side;

/// When a conviction beyond the threshold is an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum EntryMode {
    /// The first bar beyond the threshold after a bar that was not.
    #[default]
    Edge,
    /// Every bar beyond the threshold, while flat.
    Level,
}

/// The sides that may be entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sides {
    /// Long trades only.
    Long,
    /// Short trades only.
    Short,
    /// Long and short trades.
    #[default]
    Both,
}

impl Sides {
    fn allows(self, side: Side) -> bool {
        match self {
            Self::Both => true,
            Self::Long => side == Side::Long,
            Self::Short => side == Side::Short,
        }
    }
}

/// Entry and exit marks per bar, known at its close, of a strategy that decides by itself. A column left empty has no marks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Masks<'a> {
    /// Bars that enter long.
    pub long_entry: &'a [bool],
    /// Bars that end a long trade.
    pub long_exit: &'a [bool],
    /// Bars that enter short.
    pub short_entry: &'a [bool],
    /// Bars that end a short trade.
    pub short_exit: &'a [bool],
}

/// Entries and exits known at the close of each bar, for one series of convictions or masks.
#[derive(Debug, Clone)]
pub struct Decisions {
    /// First bar that is traded and scored.
    start: usize,
    /// Bars with an entry, rising; a bar with marks for both sides enters long.
    entries: Vec<Entry>,
    /// What each bar wants.
    marks: Vec<Marks>,
    against: Against,
    /// Signals against longs, then against shorts.
    signals: [Signals; 2],
    /// Bars whose conviction was NaN, rising.
    nan: Vec<usize>,
    /// Tells these decisions from any others; clones share it.
    identity: Arc<()>,
}

/// What a bar wants of both sides, in bits. One byte a bar: a search reads these of a hundred thousand bars for each candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Marks(u8);

impl Marks {
    fn new(long: Stance, short: Stance) -> Self {
        Self(long.bits() | short.bits() << 2)
    }

    fn of(self, side: Side) -> Stance {
        let bits = match side {
            Side::Long => self.0,
            Side::Short => self.0 >> 2,
        };
        Stance { wanted: bits & 1 != 0, entry: bits & 2 != 0 }
    }

    /// The side that the bar enters.
    fn entry(self) -> Option<Side> {
        match (self.0 & 0b0010 != 0, self.0 & 0b1000 != 0) {
            (true, _) => Some(Side::Long),
            (false, true) => Some(Side::Short),
            (false, false) => None,
        }
    }
}

/// How a bar stands to one side.
#[derive(Debug, Clone, Copy, Default)]
struct Stance {
    /// Whether the conviction is beyond the entry threshold.
    wanted: bool,
    /// Whether the bar enters.
    entry: bool,
}

impl Stance {
    fn bits(self) -> u8 {
        u8::from(self.wanted) | u8::from(self.entry) << 1
    }
}

/// Per bar, the conviction against a position: a trade is left when it exceeds the exit threshold.
#[derive(Debug, Clone)]
enum Against {
    /// The convictions themselves, which are against shorts; their opposites are against longs.
    Convictions(Vec<f64>),
    /// Infinite where a mask says so: against longs, then against shorts.
    Masks([Vec<f64>; 2]),
}

/// One entry mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) bar: usize,
    pub(crate) side: Side,
}

/// The bars whose conviction against a side is above 0, rising: no threshold is below it.
#[derive(Debug, Clone, Default)]
struct Signals {
    bars: Vec<u32>,
    /// The strongest of each [`STRIDE`] of them.
    strongest: Vec<f64>,
}

impl Signals {
    /// Of these bars, with the conviction of each against the side.
    fn new(bars: Vec<u32>, against: impl Fn(usize) -> f64) -> Self {
        let strongest = |stride: &[u32]| stride.iter().map(|&bar| against(bar as usize)).fold(0.0, f64::max);
        let strongest = bars.chunks(STRIDE).map(strongest).collect();
        Self { bars, strongest }
    }
}

/// Signals passed at once where they can be.
const STRIDE: usize = 16;

/// Finds signals against one side beyond a threshold, best asked for rising bars.
#[derive(Debug)]
pub(crate) struct SignalSearch<'a> {
    signals: &'a Signals,
    /// Per bar, the conviction against the side once it is multiplied by the factor.
    against: (&'a [f64], f64),
    threshold: f64,
    /// What was asked for last, and the signal found: there is none between them.
    from: usize,
    found: usize,
}

impl SignalSearch<'_> {
    /// The first bar from `from` on whose conviction exceeds the threshold; the largest number if there is none.
    pub(crate) fn next(&mut self, from: usize) -> usize {
        let bars = self.signals.bars.as_slice();
        let bar = |place: usize| bars.get(place).map(|&bar| bar as usize);
        if from < self.from {
            self.found = bars.partition_point(|&bar| (bar as usize) < from);
        }
        self.from = from;
        let before = |place: usize| bar(place).is_some_and(|bar| bar < from);
        while before(self.found + STRIDE) {
            self.found += STRIDE;
        }
        while before(self.found) {
            self.found += 1;
        }
        while let Some(bar) = bar(self.found) {
            if self.exceeds(bar) {
                return bar;
            }
            self.found += 1;
            while self.found.is_multiple_of(STRIDE) && self.is_weak(self.found / STRIDE) {
                self.found += STRIDE;
            }
        }
        usize::MAX
    }

    fn exceeds(&self, bar: usize) -> bool {
        let (against, towards) = self.against;
        against.get(bar).is_some_and(|against| towards * against > self.threshold)
    }

    /// Whether no signal of a stride exceeds the threshold.
    fn is_weak(&self, stride: usize) -> bool {
        self.signals.strongest.get(stride).is_some_and(|strongest| *strongest <= self.threshold)
    }
}

/// Turns convictions in [-1, 1], one a bar and each decided at its bar's close, into decisions.
///
/// A long is wanted above `threshold`, a short below `-threshold`, both strictly. A NaN counts as 0 and is counted. Before the
/// first bar the conviction counts as 0 too, so that a first bar beyond the threshold is an entry.
pub fn decide<'a>(convictions: impl Into<Cow<'a, [f64]>>, threshold: f64, entry: EntryMode, sides: Sides) -> Decisions {
    let mut towards = convictions.into().into_owned();
    let mut nan = Vec::new();
    for (bar, conviction) in towards.iter_mut().enumerate().filter(|(_, conviction)| conviction.is_nan()) {
        nan.push(bar);
        *conviction = 0.0;
    }
    let edge = entry == EntryMode::Edge;
    let [longs, shorts] = [Side::Long, Side::Short].map(|side| sides.allows(side));
    let mark = |before: f64, conviction: f64| {
        let stance = |allowed: bool, before: f64, towards: f64| {
            let wanted = allowed & (towards > threshold);
            Stance { wanted, entry: wanted & !(edge & (before > threshold)) }
        };
        Marks::new(stance(longs, before, conviction), stance(shorts, -before, -conviction))
    };
    let before = std::iter::once(&f64::NAN).chain(&towards);
    let marks = before.zip(&towards).map(|(before, conviction)| mark(*before, *conviction)).collect();
    let signals = signals(&towards);
    Decisions::new(marks, Against::Convictions(towards), signals, nan)
}

/// Signals against longs, then against shorts. Writes down every bar and goes on where it was one: a branch on the sign of a conviction
/// would be a guess.
#[expect(clippy::indexing_slicing, reason = "of so many bars, at most as many are signals")]
fn signals(towards: &[f64]) -> [Signals; 2] {
    let [mut against_long, mut against_short] = [(); 2].map(|()| vec![0; towards.len() + 1]);
    let (mut longs, mut shorts) = (0, 0);
    for (bar, &conviction) in (0_u32..).zip(towards) {
        against_long[longs] = bar;
        longs += usize::from(conviction < 0.0);
        against_short[shorts] = bar;
        shorts += usize::from(conviction > 0.0);
    }
    against_long.truncate(longs);
    against_short.truncate(shorts);
    [Signals::new(against_long, |bar| -towards[bar]), Signals::new(against_short, |bar| towards[bar])]
}

impl Decisions {
    /// Decisions of explicit masks over `bars` bars; marks beyond a mask's end are absent, marks beyond `bars` ignored.
    ///
    /// An exit mark acts only under rules with a signal exit, whatever its threshold.
    pub fn from_masks(bars: usize, masks: Masks<'_>) -> Self {
        let Masks { long_entry, long_exit, short_entry, short_exit } = masks;
        let stance = |mask: &[bool], bar: usize| {
            let entry = mask.get(bar).copied().unwrap_or(false);
            Stance { wanted: entry, entry }
        };
        let marks = (0..bars).map(|bar| Marks::new(stance(long_entry, bar), stance(short_entry, bar))).collect();
        let exits = [long_exit, short_exit].map(|exit| exit.get(..bars).unwrap_or(exit));
        let signals = exits.map(|exit| {
            let bars = (0_u32..).zip(exit).filter(|(_, exit)| **exit).map(|(bar, _)| bar);
            Signals::new(bars.collect(), |_| f64::INFINITY)
        });
        let against = exits.map(|exit| {
            let mut against: Vec<f64> = exit.iter().map(|&exit| if exit { f64::INFINITY } else { 0.0 }).collect();
            against.resize(bars, 0.0);
            against
        });
        Self::new(marks, Against::Masks(against), signals, Vec::new())
    }

    fn new(marks: Vec<Marks>, against: Against, signals: [Signals; 2], nan: Vec<usize>) -> Self {
        let entries = marks.iter().enumerate().filter_map(|(bar, marks)| Some(Entry { bar, side: marks.entry()? }));
        Self { start: 0, entries: entries.collect(), marks, against, signals, nan, identity: Arc::default() }
    }

    /// Restricts trading and scoring to the bars from `start` on: the bars before serve indicators only, as the past that an
    /// unseen window has.
    ///
    /// The account begins flat at `start`, so a conviction beyond the threshold on that bar is an entry whatever came before it.
    /// Metrics and returns count the bars from `start` on; trades keep their places among all bars. Of two restrictions the
    /// later start holds.
    #[must_use]
    pub fn from_bar(mut self, start: usize) -> Self {
        if start <= self.start {
            return self;
        }
        self.start = start;
        self.identity = Arc::default();
        let early = self.marks.len().min(start);
        let without_entry = |marks: Marks| {
            let [long, short] = [Side::Long, Side::Short].map(|side| Stance { entry: false, ..marks.of(side) });
            Marks::new(long, short)
        };
        self.marks.iter_mut().take(early).for_each(|marks| *marks = without_entry(*marks));
        self.entries.retain(|entry| entry.bar > start);
        if let Some(first) = self.marks.get_mut(start) {
            let [long, short] = [Side::Long, Side::Short].map(|side| {
                let Stance { wanted, .. } = first.of(side);
                Stance { wanted, entry: wanted }
            });
            *first = Marks::new(long, short);
            let side = if long.entry { Some(Side::Long) } else { short.entry.then_some(Side::Short) };
            self.entries.splice(0..0, side.map(|side| Entry { bar: start, side }));
        }
        self
    }

    /// First bar that is traded and scored; 0 unless restricted.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Number of bars decided on, those before the start included.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Bytes that the marks take, for who keeps many.
    pub fn bytes(&self) -> usize {
        let against = match &self.against {
            Against::Convictions(convictions) => size_of_val(convictions.as_slice()),
            Against::Masks(masks) => masks.iter().map(|mask| size_of_val(mask.as_slice())).sum(),
        };
        let signals = self.signals.iter();
        let signals: usize = signals
            .map(|signals| size_of_val(signals.bars.as_slice()) + size_of_val(signals.strongest.as_slice()))
            .sum();
        let Self { entries, marks, nan, .. } = self;
        against
            + signals
            + size_of_val(entries.as_slice())
            + size_of_val(marks.as_slice())
            + size_of_val(nan.as_slice())
    }

    /// Whether there is no bar.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many convictions were NaN from the start on.
    pub fn nan_convictions(&self) -> usize {
        self.nan.len() - self.nan.partition_point(|&bar| bar < self.start)
    }

    /// Number of entry marks of a side.
    pub fn entries_of(&self, side: Side) -> usize {
        self.marks.iter().filter(|marks| marks.of(side).entry).count()
    }

    pub(crate) fn identity(&self) -> &Arc<()> {
        &self.identity
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether the bar enters the side.
    pub(crate) fn enters(&self, side: Side, bar: usize) -> bool {
        self.marks.get(bar).is_some_and(|marks| marks.of(side).entry)
    }

    /// Whether the conviction of the bar is beyond the entry threshold of the side.
    pub(crate) fn wants(&self, side: Side, bar: usize) -> bool {
        self.marks.get(bar).is_some_and(|marks| marks.of(side).wanted)
    }

    /// Per bar, a number that is the conviction against a position of the side when it is multiplied by the factor beside them.
    pub(crate) fn against(&self, side: Side) -> (&[f64], f64) {
        match (&self.against, side) {
            (Against::Convictions(convictions), side) => (convictions, -side.sign()),
            (Against::Masks([long, _]), Side::Long) => (long, 1.0),
            (Against::Masks([_, short]), Side::Short) => (short, 1.0),
        }
    }

    /// A search for signals against a position of the side; at an infinite threshold there are none.
    pub(crate) fn signals(&self, side: Side, threshold: f64) -> SignalSearch<'_> {
        let [long, short] = &self.signals;
        let signals = match side {
            Side::Long => long,
            Side::Short => short,
        };
        SignalSearch { signals, against: self.against(side), threshold, from: 0, found: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without this, an author's strategy trades on bars the documentation does not name.
    #[test]
    fn an_edge_is_the_first_bar_beyond_the_threshold() {
        let convictions = [0.6, 0.7, 0.5, 0.51, f64::NAN, 0.9, -0.9, -0.9];
        let decisions = decide(&convictions, 0.5, EntryMode::Edge, Sides::Both);
        let bars = |side| (0..8).filter(|&bar| decisions.enters(side, bar)).collect::<Vec<_>>();
        assert_eq!(bars(Side::Long), [0, 3, 5]);
        assert_eq!(bars(Side::Short), [6]);
        assert_eq!(decisions.nan_convictions(), 1);
        let level = decide(&convictions, 0.5, EntryMode::Level, Sides::Long);
        assert_eq!((level.entries_of(Side::Long), level.entries_of(Side::Short)), (4, 0));
    }

    /// Without this, a walk-forward test begins with a position from the training window, or misses the one it should open.
    #[test]
    fn a_window_begins_flat() {
        let convictions = [0.6, f64::NAN, 0.7, 0.8, 0.9, -0.9, f64::NAN, 0.9];
        let decisions = decide(&convictions, 0.5, EntryMode::Edge, Sides::Both);
        let bars = |decisions: &Decisions| decisions.entries().iter().map(|entry| entry.bar).collect::<Vec<_>>();
        assert_eq!((bars(&decisions), decisions.start(), decisions.nan_convictions()), (vec![0, 2, 5, 7], 0, 2));
        let window = decisions.clone().from_bar(3);
        assert_eq!((bars(&window), window.start(), window.nan_convictions()), (vec![3, 5, 7], 3, 1));
        assert_eq!((window.len(), window.entries_of(Side::Long)), (8, 2));
        assert_eq!(bars(&window.clone().from_bar(1)), bars(&window));
        assert_eq!(bars(&window.from_bar(6)), [7]);
        assert!(decisions.from_bar(9).entries().is_empty());
    }
}
