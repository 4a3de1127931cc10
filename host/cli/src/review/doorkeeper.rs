use std::path::Path;
use std::sync::Arc;

use seedbed_evaluate::{Code, Gate, Refusal, Source};
use seedbed_outcome::GuestText;
use seedbed_review::{Review, Rule, Scope, Verdict};
use seedbed_settings::Origin;
use seedbed_telemetry::metrics::{Metrics, RefusalReason, ReviewVerdict};
use serde_json::{Value, json};

use super::{Standards, shown};
use crate::args::Admission;
use crate::config::Config;
use crate::exit::Stop;
use crate::output;
use crate::telemetry::Telemetry;

/// Stands between plugins and the sandbox: reviews each before any of it is compiled, or says that nobody does.
#[derive(Debug, Clone)]
pub(crate) struct Doorkeeper {
    /// `None` where somebody asked for no review.
    door: Option<Arc<Door>>,
}

impl Doorkeeper {
    /// What the output says when nothing was reviewed.
    const UNREVIEWED: &'static str = "no plugin was reviewed: --no-review";

    /// As asked for and configured; says on stderr that nothing will be reviewed.
    pub(crate) fn new(admission: &Admission, config: &Config, telemetry: &Telemetry) -> Result<Self, Stop> {
        if admission.no_review {
            output::note("warning", Self::UNREVIEWED);
            return Ok(Self { door: None });
        }
        let door = Door {
            standards: Standards::read(config)?,
            metrics: telemetry.metrics().clone(),
            flags: match (&config.review.policy, config.settings.origin("review.policy")) {
                (Some(policy), Origin::Flag(_)) => format!(" --policy {}", word(policy)),
                _ => String::new(),
            },
        };
        Ok(Self { door: Some(Arc::new(door)) })
    }

    /// The same sources, each of which passes the door when it is read.
    pub(crate) fn guard(&self, sources: Vec<Source>) -> Vec<Source> {
        let Some(door) = &self.door else { return sources };
        let gated = |source| Source::Gated { source: Box::new(source), gate: Arc::<Door>::clone(door) };
        sources.into_iter().map(gated).collect()
    }

    /// What the output for people and the notices of a run say, if nothing was reviewed.
    pub(crate) fn remark(&self) -> Option<&'static str> {
        self.door.is_none().then_some(Self::UNREVIEWED)
    }

    /// [`Doorkeeper::remark`] as a paragraph below a table.
    pub(crate) fn paragraph(&self) -> String {
        self.remark().map_or_else(String::new, |remark| format!("\n{remark}\n"))
    }

    /// For programs: what was reviewed under, or that nothing was.
    pub(crate) fn value(&self) -> Value {
        match &self.door {
            None => json!({ "skipped": true }),
            Some(door) => json!({
                "skipped": false,
                "policy": door.standards.policy.hash(),
                "frozen": door.standards.frozen(),
            }),
        }
    }
}

#[derive(Debug)]
struct Door {
    standards: Standards,
    metrics: Metrics,
    /// What to give `seedbed review` so that it judges by the same policy.
    flags: String,
}

impl Gate for Door {
    fn admit(&self, code: &Code) -> Result<(), Refusal> {
        let review = self.standards.review(code, None);
        self.metrics.reviewed(match review.verdict() {
            Verdict::Pass | Verdict::NotChecked => ReviewVerdict::Pass,
            Verdict::Warn => ReviewVerdict::Warn,
            Verdict::Fail => ReviewVerdict::Fail,
        });
        let Some((report, finding)) = review.worst().filter(|(report, _)| report.verdict == Verdict::Fail) else {
            return Ok(());
        };
        if self.standards.accepts(&review) {
            tracing::info!("fails the review ({}), and was pinned with exactly these findings", report.rule);
            return Ok(());
        }
        let reason = self.reason(&review, report.rule);
        let plugin = code
            .place
            .as_ref()
            .map_or_else(|| code.name.to_string(), |place| word(place.folder.as_deref().unwrap_or(&place.component)));
        let next = match reason {
            RefusalReason::Unpinned | RefusalReason::Outdated => {
                format!("review it with `seedbed review {plugin}{0}`, then `seedbed trust {plugin}{0}`", self.flags)
            }
            _ => format!("see `seedbed review {plugin}{}`", self.flags),
        };
        let found = GuestText::bounded(finding.message.as_str(), 300);
        let place = finding.place.file.as_ref().map_or(String::new(), |file| format!(" ({file})"));
        let refusal =
            Refusal(GuestText::new(&format!("review: {} {}: {found}{place}; {next}", report.rule, report.rule.name())));
        self.metrics.refused(reason);
        tracing::warn!("refused by {refusal}");
        Err(refusal)
    }
}

impl Door {
    fn reason(&self, review: &Review, rule: Rule) -> RefusalReason {
        let pin = self.standards.lock.as_ref().and_then(|lock| lock.pin(review.name.as_str()));
        match (rule.scope(), pin) {
            (Scope::Files, _) => RefusalReason::Files,
            (Scope::Lock, None) => RefusalReason::Unpinned,
            (Scope::Lock, Some(pin)) if pin.hash != review.hash => RefusalReason::Changed,
            (Scope::Lock, Some(_)) => RefusalReason::Outdated,
            _ => RefusalReason::Policy,
        }
    }
}

/// A path as a word of a shell's command line, whoever named the file.
fn word(path: &Path) -> String {
    let path = shown(path).to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,@%=:".contains(c);
    if !path.is_empty() && !path.starts_with('-') && path.chars().all(plain) {
        return path;
    }
    let dashed = if path.starts_with('-') { "./" } else { "" };
    format!("'{dashed}{}'", path.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::word;

    /// Whoever copies the command out of a refusal must not run what a file's name says.
    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, as_word) in [
            ("plugins/ema-crossover", "plugins/ema-crossover"),
            ("a b.wasm", "'a b.wasm'"),
            ("$(reboot).wasm", "'$(reboot).wasm'"),
            ("it's;reboot", "'it'\\''s;reboot'"),
            ("--policy", "'./--policy'"),
            ("~root", "'~root'"),
        ] {
            assert_eq!(word(Path::new(path)), as_word);
        }
    }
}
