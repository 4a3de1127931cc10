//! What existing logs tell: counts, errors, distributions and the trend, in memory that does not grow with their length.

mod distribution;
mod trend;

use std::collections::BTreeMap;
use std::time::Duration;

use seedbed_genome::{Change, Clamped, Target, Tier};
use seedbed_outcome::GuestText;

use super::{Entry, Historic, Name, Names, Record, Timestamp};

pub use distribution::Distribution;
pub use trend::Slice;
use trend::Trend;

/// Everything that is told by the entries so far. Names and texts are cleaned: a log is a file that anybody may have written.
#[derive(Debug, Clone, Default)]
pub struct History {
    totals: Counts,
    historic: u64,
    plugins: BTreeMap<GuestText, Counts>,
    runs: BTreeMap<GuestText, u64>,
    tiers: [u64; Tier::ALL.len()],
    parameters: BTreeMap<ParameterKey, ParameterHistory>,
    errors: BTreeMap<GuestText, ErrorHistory>,
    trend: Trend,
}

/// Mutations of a whole log, a plugin or a slice of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Finished mutations: lines that no other attempt follows.
    pub mutations: u64,
    /// Mutations that gave a child.
    pub successes: u64,
    /// Lines.
    pub attempts: u64,
    /// Wall clock of the attempts that say theirs.
    pub took: Duration,
    /// Attempts that say how long they took; those of the historic format do not.
    pub timed: u64,
}

/// What a value is called, and whose it is where each plugin has its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct ParameterKey {
    /// The name in the log: `fixed-stop.stop-loss`, `signal.fast`, `tie.target-by-stop`, or a historic one.
    pub name: GuestText,
    /// The plugin, for its own parameters; exits and ties are counted over all plugins.
    pub plugin: Option<GuestText>,
}

/// What became of one parameter, failed attempts included.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ParameterHistory {
    /// Values that were brought up to the lower bound.
    pub clamped_low: u64,
    /// Values that were brought down to the upper bound.
    pub clamped_high: u64,
    /// Values that were clamped at an end that the historic format does not tell.
    pub clamped_somewhere: u64,
    /// Where the values went.
    pub new_values: Distribution,
}

/// One kind of failure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorHistory {
    /// Attempts that failed so.
    pub attempts: u64,
    /// What the first of them said.
    pub example: GuestText,
}

/// The most names of one kind that are told apart; what comes later counts as [`OTHERS`].
const MOST_NAMES: usize = 4_096;
/// Stands for everything beyond the bound on names.
pub const OTHERS: &str = "(others)";
/// Stands for the plugin, and the code of an error, of a line in the historic format.
pub const HISTORIC: &str = "(historic)";

impl History {
    /// Nothing read yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes one more entry. Their order decides nothing but which error is its kind's example.
    pub fn add(&mut self, entry: &Entry<'_>) {
        match entry {
            Entry::Record(record) => self.record(record),
            Entry::Historic(historic) => self.historic(historic),
        }
    }

    fn record(&mut self, record: &Record<'_>) {
        let plugin = GuestText::new(&record.plugin);
        let counts = Counts {
            mutations: u64::from(record.is_last()),
            successes: u64::from(record.ending.succeeded()),
            attempts: 1,
            took: record.duration,
            timed: 1,
        };
        self.count(&plugin, counts, Some(record.timestamp));
        *known(&mut self.runs, GuestText::new(&record.run_id)) += 1;
        if let Some(failed) = record.ending.failed() {
            self.error(failed.reason.code(), &failed.text);
        }
        let Some(step) = record.step.as_deref() else { return };
        if let Some(tier) = step.tier.and_then(|tier| self.tiers.get_mut(tier as usize)) {
            *tier += 1;
        }
        for change in &step.changes {
            self.change(change, &record.names, &plugin);
        }
    }

