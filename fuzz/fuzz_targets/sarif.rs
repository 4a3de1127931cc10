//! Reviews with whatever texts a component and a file system can bring into them, as reports for programs.

#![no_main]

use std::sync::LazyLock;

use arbitrary::{Arbitrary, Result, Unstructured};
use jsonschema::Validator;
use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_printable, limit_memory};
use seedbed_outcome::GuestText;
use seedbed_review::{
    Finding, FunctionPlace, Level, Place, Policy, Request, Review, Rule, RuleReport, Verdict, render,
};
use serde_json::Value;

/// A review is worth what the component's own would be, with the texts of the input in all places where a text can stand.
#[derive(Debug, Arbitrary)]
struct Input {
    reviews: Vec<Named>,
    uris: Vec<String>,
}

#[derive(Debug, Arbitrary)]
struct Named {
    name: String,
    bytes: Vec<u8>,
    #[arbitrary(with = findings)]
    findings: Vec<(Rule, Finding)>,
}

fuzz_target!(init: limit_memory(512), |input: Input| {
    let reviews: Vec<Review> = input.reviews.into_iter().take(8).map(review).collect();
    let json = assert_valid(&REPORT, &render::json(&reviews, &[]).expect("renders"));
    let sarif = assert_valid(&SARIF, &render::sarif(&reviews, &input.uris, &[], "0.1.0").expect("renders"));
    reviews.iter().for_each(|review| assert_printable(&render::text(review)));

    let findings = reviews.iter().flat_map(|review| review.rules.iter().map(move |report| (review, report)));
    let findings = findings.flat_map(|(review, report)| report.findings.iter().map(move |finding| (review, report, finding)));
    let results = sarif["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), findings.clone().count());
    for (result, (review, report, finding)) in results.iter().zip(findings) {
        assert_eq!(result["ruleId"], report.rule.id());
        let message = result["message"]["text"].as_str().expect("a text");
        assert!(message.starts_with(&format!("{}: {}", review.name, finding.message)), "{message:?}");
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().expect("a URI");
        assert!(uri.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~/%".contains(&byte)), "{uri:?}");
    }
    assert_eq!(json["reviews"].as_array().map(Vec::len), Some(reviews.len()));
});

fn review(named: Named) -> Review {
    let mut review = Review::new(&Request::of(&named.name, &named.bytes), &Policy::default());
    for (rule, finding) in named.findings {
        let report: Option<&mut RuleReport> = review.rules.iter_mut().find(|report| report.rule == rule);
        let report = report.expect("every rule is told");
        report.verdict = report.verdict.max(Verdict::from(finding.level));
        report.findings.push(finding);
    }
    review
}

fn findings(input: &mut Unstructured<'_>) -> Result<Vec<(Rule, Finding)>> {
    let finding = |input: &mut Unstructured<'_>| {
        let text = |input: &mut Unstructured<'_>| input.arbitrary::<&str>().map(GuestText::new);
        let optional = |input: &mut Unstructured<'_>| {
            if input.arbitrary()? { text(input).map(Some) } else { Ok(None) }
        };
        let function = if input.arbitrary()? {
            Some(FunctionPlace { module: input.arbitrary()?, index: input.arbitrary()?, name: optional(input)? })
        } else {
            None
        };
        let place = Place { offset: input.arbitrary()?, function, file: optional(input)? };
        let level = *input.choose(&[Level::Note, Level::Warn, Level::Fail])?;
        Ok((*input.choose(Rule::ALL)?, Finding { level, message: text(input)?, place }))
    };
    (0..input.int_in_range(0..=16)?).map(|_| finding(input)).collect()
}

static REPORT: LazyLock<Validator> = LazyLock::new(|| validator(include_str!("../../docs/review/schema.json")));
static SARIF: LazyLock<Validator> = LazyLock::new(|| {
    // A bracket too many in the published schema, which strict readers of patterns refuse; no output here has a `language`.
    let (faulty, meant) = ("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    validator(&include_str!("../../host/review/tests/schema/sarif-2.1.0.json").replace(faulty, meant))
});

fn validator(schema: &str) -> Validator {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::validator_for(&schema).expect("the schema is one")
}

fn assert_valid(validator: &Validator, text: &str) -> Value {
    assert_printable(text);
    let instance: Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    if let Err(error) = validator.validate(&instance) {
        panic!("{}: {error}", error.instance_path());
    }
    instance
}
