//! What rules are, for who asks before or after a review.

use anyhow::{anyhow, bail};
use seedbed_review::{Policy, Rule};
use seedbed_settings::nearest;

use crate::output;

/// The page of a rule, by its id or its name.
pub(super) fn page(asked: &str) -> anyhow::Result<&'static str> {
    let is = |rule: &&Rule| rule.id().eq_ignore_ascii_case(asked) || rule.name().eq_ignore_ascii_case(asked);
    if let Some(rule) = Rule::ALL.iter().find(is) {
        return Ok(rule.page());
    }
    let known = Rule::ALL.iter().flat_map(|rule| [rule.id(), rule.name()]);
    match nearest(asked, known) {
        Some(near) => bail!("no rule is called {asked}; did you mean {near}?"),
        None => Err(anyhow!("no rule is called {asked}; `seedbed review --rules` lists them")),
    }
}

/// All rules, with what each weighs under a policy.
pub(super) fn rules(policy: &Policy) -> String {
    let rows = Rule::ALL.iter().map(|rule| {
        vec![rule.id().to_owned(), rule.name().to_owned(), policy.level(*rule).to_string(), rule.question()]
    });
    output::table(&["rule", "name", "level", "question"], &[false; 4], rows.collect())
}
