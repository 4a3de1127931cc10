//! What a strategy wants at each bar's close: entries, exits, and on which side it stands.

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
    long: Stance,
    short: Stance,
    /// Bars whose conviction was NaN, rising.
    nan: Vec<usize>,
}

/// One entry mark.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) bar: usize,
    pub(crate) side: Side,
}

/// How the decisions stand to one side, per bar.
#[derive(Debug, Clone)]
struct Stance {
    /// Whether the bar enters.
    entry: Vec<bool>,
    /// Whether the conviction is beyond the entry threshold.
    wanted: Vec<bool>,
    /// Conviction of the other side: a trade is left when it exceeds the exit threshold.
    against: Vec<f64>,
    /// The bars of `against` above 0, rising: no threshold is below it.
    signals: Vec<Signal>,
    /// The strongest of each [`STRIDE`] of them.
    strongest: Vec<f64>,
}

/// A conviction against a side.
#[derive(Debug, Clone, Copy)]
struct Signal {
    bar: usize,
    against: f64,
}

impl Stance {
    fn new(entry: Vec<bool>, wanted: Vec<bool>, against: Vec<f64>) -> Self {
        let signals = against.iter().enumerate().filter(|&(_, &against)| against > 0.0);
        let signals: Vec<Signal> = signals.map(|(bar, &against)| Signal { bar, against }).collect();
        let strongest = |part: &[Signal]| part.iter().fold(0.0, |most, signal| f64::max(most, signal.against));
        let strongest = signals.chunks(STRIDE).map(strongest).collect();
        Self { entry, wanted, against, signals, strongest }
    }

    fn bytes(&self) -> usize {
        let Self { entry, wanted, against, signals, strongest } = self;
        size_of_val(entry.as_slice())
            + size_of_val(wanted.as_slice())
            + size_of_val(against.as_slice())
            + size_of_val(signals.as_slice())
            + size_of_val(strongest.as_slice())
    }

    /// Takes back the entries before a bar; one that is wanted on that bar begins there.
    fn enter_from(&mut self, start: usize) {
        let early = self.entry.len().min(start);
        self.entry.iter_mut().take(early).for_each(|entry| *entry = false);
        if let (Some(entry), Some(wanted)) = (self.entry.get_mut(start), self.wanted.get(start)) {
            *entry = *wanted;
        }
    }
}

/// Signals passed at once where they can be.
const STRIDE: usize = 16;

/// Finds signals against one side beyond a threshold, best asked for rising bars.
#[derive(Debug)]
pub(crate) struct SignalSearch<'a> {
    signals: &'a [Signal],
    strongest: &'a [f64],
    threshold: f64,
    /// What was asked for last, and the signal found: there is none between them.
    from: usize,
    found: usize,
}

impl SignalSearch<'_> {
    /// The first bar from `from` on whose conviction exceeds the threshold; the largest number if there is none.
    pub(crate) fn next(&mut self, from: usize) -> usize {
        if from < self.from {
            self.found = self.signals.partition_point(|signal| signal.bar < from);
        }
        self.from = from;
        let before = |signal: Option<&Signal>| signal.is_some_and(|signal| signal.bar < from);
        while before(self.signals.get(self.found + STRIDE)) {
            self.found += STRIDE;
        }
        while before(self.signals.get(self.found)) {
            self.found += 1;
        }
        while let Some(signal) = self.signals.get(self.found) {
            if signal.against > self.threshold {
                return signal.bar;
            }
            self.found += 1;
            while self.found.is_multiple_of(STRIDE) && self.is_weak(self.found / STRIDE) {
                self.found += STRIDE;
            }
        }
        usize::MAX
    }

    /// Whether no signal of a stride exceeds the threshold.
    fn is_weak(&self, stride: usize) -> bool {
        self.strongest.get(stride).is_some_and(|strongest| *strongest <= self.threshold)
    }
}