    fn change(&mut self, change: &Change, names: &Names<'_>, plugin: &GuestText) {
        let own = matches!(change.target, Target::Signal(_));
        let name = GuestText::new(&Name::of(change.target, names).to_string());
        let key = ParameterKey { name, plugin: own.then(|| plugin.clone()) };
        let parameter = known(&mut self.parameters, key);
        match change.clamped {
            Clamped::None => {}
            Clamped::Low => parameter.clamped_low += 1,
            Clamped::High => parameter.clamped_high += 1,
        }
        parameter.new_values.record(change.new);
    }

    fn historic(&mut self, line: &Historic) {
        self.historic += 1;
        let counts = Counts { mutations: 1, successes: u64::from(line.success), attempts: 1, ..Counts::default() };
        self.count(&GuestText::new(HISTORIC), counts, trend::time(&line.timestamp));
        if let Some(text) = &line.error {
            self.error(HISTORIC, text);
        }
        let key = ParameterKey { name: GuestText::new(&line.parameter), plugin: None };
        let parameter = known(&mut self.parameters, key);
        parameter.clamped_somewhere += u64::from(line.clamped);
        if let Some(new) = line.new_value {
            parameter.new_values.record(new);
        }
    }

    fn count(&mut self, plugin: &GuestText, counts: Counts, time: Option<Timestamp>) {
        self.totals.add(counts);
        known(&mut self.plugins, plugin.clone()).add(counts);
        if let Some(time) = time {
            self.trend.add(time, counts);
        }
    }

    fn error(&mut self, code: &str, text: &str) {
        let first = || ErrorHistory { attempts: 0, example: GuestText::new(text) };
        self.errors.entry(GuestText::new(code)).or_insert_with(first).attempts += 1;
    }

    /// All mutations together.
    #[must_use]
    pub fn totals(&self) -> Counts {
        self.totals
    }

    /// Lines of the historic format among them.
    #[must_use]
    pub fn historic_lines(&self) -> u64 {
        self.historic
    }

    /// The runs that wrote, each with its number of lines.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = (&GuestText, u64)> {
        self.runs.iter().map(|(run, lines)| (run, *lines))
    }

    /// The plugins, in order of their names.
    pub fn plugins(&self) -> impl ExactSizeIterator<Item = (&GuestText, &Counts)> {
        self.plugins.iter()
    }

    /// Attempts at exit mutations by the tier that acted.
    pub fn tiers(&self) -> impl Iterator<Item = (Tier, u64)> + '_ {
        Tier::ALL.into_iter().zip(self.tiers)
    }

    /// The parameters that moved, in order of their names.
    pub fn parameters(&self) -> impl ExactSizeIterator<Item = (&ParameterKey, &ParameterHistory)> {
        self.parameters.iter()
    }

    /// Failed attempts by the code of their reason, in order of the codes.
    pub fn errors(&self) -> impl ExactSizeIterator<Item = (&GuestText, &ErrorHistory)> {
        self.errors.iter()
    }

    /// The time from the first line to the last, in as many slices of equal length; fewer where it is too short, none without a dated line.
    #[must_use]
    pub fn trend(&self, slices: u32) -> Vec<Slice> {
        self.trend.slices(slices)
    }
}

impl ParameterHistory {
    /// Values that were clamped at either end.
    #[must_use]
    pub fn clamped(&self) -> u64 {
        self.clamped_low + self.clamped_high + self.clamped_somewhere
    }
}

impl Counts {
    fn add(&mut self, other: Self) {
        self.mutations += other.mutations;
        self.successes += other.successes;
        self.attempts += other.attempts;
        self.took += other.took;
        self.timed += other.timed;
    }

    /// Successes as a share of mutations, 0 to 1; none of none.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub fn success_rate(&self) -> Option<f64> {
        (self.mutations > 0).then(|| self.successes as f64 / self.mutations as f64)
    }

    /// Mean wall clock of a mutation in seconds, all its attempts together; none where no line says how long it took.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
    pub fn mean_seconds(&self) -> Option<f64> {
        (self.timed > 0 && self.mutations > 0).then(|| {
            // Historic lines are a mutation each and say nothing.
            let timed = self.mutations - (self.attempts - self.timed).min(self.mutations);
            self.took.as_secs_f64() / timed.max(1) as f64
        })
    }
}

