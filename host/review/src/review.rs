use std::collections::BTreeSet;

use seedbed_outcome::GuestText;
use seedbed_plugin::Manifest;
use serde::Serialize;

use crate::anatomy::{Anatomy, Stopped};
use crate::checks::{self, Answer, Checked};
use crate::contract::Interfaces;
use crate::facts::Facts;
use crate::files::Watched;
use crate::finding::{Draft, Findings, text};
use crate::lock::Pin;
use crate::texts::{self, Text};
use crate::trial::{self, Measurements, Trial};
use crate::{Finding, Level, Policy, Rule, Scope, Verdict};

/// What is to be reviewed, and beside what.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// What people call the component: the plugin's name, or the file's.
    pub name: &'a str,
    /// The component.
    pub bytes: &'a [u8],
    /// Its `plugin.toml`, if it has one.
    pub manifest: Option<&'a Manifest>,
    /// An earlier version, to say what changed.
    pub baseline: Option<&'a [u8]>,
    /// What `seedbed.lock` says of this name.
    pub pin: Pinning<'a>,
    /// Whether only what is pinned, and exactly as it is, may run.
    pub frozen: bool,
    /// Files and folders whose modes are looked at.
    pub files: &'a [Watched],
}

impl<'a> Request<'a> {
    /// A bare component, beside nothing.
    #[must_use]
    pub fn of(name: &'a str, bytes: &'a [u8]) -> Self {
        Self { name, bytes, manifest: None, baseline: None, pin: Pinning::NoLock, frozen: false, files: &[] }
    }
}

/// What is known of a name from `seedbed.lock`.
#[derive(Debug, Clone, Copy, Default)]
pub enum Pinning<'a> {
    /// There is no lock file.
    #[default]
    NoLock,
    /// The lock file does not name it.
    Unpinned,
    /// The lock file names it.
    Pinned(&'a Pin),
}

/// The result of a review.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Review {
    /// What people call the component.
    #[serde(serialize_with = "text")]
    pub name: GuestText,
    /// BLAKE3 of the component in hexadecimal.
    pub hash: String,
    /// Bytes of the component.
    pub bytes: u64,
    /// Hash of the policy, see [`Policy::hash`].
    pub policy: String,
    /// What every rule came to, in the order of ids.
    pub rules: Vec<RuleReport>,
    /// What the component is made of; `None` where it could not be read to its end.
    pub facts: Option<Facts>,
    /// What a trial measured; `None` where there was none.
    pub measurements: Option<Measurements>,
}

/// What one rule came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleReport {
    /// The rule.
    #[serde(rename = "id")]
    pub rule: Rule,
    /// What a finding weighs under the policy.
    pub level: Level,
    /// What it came to.
    pub verdict: Verdict,
    /// What was looked at, or why nothing was; a lower-case fragment.
    pub checked: String,
    /// What was found, in the order of the component; at most 20.
    pub findings: Vec<Finding>,
    /// How many findings there are besides.
    pub more: u64,
}

impl Review {
    /// Reviews a component without running any of it. Never panics, and takes time and memory by the component's size, which the
    /// policy bounds.
    #[must_use]
    pub fn new(request: &Request<'_>, policy: &Policy) -> Self {
        let case = Case::new(request, policy);
        let rules = Rule::ALL.iter().map(|rule| {
            let level = policy.level(*rule);
            let answer = if level == Level::Off { Err(SWITCHED_OFF.to_owned()) } else { checks::check(*rule, &case) };
            RuleReport::of(*rule, level, answer)
        });
        let rules = rules.collect();
        let mut review = Self {
            name: GuestText::bounded(request.name, 255),
            hash: case.hash.clone(),
            bytes: crate::anatomy::wide(request.bytes.len()),
            policy: policy.hash(),
            rules,
            facts: case.anatomy.as_ref().ok().map(|anatomy| Facts::of(anatomy)),
            measurements: None,
        };
        review.compare_findings(request);
        review
    }

    /// Where everything is to be as it was trusted, other findings on the same bytes are told: rules are stricter by now, or `plugin.toml`
    /// is another.
    fn compare_findings(&mut self, request: &Request<'_>) {
        let Pinning::Pinned(pin) = request.pin else { return };
        let same = pin.hash == self.hash && pin.policy == self.policy;
        if !request.frozen || !same || pin.findings == self.digest() {
            return;
        }
        let text = format!("other findings than when seedbed {} reviewed it on {}", pin.version, pin.date);
        if let Some(report) =
            self.rules.iter_mut().find(|report| report.rule == Rule::Pinned && report.level > Level::Off)
        {
            report.findings.push(Finding {
                level: report.level,
                message: GuestText::new(&text),
                place: crate::finding::Place::default(),
            });
            report.verdict = report.level.into();
        }
    }

    /// Tries the component out and puts what that came to in place of the rules that a static review leaves unchecked. Takes no longer than
    /// the trial's budget, and gives the same for the same trial on every machine unless the clock ends it.
    ///
    /// A trial of another component than the one that was reviewed changes nothing but the reason for which those rules are unchecked.
    pub fn try_out(&mut self, trial: &Trial<'_>) {
        let of_trial = |report: &RuleReport| report.rule.scope() == Scope::Trial && report.level != Level::Off;
        let same =
            trial.component.hash().to_string() == self.hash && blake3::hash(trial.bytes).to_hex().as_str() == self.hash;
        if !same {
            for report in self.rules.iter_mut().filter(|report| of_trial(report)) {
                "the trial was of another component".clone_into(&mut report.checked);
            }
            return;
        }
        let wanted: BTreeSet<_> =
            self.rules.iter().filter(|report| of_trial(report)).map(|report| report.rule).collect();
        let mut tried = trial::run(trial, |rule| wanted.contains(&rule));
        for report in self.rules.iter_mut().filter(|report| wanted.contains(&report.rule)) {
            *report = RuleReport::of(report.rule, report.level, tried.take(report.rule));
        }
        self.measurements = Some(tried.measurements);
    }

