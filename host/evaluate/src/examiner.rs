use std::cell::RefCell;
use std::sync::Arc;
use std::time::{Duration, Instant};

use seedbed_backtest::{Backtest, EntryMode, Metrics, Refused, Scratch, Settings, Sides, book, score};
use seedbed_genome::{Genome, GenomeHash};
use seedbed_outcome::{Function, Outcome};
use seedbed_worker::Limits;

use crate::memo::{Decided, Reading};
use crate::stage::Scene;
use crate::{Account, CallFailure, EvaluationKey, Memo, Plugin, SignalsKey, Stage, lower};

/// Scores candidates on a stage.
#[derive(Debug, Clone, Copy)]
pub struct Examiner<'a, 's> {
    /// The prices, and the window that is scored.
    pub stage: &'a Stage<'s>,
    /// What is known already; `None` computes everything anew.
    pub memo: Option<&'a Memo>,
    /// Wall clock of one question to a component: of `accept`, and of `signals` for all symbols together. A backstop behind the fuel.
    pub timeout: Duration,
    /// Asks one of sixteen components again whose signals are known, and fails where the answer differs.
    pub audit: bool,
}

/// Why a candidate has no score.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ExamineError {
    /// A function of its component gave no answer that counts.
    #[error(transparent)]
    Call(#[from] CallFailure),
    /// The account cannot be booked.
    #[error("backtest: {0}")]
    Backtest(#[from] Refused),
    /// It answered the same question in two ways.
    #[error(
        "{plugin} gave other signals for the same bars and parameters when it was asked again on {symbol}: it is not pure, and no result of it counts"
    )]
    Impure {
        /// The plugin's name.
        plugin: String,
        /// The symbol.
        symbol: String,
    },
}

impl ExamineError {
    /// A stable word for tables, files and metrics.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call(error) => error.failure.code(),
            Self::Backtest(_) => "backtest",
            Self::Impure { .. } => "impure",
        }
    }

    /// Whether the clock decided, so that another machine or moment could decide otherwise.
    #[must_use]
    pub fn is_by_clock(&self) -> bool {
        matches!(self, Self::Call(CallFailure { failure, .. }) if failure.is_by_clock())
    }
}

/// What a component answered before it was needed: convictions, or why there are none.
#[derive(Debug, Default)]
pub struct Foreseen(Option<(SignalsKey, Outcome<Vec<f64>>)>);

impl Foreseen {
    fn take(&mut self, key: SignalsKey) -> Option<Outcome<Vec<f64>>> {
        self.0.take_if(|(foreseen, _)| *foreseen == key).map(|(_, outcome)| outcome)
    }
}

impl Examiner<'_, '_> {
    /// Asks the component whether it can live with this genome.
    ///
    /// # Errors
    /// [`CallFailure`] of `accept`.
    pub fn accept(&self, plugin: &Plugin, genome: &Genome) -> Result<(), CallFailure> {
        let limits = self.limits(plugin, Instant::now());
        let outcome = plugin.component().accept(&genome.parameters, &genome.exits, &limits).outcome;
        outcome.map_err(|failure| CallFailure { function: Function::Accept, failure })
    }

    /// Asks as [`Examiner::accept`], and where the score will need convictions that nobody knows, asks for the first symbol's in the same
    /// breath, which saves a way to another process and back.
    ///
    /// # Errors
    /// [`CallFailure`] of `accept`.
    pub fn accept_ahead(&self, plugin: &Plugin, genome: &Genome, hash: GenomeHash) -> Result<Foreseen, CallFailure> {
        let keys: Vec<_> = self.keys(plugin, genome).collect();
        let (Some(scene), Some(&key)) = (self.stage.scenes.first(), keys.first()) else {
            return self.accept(plugin, genome).map(|()| Foreseen::default());
        };
        let known = self.memo.is_some_and(|memo| {
            memo.knows_signals(key, reading(scene.excerpt.start, &scene.excerpt.settings))
                || memo.knows_score(self.evaluation_key(&keys, hash))
        });
        if known {
            return self.accept(plugin, genome).map(|()| Foreseen::default());
        }
        let (reads, limits) = (plugin.description().reads, self.limits(plugin, Instant::now()));
        let asked = (genome.parameters.as_slice(), &genome.exits);
        let (accepted, answered) = plugin.component().accept_and_signals(asked, &scene.excerpt.bars, reads, &limits);
        accepted.outcome.map_err(|failure| CallFailure { function: Function::Accept, failure })?;
        Ok(Foreseen(answered.map(|call| (key, call.outcome))))
    }

    /// Scores a genome; `hash` is its hash.
    ///
    /// # Errors
    /// [`ExamineError`]: the candidate has no score.
    pub fn score(&self, plugin: &Plugin, genome: &Genome, hash: GenomeHash) -> Result<Metrics, ExamineError> {
        self.score_ahead(plugin, genome, hash, false, Foreseen::default()).map(|(metrics, _)| metrics)
    }

