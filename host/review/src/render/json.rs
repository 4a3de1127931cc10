use serde::Serialize;

use super::Unread;
use crate::{Finding, Review, Rule, Verdict};

#[derive(Serialize)]
struct Report<'r> {
    format: &'static str,
    reviews: Vec<Reviewed<'r>>,
    unread: &'r [Unread],
}

#[derive(Serialize)]
struct Reviewed<'r> {
    verdict: Verdict,
    worst: Option<Worst<'r>>,
    findings_digest: String,
    #[serde(flatten)]
    review: &'r Review,
}

#[derive(Serialize)]
struct Worst<'r> {
    rule: Rule,
    #[serde(flatten)]
    finding: &'r Finding,
}

/// Reviews, and what could not be reviewed, as one JSON object, `"format": "seedbed.review/1"`, by the schema in `docs/review/schema.json`. Ends with a line break.
///
/// # Errors
/// None that a review can cause; serde's signature has one.
pub fn json(reviews: &[Review], unread: &[Unread]) -> Result<String, serde_json::Error> {
    let reviews = reviews.iter().map(|review| Reviewed {
        verdict: review.verdict(),
        worst: review.worst().map(|(report, finding)| Worst { rule: report.rule, finding }),
        findings_digest: review.digest(),
        review,
    });
    let report = Report { format: "seedbed.review/1", reviews: reviews.collect(), unread };
    serde_json::to_string_pretty(&report).map(|text| text + "\n")
}
