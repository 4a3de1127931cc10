use serde::Serialize;

use super::figure::{Better, Figure};
use super::machine::Machine;
use super::report::Report;

/// New figures beside old ones.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    tolerance: f64,
    pub(super) old_date: String,
    /// The old figures' machine, where it is another one.
    pub(super) other_machine: Option<Machine>,
    pub(super) figures: Vec<Compared>,
    /// Figures that only the old report tells.
    pub(super) only_old: Vec<String>,
    /// Figures that only the new report tells.
    pub(super) only_new: Vec<String>,
}

/// A figure that both reports tell.
#[derive(Debug, Serialize)]
pub(super) struct Compared {
    #[serde(skip)]
    pub(super) figure: Figure,
    name: String,
    pub(super) old: f64,
    new: f64,
    /// New over old; none where the old value is not above 0.
    pub(super) ratio: Option<f64>,
    pub(super) verdict: Verdict,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Better,
    Same,
    Worse,
}

impl Verdict {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Better => "better",
            Self::Same => "same",
            Self::Worse => "worse",
        }
    }
}

impl Comparison {
    pub(super) fn of(old: Report, new: &Report, tolerance: f64) -> Self {
        let told = |figures: &[Figure], name: &str| {
            figures.iter().find(|figure| figure.name == name).and_then(|figure| figure.value)
        };
        let names = |figures: &[Figure], others: &[Figure]| -> Vec<String> {
            let only = figures.iter().filter(|figure| figure.value.is_some() && told(others, &figure.name).is_none());
            only.map(|figure| figure.name.clone()).collect()
        };
        let compared =
            new.figures.iter().filter_map(|figure| compared(figure, told(&old.figures, &figure.name)?, tolerance));
        Self {
            tolerance,
            figures: compared.collect(),
            only_old: names(&old.figures, &new.figures),
            only_new: names(&new.figures, &old.figures),
            old_date: old.date,
            other_machine: (old.machine != new.machine).then_some(old.machine),
        }
    }

    pub(super) fn is_worse(&self) -> bool {
        self.figures.iter().any(|compared| compared.verdict == Verdict::Worse)
    }

    pub(super) fn percent(&self) -> f64 {
        self.tolerance * 100.0
    }
}

fn compared(figure: &Figure, old: f64, tolerance: f64) -> Option<Compared> {
    let new = figure.value?;
    // Which of the two lost, and by how much; the same of both directions, so that halving is as bad as doubling is good.
    let (from, to) = match figure.better {
        Better::Lower => (old, new),
        Better::Higher => (new, old),
    };
    let beyond = |from: f64, to: f64| to > from * (1.0 + tolerance) && to - from > figure.noise();
    let verdict = match () {
        () if beyond(from, to) => Verdict::Worse,
        () if beyond(to, from) => Verdict::Better,
        () => Verdict::Same,
    };
    let ratio = (old > 0.0).then(|| new / old);
    Some(Compared { name: figure.name.clone(), figure: figure.clone(), old, new, ratio, verdict })
}

#[cfg(test)]
mod tests {
    use super::super::figure::{Figure, OBSERVING};
    use super::{Verdict, compared};

    fn verdict(figure: &Figure, old: f64) -> Verdict {
        compared(figure, old, 0.25).expect("has a value").verdict
    }

    /// A slower build that passes, or a faster one that fails, makes the whole comparison worthless.
    #[test]
    fn worse_is_beyond_the_tolerance_in_the_direction_that_hurts() {
        let time = |value| Figure::microseconds("mutation.default.median", Some(value), 1);
        assert_eq!(verdict(&time(12.5), 10.0), Verdict::Same);
        assert_eq!(verdict(&time(12.6), 10.0), Verdict::Worse);
        assert_eq!(verdict(&time(7.9), 10.0), Verdict::Better);
        let rate = |value| Figure::per_minute("batch.1-thread", value, 1);
        assert_eq!(verdict(&rate(80.0), 100.0), Verdict::Same);
        assert_eq!(verdict(&rate(79.0), 100.0), Verdict::Worse);
        assert_eq!(verdict(&rate(126.0), 100.0), Verdict::Better);
    }

    /// Growth of one page after none is no regression, and no ratio either.
    #[test]
    fn what_is_lost_in_noise_is_no_verdict() {
        let growth = |value| Figure::bytes("memory.growth", Some(value));
        assert_eq!(verdict(&growth(4_096), 0.0), Verdict::Same);
        assert_eq!(verdict(&growth(2 << 20), 0.0), Verdict::Worse);
        assert_eq!(compared(&growth(4_096), 0.0, 0.25).expect("has a value").ratio, None);
        let observing = |value| Figure::microseconds(OBSERVING, Some(value), 1);
        assert_eq!(verdict(&observing(0.5), -0.2), Verdict::Same);
        assert_eq!(verdict(&observing(3.2), 2.0), Verdict::Worse);
        assert!(compared(&Figure::bytes("memory.peak", None), 1.0, 0.25).is_none());
    }
}