    /// Scores a genome that was accepted by [`Examiner::accept_ahead`]; where `booked`, the account behind the score is handed out, too, unless
    /// the score was known already.
    ///
    /// # Errors
    /// As [`Examiner::score`].
    pub fn score_ahead(
        &self,
        plugin: &Plugin,
        genome: &Genome,
        hash: GenomeHash,
        booked: bool,
        mut foreseen: Foreseen,
    ) -> Result<(Metrics, Option<Account>), ExamineError> {
        let start = Instant::now();
        let keys: Vec<_> = self.keys(plugin, genome).collect();
        let known = self.memo.map(|memo| (memo, self.evaluation_key(&keys, hash)));
        if let Some((memo, key)) = known
            && let Some(metrics) = memo.score(key)
        {
            return Ok((metrics, None));
        }
        let (metrics, account) = match (self.stage.scenes.as_slice(), keys.as_slice()) {
            ([scene], [key]) if !booked => {
                let decided = self.decided((plugin, genome), scene, *key, start, &mut foreseen)?;
                let (rules, settings) = (lower(&genome.exits), &scene.excerpt.settings);
                let score =
                    |scratch: &mut Scratch| score(&scene.indicators, &decided.decisions, &rules, settings, scratch);
                (with_scratch(score)?, None)
            }
            _ => {
                let account = self.account_by(plugin, genome, &keys, start, foreseen)?;
                (account.metrics, Some(account))
            }
        };
        if let Some((memo, key)) = known {
            memo.keep_score(key, metrics);
        }
        Ok((metrics, account))
    }

    /// Books every trade of a genome. Its metrics are those of [`Examiner::score`].
    ///
    /// # Errors
    /// As [`Examiner::score`].
    pub fn account(&self, plugin: &Plugin, genome: &Genome) -> Result<Account, ExamineError> {
        let keys: Vec<_> = self.keys(plugin, genome).collect();
        self.account_by(plugin, genome, &keys, Instant::now(), Foreseen::default())
    }

    fn account_by(
        &self,
        plugin: &Plugin,
        genome: &Genome,
        keys: &[SignalsKey],
        start: Instant,
        mut foreseen: Foreseen,
    ) -> Result<Account, ExamineError> {
        let rules = lower(&genome.exits);
        let account = |(scene, key): (&Scene<'_>, &SignalsKey)| {
            let decided = self.decided((plugin, genome), scene, *key, start, &mut foreseen)?;
            let settings = &scene.excerpt.settings;
            Ok(book(&scene.indicators, &decided.decisions, &rules, settings)?)
        };
        let symbols =
            self.stage.scenes.iter().zip(keys).map(account).collect::<Result<Vec<Backtest>, ExamineError>>()?;
        Ok(self.stage.combine(symbols))
    }

    fn evaluation_key(&self, keys: &[SignalsKey], hash: GenomeHash) -> EvaluationKey {
        let scenes = self.stage.scenes.iter().map(|scene| (scene.excerpt.start, &scene.excerpt.settings));
        let signals = keys.iter().zip(scenes).map(|(key, (start, settings))| (*key, start, settings));
        EvaluationKey::new(signals, hash)
    }

    fn keys(&self, plugin: &Plugin, genome: &Genome) -> impl Iterator<Item = SignalsKey> {
        self.stage.scenes.iter().map(|scene| SignalsKey::new(plugin, scene.hash, &genome.parameters))
    }

    /// What the component's convictions come to, from the memo where they are known.
    fn decided(
        &self,
        (plugin, genome): (&Plugin, &Genome),
        scene: &Scene<'_>,
        key: SignalsKey,
        start: Instant,
        foreseen: &mut Foreseen,
    ) -> Result<Arc<Decided>, ExamineError> {
        let settings = &scene.excerpt.settings;
        let reading = reading(scene.excerpt.start, settings);
        let known = self.memo.and_then(|memo| memo.signals(key, reading));
        let checked = self.audit && key.as_bytes()[0].is_multiple_of(16);
        match known {
            Some(decided) if !checked => Ok(decided),
            known => {
                let convictions = match foreseen.take(key) {
                    Some(outcome) => outcome.map_err(|failure| CallFailure { function: Function::Signals, failure })?,
                    None => self.convictions(plugin, genome, scene, start)?,
                };
                let digest = if self.audit { digest(&convictions) } else { [0; 32] };
                if let Some(decided) = known {
                    return if decided.digest == digest {
                        Ok(decided)
                    } else {
                        let (plugin, symbol) = (plugin.description().name.clone(), scene.excerpt.symbol.clone());
                        Err(ExamineError::Impure { plugin, symbol })
                    };
                }
                let decisions = settings.decide(convictions).from_bar(scene.excerpt.start);
                let bytes = decisions.bytes();
                let decided = Arc::new(Decided { decisions, digest, bytes });
                if let Some(memo) = self.memo {
                    memo.keep_signals(key, reading, Arc::clone(&decided));
                }
                Ok(decided)
            }
        }
    }

    fn convictions(
        &self,
        plugin: &Plugin,
        genome: &Genome,
        scene: &Scene<'_>,
        start: Instant,
    ) -> Result<Vec<f64>, CallFailure> {
        let (reads, limits) = (plugin.description().reads, self.limits(plugin, start));
        let call = plugin.component().signals(&scene.excerpt.bars, reads, &genome.parameters, &limits);
        call.outcome.map_err(|failure| CallFailure { function: Function::Signals, failure })
    }

    /// A call has the time that the candidate has left.
    fn limits(&self, plugin: &Plugin, start: Instant) -> Limits {
        Limits { timeout: Some(self.timeout.saturating_sub(start.elapsed())), ..*plugin.limits() }
    }
}

fn with_scratch<T>(run: impl FnOnce(&mut Scratch) -> T) -> T {
    thread_local! {
        static SCRATCH: RefCell<Scratch> = RefCell::default();
    }
    SCRATCH.with_borrow_mut(run)
}

pub(crate) fn reading(start: usize, settings: &Settings) -> Reading {
    Reading {
        start,
        threshold: settings.entry_threshold.to_bits(),
        level: settings.entry == EntryMode::Level,
        sides: match settings.sides {
            Sides::Long => 0,
            Sides::Short => 1,
            Sides::Both => 2,
        },
    }
}

fn digest(convictions: &[f64]) -> [u8; 32] {
    let mut hasher = blake3::Hasher::new();
    for conviction in convictions {
        hasher.update(&conviction.to_bits().to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}