/// Turns convictions in [-1, 1], one a bar and each decided at its bar's close, into decisions.
///
/// A long is wanted above `threshold`, a short below `-threshold`, both strictly. A NaN counts as 0 and is counted. Before the
/// first bar the conviction counts as 0 too, so that a first bar beyond the threshold is an entry.
pub fn decide(convictions: &[f64], threshold: f64, entry: EntryMode, sides: Sides) -> Decisions {
    let nan =
        convictions.iter().enumerate().filter(|(_, conviction)| conviction.is_nan()).map(|(bar, _)| bar).collect();
    let towards_long: Vec<f64> = convictions.iter().map(|&c| if c.is_nan() { 0.0 } else { c }).collect();
    let towards_short: Vec<f64> = towards_long.iter().map(|&c| -c).collect();
    let stance = |side, towards: &[f64], against: &[f64]| {
        let wanted: Vec<bool> = towards.iter().map(|&c| sides.allows(side) && c > threshold).collect();
        let before = std::iter::once(&false).chain(&wanted);
        let entry = before.zip(&wanted).map(|(&before, &now)| now && !(before && entry == EntryMode::Edge)).collect();
        Stance::new(entry, wanted, against.to_vec())
    };
    let long = stance(Side::Long, &towards_long, &towards_short);
    let short = stance(Side::Short, &towards_short, &towards_long);
    Decisions::new(long, short, nan)
}

impl Decisions {
    /// Decisions of explicit masks over `bars` bars; marks beyond a mask's end are absent, marks beyond `bars` ignored.
    ///
    /// An exit mark acts only under rules with a signal exit, whatever its threshold.
    pub fn from_masks(bars: usize, masks: Masks<'_>) -> Self {
        let stance = |entry: &[bool], exit: &[bool]| {
            let marks = |mask: &[bool]| -> Vec<bool> {
                mask.iter().copied().chain(std::iter::repeat(false)).take(bars).collect()
            };
            let entry = marks(entry);
            let against = marks(exit).iter().map(|&exit| if exit { f64::INFINITY } else { 0.0 }).collect();
            Stance::new(entry.clone(), entry, against)
        };
        Self::new(stance(masks.long_entry, masks.long_exit), stance(masks.short_entry, masks.short_exit), Vec::new())
    }

    fn new(long: Stance, short: Stance, nan: Vec<usize>) -> Self {
        Self { start: 0, entries: entries(&long, &short), long, short, nan }
    }

    /// Restricts trading and scoring to the bars from `start` on: the bars before serve indicators only, as the past that an
    /// unseen window has.
    ///
    /// The account begins flat at `start`, so a conviction beyond the threshold on that bar is an entry whatever came before it.
    /// Metrics and returns count the bars from `start` on; trades keep their places among all bars. Of two restrictions the
    /// later start holds.
    #[must_use]
    pub fn from_bar(mut self, start: usize) -> Self {
        if start > self.start {
            self.start = start;
            self.long.enter_from(start);
            self.short.enter_from(start);
            self.entries = entries(&self.long, &self.short);
        }
        self
    }

    /// First bar that is traded and scored; 0 unless restricted.
    pub fn start(&self) -> usize {
        self.start
    }

    /// Number of bars decided on, those before the start included.
    pub fn len(&self) -> usize {
        self.long.entry.len()
    }

    /// Bytes that the marks take, for who keeps many.
    pub fn bytes(&self) -> usize {
        let stances: usize = [&self.long, &self.short].map(Stance::bytes).iter().sum();
        stances + size_of_val(self.entries.as_slice()) + size_of_val(self.nan.as_slice())
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
        self.stance(side).entry.iter().filter(|&&mark| mark).count()
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Whether the bar enters the side.
    pub(crate) fn enters(&self, side: Side, bar: usize) -> bool {
        self.stance(side).entry.get(bar).copied().unwrap_or(false)
    }

    /// Whether the conviction of the bar is beyond the entry threshold of the side.
    pub(crate) fn wants(&self, side: Side, bar: usize) -> bool {
        self.stance(side).wanted.get(bar).copied().unwrap_or(false)
    }

    /// Per bar, the conviction against a position of the side.
    pub(crate) fn against(&self, side: Side) -> &[f64] {
        &self.stance(side).against
    }

    /// A search for signals against a position of the side; at an infinite threshold there are none.
    pub(crate) fn signals(&self, side: Side, threshold: f64) -> SignalSearch<'_> {
        let Stance { signals, strongest, .. } = self.stance(side);
        SignalSearch { signals, strongest, threshold, from: 0, found: 0 }
    }

    fn stance(&self, side: Side) -> &Stance {
        match side {
            Side::Long => &self.long,
            Side::Short => &self.short,
        }
    }
}

/// The entry marks of both sides as a list.
fn entries(long: &Stance, short: &Stance) -> Vec<Entry> {
    let marks = long.entry.iter().zip(&short.entry).enumerate();
    let entries = marks.filter_map(|(bar, marks)| match marks {
        (true, _) => Some(Entry { bar, side: Side::Long }),
        (_, true) => Some(Entry { bar, side: Side::Short }),
        _ => None,
    });
    entries.collect()
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
