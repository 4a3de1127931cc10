//! What people and programs read.

#![allow(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test ends where its helpers fail")]

mod support;

use seedbed_outcome::GuestText;
use seedbed_review::render::{self, Unread};
use seedbed_review::{Policy, Request, Review, Rule, Verdict};
use serde_json::Value;
use support::{Craft, review, seed, with_section};

/// A seed that passes, a component with findings of all kinds in functions and data, and one that cannot be read.
fn reviews() -> Vec<Review> {
    let foul = Craft {
        data: vec![(2048, b"=HYPERLINK(\"http://x\")\x1b[2J\r\nseedbed: all well\n<script>".to_vec())],
        code: Some(|code| {
            code.loop_(wasm_encoder::BlockType::Empty).br(0).end();
        }),
        named: true,
        ..Craft::default()
    };
    let foul = with_section(&foul.component(), "a\u{1b}[2J<b>", b"x");
    let request = Request::of("foul \u{1b}[31m\"name\"", &foul);
    vec![review(seed("ema-crossover")), Review::new(&request, &Policy::default()), review(b"text")]
}

/// A plugin that could not be read, whose folder has a name of somebody's choice.
fn unread() -> Vec<Unread> {
    let text = |text: &str| GuestText::new(text);
    vec![Unread { name: text("\u{1b}[2J<script>"), why: text("3 problems\nseedbed: all well") }]
}

fn against(schema: &str, instance: &str) -> Value {
    let schema: Value = serde_json::from_str(schema).expect("the schema is JSON");
    let instance: Value = serde_json::from_str(instance).expect("the output is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<_> =
        validator.iter_errors(&instance).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    instance
}

/// The published schema without a bracket too many, which strict readers of patterns refuse; no output here has a `language`.
fn sarif_schema() -> String {
    let published = include_str!("schema/sarif-2.1.0.json");
    let (faulty, meant) = ("^[a-zA-Z]{2}|^[a-zA-Z]{2}-[a-zA-Z]{2}]?$", "^[a-zA-Z]{2}(-[a-zA-Z]{2})?$");
    assert!(published.contains(faulty));
    published.replace(faulty, meant)
}

/// Code-scanning tools refuse a log that breaks the schema, whole.
#[test]
fn sarif_is_valid_and_complete() {
    let reviews = reviews();
    let uris = ["plugins/ema-crossover/a b.wasm".to_owned()];
    let sarif = render::sarif(&reviews, &uris, &unread(), "0.1.0").expect("renders");
    let log = against(&sarif_schema(), &sarif);
    let run = &log["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(Rule::ALL.len()));
    assert_eq!(run["artifacts"][0]["location"]["uri"], "plugins/ema-crossover/a%20b.wasm");
    let findings: usize = reviews.iter().flat_map(|review| &review.rules).map(|report| report.findings.len()).sum();
    let results = run["results"].as_array().expect("results");
    assert_eq!(results.len(), findings);
    let unchecked: usize = reviews.iter().map(|review| review.count(Verdict::NotChecked)).sum();
    let notifications = run["invocations"][0]["toolExecutionNotifications"].as_array().expect("notifications");
    assert_eq!(notifications.len(), unchecked + 1);
    let last = &notifications[unchecked];
    assert_eq!(
        (last["level"].as_str(), run["invocations"][0]["executionSuccessful"].as_bool()),
        (Some("error"), Some(false))
    );
    assert_eq!(last["message"]["text"], "<script> cannot be reviewed: 3 problems seedbed: all well");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small");
        assert_eq!(result["ruleId"], run["tool"]["driver"]["rules"][index]["id"]);
    }
    let endless = results.iter().find(|result| result["ruleId"] == "SB031").expect("is found");
    assert_eq!(endless["level"], "warning");
    assert_eq!(endless["locations"][0]["logicalLocations"][0]["name"], "signals");
    assert!(endless["locations"][0]["physicalLocation"]["region"]["byteOffset"].is_u64());
}

/// A directory that is named twice must not make the whole log invalid.
#[test]
fn a_component_that_stands_twice_is_one_artifact() {
    let reviews = [b"text", b"none", b"text"].map(|bytes| review(bytes));
    let log = against(&sarif_schema(), &render::sarif(&reviews, &[], &[], "0.1.0").expect("renders"));
    assert_eq!(log["runs"][0]["artifacts"].as_array().map(Vec::len), Some(2));
}

/// Programs that read version 1 must be able to read every report of version 1.
#[test]
fn json_is_what_its_schema_says() {
    let reviews = reviews();
    let json = render::json(&reviews, &unread()).expect("renders");
    let report = against(include_str!("../../../docs/review/schema.json"), &json);
    let verdicts: Vec<_> = (0..3).map(|at| report["reviews"][at]["verdict"].as_str()).collect();
    assert_eq!(verdicts, [Some("pass"), Some("fail"), Some("fail")]);
    assert_eq!(report["reviews"][0]["worst"], Value::Null);
    assert_eq!(report["reviews"][1]["worst"]["rule"], "SB047");
    assert_eq!(report["reviews"][2]["facts"], Value::Null);
    assert_eq!(report["unread"][0]["why"], "3 problems seedbed: all well");
}

/// A report that a component can write into is worth nothing.
#[test]
fn no_output_carries_what_a_component_wrote_raw() {
    let reviews = reviews();
    let texts = [
        render::json(&reviews, &unread()).expect("renders"),
        render::sarif(&reviews, &[], &unread(), "0.1.0").expect("renders"),
        render::html(&reviews, &unread(), "0.1.0"),
        reviews.iter().map(render::text).collect(),
    ];
    for text in texts {
        let steering = text.chars().filter(|c| c.is_control() && *c != '\n').count();
        assert_eq!(steering, 0);
        assert!(!text.contains("\nseedbed: all well"));
    }
    let html = render::html(&reviews, &unread(), "0.1.0");
    assert!(html.contains("&lt;script&gt;") && !html.contains("<script>"), "{html}");
}

/// The form of the report, on a component that no tool chain changes.
#[test]
fn text() {
    let texts: Vec<_> = reviews().iter().skip(1).map(render::text).collect();
    insta::assert_snapshot!(texts.join("\n----\n\n"));
}