/// The entry of a key; a new one only while there is room.
fn known<K: Ord + Others, V: Default>(map: &mut BTreeMap<K, V>, key: K) -> &mut V {
    let full = map.len() >= MOST_NAMES && !map.contains_key(&key);
    map.entry(if full { K::others() } else { key }).or_default()
}

trait Others {
    fn others() -> Self;
}

impl Others for GuestText {
    fn others() -> Self {
        Self::new(OTHERS)
    }
}

impl Others for ParameterKey {
    fn others() -> Self {
        Self { name: GuestText::new(OTHERS), plugin: None }
    }
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;
    use std::time::Duration;

    use seedbed_genome::{
        Change, Clamped, Domain, Edit, ExitGenome, Genome, Interval, Mechanism, Operator, Parameter, Source, Step,
        Target, Tier,
    };
    use seedbed_outcome::GuestText;

    use super::super::{Dialect, Ending, Entry, Failed, Names, Reader, Record, Timestamp};
    use super::{ErrorHistory, HISTORIC, History, MOST_NAMES, OTHERS, ParameterKey};
    use crate::metrics::Reason;

    const STOP: Target = Target::Exit(Mechanism::FixedStop, 0);

    fn step(tier: Option<Tier>, target: Target, new: f64, clamped: Clamped) -> Step {
        let change = Change { target, old: Some(0.1), raw: new, new, clamped, rounded: false, source: Source::Direct };
        let (edit, warnings) = (Edit::Values, Vec::new());
        Step { tier, drawn: tier, operator: Operator::Gauss, edit, changes: vec![change], step_size: 0.15, warnings }
    }

    /// What an operator reads after an alert: mutations by their last attempts, errors by all of them, own parameters apart by plugin.
    #[test]
    fn records_are_counted_by_plugin_parameter_error_and_time() {
        let interval = Interval::new(0.0, 1.0).unwrap();
        let parameters =
            [Parameter { name: "fast".into(), about: String::new(), domain: Domain::Real(interval), default: 0.5 }];
        let hash = Genome { parameters: vec![0.5], exits: ExitGenome::default() }.hash();
        let fails = |text| Ending::Rejected(hash, Failed { reason: Reason::Refused, text: Cow::Borrowed(text) });
        let exit = |clamped| step(Some(Tier::Structural), STOP, 0.2, clamped);
        let own = step(None, Target::Signal(0), 0.7, Clamped::None);
        let attempts = [
            ("a", 0, 1, exit(Clamped::High), fails("too wide")),
            ("a", 0, 2, exit(Clamped::Low), fails("too narrow")),
            ("a", 0, 3, exit(Clamped::None), Ending::Child(hash)),
            ("a", 1, 1, own.clone(), Ending::Child(hash)),
            ("b", 2, 1, own, Ending::Child(hash)),
            ("b", 3, 3, exit(Clamped::High), fails("never")),
        ];
        let mut history = History::new();
        for (second, (plugin, mutation, attempt, step, ending)) in (0..).zip(attempts) {
            let record = Record {
                timestamp: Timestamp::from_second(second).unwrap(),
                run_id: "run".into(),
                mutation,
                plugin: plugin.into(),
                generation: 1,
                slot: 0,
                parent: hash,
                step: Some(Cow::Owned(step)),
                names: Names::Declared(&parameters),
                ending,
                attempt,
                attempts: 3,
                duration: Duration::from_millis(4),
                seed: 1,
            };
            let mut line = Vec::new();
            record.encode(Dialect::Current, &mut line);
            history.add(&Entry::Record(Box::new(Record::decode(&line).unwrap())));
        }

        let totals = history.totals();
        assert_eq!((totals.mutations, totals.successes, totals.attempts), (4, 3, 6));
        // Six attempts of 4 ms in four mutations.
        assert!((totals.mean_seconds().unwrap() - 0.006).abs() < 1e-12);
        let plugins = history.plugins().map(|(plugin, counts)| (plugin.as_str(), counts.mutations, counts.successes));
        assert_eq!(plugins.collect::<Vec<_>>(), [("a", 2, 2), ("b", 2, 1)]);
        let errors = history.errors().map(|(code, error)| (code.as_str(), error.attempts, error.example.as_str()));
        assert_eq!(errors.collect::<Vec<_>>(), [("refused", 3, "too wide")]);
        let parameters = history.parameters().map(|(key, parameter)| {
            let plugin = key.plugin.as_ref().map(GuestText::as_str);
            (key.name.as_str(), plugin, parameter.new_values.count(), parameter.clamped_low, parameter.clamped_high)
        });
        assert_eq!(
            parameters.collect::<Vec<_>>(),
            [
                ("fixed-stop.stop-loss", None, 4, 1, 2),
                ("signal.fast", Some("a"), 1, 0, 0),
                ("signal.fast", Some("b"), 1, 0, 0),
            ]
        );
        assert_eq!(history.tiers().map(|(_, attempts)| attempts).collect::<Vec<_>>(), [0, 4, 0]);
        assert_eq!(history.runs().collect::<Vec<_>>(), [(&GuestText::new("run"), 6)]);
        let trend: Vec<_> =
            history.trend(2).iter().map(|slice| (slice.counts.mutations, slice.counts.attempts)).collect();
        assert_eq!(trend, [(1, 3), (3, 3)]);
    }