    /// The worst that any rule came to. Rules that were not checked do not count here: [`Review::count`] tells them.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let checked = self.rules.iter().map(|report| report.verdict).filter(|verdict| *verdict != Verdict::NotChecked);
        checked.max().unwrap_or(Verdict::Pass)
    }

    /// The rule that decides the verdict, and its worst finding; `None` when all that was checked passes.
    #[must_use]
    pub fn worst(&self) -> Option<(&RuleReport, &Finding)> {
        let verdict = self.verdict();
        let report = self.rules.iter().find(|report| report.verdict == verdict && verdict >= Verdict::Warn)?;
        report.worst().map(|finding| (report, finding))
    }

    /// How many rules came to a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.rules.iter().filter(|report| report.verdict == verdict).count()
    }

    /// What a rule came to.
    #[must_use]
    pub fn rule(&self, rule: Rule) -> Option<&RuleReport> {
        self.rules.iter().find(|report| report.rule == rule)
    }

    /// BLAKE3 over what the rules about the component and its manifest found, in hexadecimal: the same wherever the same component is
    /// reviewed under the same policy by the same rules. Files of the machine, the lock, a baseline and trials do not count.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("seedbed review findings 1");
        let mut say = |text: &str| {
            hasher.update(&crate::anatomy::wide(text.len()).to_le_bytes());
            hasher.update(text.as_bytes());
        };
        for report in
            self.rules.iter().filter(|report| matches!(report.rule.scope(), Scope::Component | Scope::Manifest))
        {
            say(report.rule.id());
            say(report.verdict.as_str());
            say(&report.more.to_string());
            for finding in &report.findings {
                say(finding.level.as_str());
                say(finding.message.as_str());
                say(&finding.place.to_string());
            }
        }
        hasher.finalize().to_hex().to_string()
    }
}

const SWITCHED_OFF: &str = "switched off by the policy";

impl RuleReport {
    /// What a check's answer comes to at a level.
    fn of(rule: Rule, level: Level, answer: Answer) -> Self {
        let Checked { what, findings: Findings { listed, more, worst_more } } = match answer {
            Ok(checked) => checked,
            Err(why) => {
                let verdict = Verdict::NotChecked;
                return Self { rule, level, verdict, checked: why, findings: Vec::new(), more: 0 };
            }
        };
        let finding =
            |draft: Draft| Finding { level: draft.at_most.min(level), message: draft.message, place: draft.place };
        let findings: Vec<Finding> = listed.into_iter().map(finding).collect();
        let worst = findings.iter().map(|finding| finding.level).chain(worst_more.map(|worst| worst.min(level))).max();
        let verdict = worst.map_or(Verdict::Pass, Verdict::from);
        Self { rule, level, verdict, checked: what, findings, more }
    }

    /// The first of the findings that weigh most.
    #[must_use]
    pub fn worst(&self) -> Option<&Finding> {
        let level = self.findings.iter().map(|finding| finding.level).max()?;
        self.findings.iter().find(|finding| finding.level == level)
    }
}

/// Everything that rules look at.
pub(crate) struct Case<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) policy: &'a Policy,
    pub(crate) hash: String,
    pub(crate) anatomy: Result<Anatomy<'a>, Stopped>,
    /// `None` where the component was not read to its end.
    pub(crate) interfaces: Option<Result<Interfaces, Stopped>>,
    pub(crate) baseline: Option<Result<Anatomy<'a>, Stopped>>,
    /// Texts that look like something, with the offset of the data that they stand in.
    texts: Vec<(u64, Text)>,
}

impl<'a> Case<'a> {
    fn new(request: &'a Request<'a>, policy: &'a Policy) -> Self {
        let sizes = &policy.sizes;
        let fits = crate::anatomy::wide(request.bytes.len()) <= sizes.bytes;
        let anatomy = if fits {
            Anatomy::read(request.bytes, sizes)
        } else {
            Err(Stopped { rule: Rule::Size, offset: sizes.bytes, what: "larger than the policy allows".to_owned() })
        };
        let interfaces = anatomy.as_ref().ok().map(|anatomy| {
            let names = |named: &[crate::anatomy::Named<'a>]| named.iter().map(|named| named.name).collect::<Vec<_>>();
            Interfaces::read(request.bytes, &names(&anatomy.imports), &names(&anatomy.exports))
        });
        Self {
            request,
            policy,
            texts: anatomy.as_ref().map(texts_of).unwrap_or_default(),
            hash: blake3::hash(request.bytes).to_hex().to_string(),
            anatomy,
            interfaces,
            baseline: request.baseline.map(|bytes| Anatomy::read(bytes, sizes)),
        }
    }
}

impl Case<'_> {
    pub(crate) fn texts(&self) -> &[(u64, Text)] {
        &self.texts
    }

    /// Bytes that were searched for texts.
    pub(crate) fn searched(&self) -> u64 {
        let pieces = self.anatomy.as_ref().map(checks::searched).unwrap_or_default();
        pieces.iter().map(|(_, bytes)| crate::anatomy::wide(bytes.len())).sum()
    }
}

/// Texts of a component that look like something, with the offset of the data that they stand in; as many as a report could ever show.
pub(crate) fn texts_of(anatomy: &Anatomy<'_>) -> Vec<(u64, Text)> {
    const MOST: usize = 2_000;
    let pieces = checks::searched(anatomy).into_iter();
    pieces
        .flat_map(|(start, bytes)| texts::search(bytes).into_iter().map(move |text| (start, text)))
        .take(MOST)
        .collect()
}
