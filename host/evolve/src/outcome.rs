use seedbed_genome::GenomeHash;

/// What became of a candidate.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The hash of the attempt that this is the outcome of. An evolution that is replayed against other settings or another version is
    /// found out by it.
    pub hash: GenomeHash,
    /// Why each attempt before that one failed, as a reason code; empty where it was the first. Where every attempt failed, the last one's reason is the
    /// outcome and the others' stand here.
    pub failed: Vec<String>,
    /// How the attempt ended.
    pub outcome: Outcome,
}

/// How an attempt ended. Greater ranks first: scored by fitness, raced by fitness, undefined, failed, skipped.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It has a score. A fitness of 0 is one like any other.
    Scored(Score),
    /// It was given up because it could no longer win; the score is what it had until then.
    Raced(Score),
    /// It ran, but its objective has no value: a trial that ranks below every score.
    Undefined {
        /// Reason code.
        reason: String,
    },
    /// It did not run to its end: no trial. It is never a parent.
    Failed {
        /// Reason code.
        reason: String,
    },
    /// The clock ended the run first; it is as if it had never been asked.
    Skipped,
}

impl Outcome {
    /// `scored`, `raced`, `undefined`, `failed` or `skipped`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Scored(_) => "scored",
            Self::Raced(_) => "raced",
            Self::Undefined { .. } => "undefined",
            Self::Failed { .. } => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// The score of one that has its whole score.
    #[must_use]
    pub fn score(&self) -> Option<&Score> {
        match self {
            Self::Scored(score) => Some(score),
            _ => None,
        }
    }

    /// Why there is no score.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Undefined { reason } | Self::Failed { reason } => Some(reason),
            _ => None,
        }
    }
}

/// What a candidate is judged by. Every number is finite.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The objective; greater is better.
    pub fitness: f64,
    /// Two objectives for the Pareto front, each greater for better: total return, and drawdown as a number that is not above 0.
    pub objectives: [f64; 2],
    /// What it does, apart from how well.
    pub behaviour: Behaviour,
}

/// How a strategy trades: the axes of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Behaviour {
    /// Mean bars that a trade is held.
    pub holding_bars: f64,
    /// Number of trades.
    pub trades: u32,
    /// Share of trades that lose, 0 to 1.
    pub loss_share: f64,
}