    fn history(text: &str) -> History {
        let mut history = History::new();
        let mut reader = Reader::new(GuestText::new("log"), text.as_bytes());
        while let Some(entry) = reader.next_entry() {
            history.add(&entry.unwrap());
        }
        history
    }

    fn line(time: &str, parameter: &str, new: f64, rest: &str) -> String {
        format!(
            r#"{{"timestamp":"{time}","parameter":"{parameter}","old_value":0.1,"new_value":{new},"validation_passed":null,"mutation_id":"m",{rest}}}"#
        ) + "\n"
    }

    /// An operator who moves to this seedbed keeps the history of the old one.
    #[test]
    fn the_historic_format_is_counted_like_todays() {
        let good = r#""clamped":false,"success":true,"error":null"#;
        let bad = r#""clamped":true,"success":false,"error":"no \u001b[31mtrade""#;
        let text = line("2024-01-01T00:00:00", "stop_loss_pct", 0.09, good)
            + &line("2024-01-01T00:00:10Z", "stop_loss_pct", 0.2, bad)
            + &line("yesterday", "take_profit_pct", 0.3, good);
        let history = history(&text);
        let totals = history.totals();
        assert_eq!((totals.mutations, totals.successes, totals.attempts), (3, 2, 3));
        assert_eq!((history.historic_lines(), totals.mean_seconds()), (3, None));
        let (code, error) = history.errors().next().unwrap();
        assert_eq!((code.as_str(), error), (HISTORIC, &ErrorHistory { attempts: 1, example: "no trade".into() }));
        let parameters: Vec<_> = history.parameters().collect();
        assert_eq!(parameters[0].0, &ParameterKey { name: "stop_loss_pct".into(), plugin: None });
        assert_eq!((parameters[0].1.clamped_somewhere, parameters[0].1.new_values.count()), (1, 2));
        let trend: Vec<_> = history.trend(10).iter().map(|slice| slice.counts.mutations).collect();
        assert_eq!(trend, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1], "what has no date is in no slice");
    }

    /// A log that somebody forged must not fill the memory of whoever reads it.
    #[test]
    fn names_beyond_the_bound_are_counted_together() {
        let good = r#""clamped":false,"success":true,"error":null"#;
        let text: String =
            (0..MOST_NAMES + 7).map(|name| line("2024-01-01T00:00:00Z", &format!("p{name:05}"), 1.0, good)).collect();
        let history = history(&text);
        assert_eq!(history.parameters().len(), MOST_NAMES + 1);
        let others = history.parameters().find(|(key, _)| key.name.as_str() == OTHERS).unwrap();
        assert_eq!(others.1.new_values.count(), 7);
    }
}
