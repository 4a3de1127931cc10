use std::path::Path;

use rayon::prelude::*;
use seedbed_evaluate::{Code, Grant, Rejection, Source};
use seedbed_outcome::GuestText;
use seedbed_review::{Review, Scope, Trial, TrialBudget, Verdict};
use seedbed_worker::Workers;

use super::Standards;
use crate::exit::Stop;
use crate::inputs::{self, Market};
use crate::setup::{self, Session};

/// Where everything random of a trial begins. One seed for all, so that two reviewers see the same.
const SEED: u64 = 1;

/// Where plugins are tried out.
pub(crate) struct ProvingGround {
    workers: Workers,
    grant: Grant,
    market: Market,
}

/// A plugin that was reviewed, or that could not be read.
pub(crate) struct Subject {
    /// The name of its seed, file or folder.
    pub(crate) label: GuestText,
    pub(crate) reviewed: Result<(Code, Review), Rejection>,
}

impl ProvingGround {
    pub(crate) fn new(session: &Session, prices: Option<&Path>, threads: usize) -> Result<Self, Stop> {
        Ok(Self {
            market: inputs::market(prices)?,
            workers: setup::workers(session, threads, false)?,
            grant: setup::grant(&session.config),
        })
    }

    /// What fails already is not run.
    fn try_out(&self, code: &Code, review: &mut Review) {
        if review.verdict() == Verdict::Fail {
            return not_tried(review, "it fails the static review, and so was not run");
        }
        let Grant { limits, wasi } = self.grant.narrowed(code.manifest.as_ref());
        let component = match self.workers.load(&code.component, wasi) {
            Ok(component) => component,
            Err(error) => return not_tried(review, &format!("the sandbox does not load it: {error}")),
        };
        review.try_out(&Trial {
            component: &component,
            bytes: &code.component,
            prices: &self.market.symbol.bars,
            prices_name: &self.market.symbol.name,
            limits,
            budget: TrialBudget::default(),
            seed: SEED,
        });
    }
}

/// Says why a trial's rules are not checked.
fn not_tried(review: &mut Review, why: &str) {
    let unchecked = |verdict| verdict == Verdict::NotChecked;
    for report in review.rules.iter_mut().filter(|report| report.rule.scope() == Scope::Trial) {
        if unchecked(report.verdict) && report.level > seedbed_review::Level::Off {
            GuestText::new(why).as_str().clone_into(&mut report.checked);
        }
    }
}

/// Reviews every source, and tries it out where there is a ground for it: one after the other, because a trial's clock runs.
pub(crate) fn review(
    sources: Vec<Source>,
    standards: &Standards,
    ground: Option<&ProvingGround>,
    baseline: Option<&[u8]>,
) -> Vec<Subject> {
    let look = |source: Source| {
        let label = source.label();
        let reviewed = source.read().map(|code| {
            let review = standards.review(&code, baseline);
            (code, review)
        });
        Subject { label, reviewed }
    };
    let mut subjects: Vec<Subject> = sources.into_par_iter().map(look).collect();
    if let Some(ground) = ground {
        let read = subjects.iter_mut().filter_map(|subject| subject.reviewed.as_mut().ok());
        read.for_each(|(code, review)| ground.try_out(code, review));
    }
    subjects
}
