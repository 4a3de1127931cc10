use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Unread;
use crate::{Finding, Level, Review, Rule, RuleReport, Verdict};

/// Reviews as one SARIF 2.1.0 log for code-scanning tools: a run with all rules, an artifact for each component, a result for each
/// finding, and a notification for each rule that was not checked and each plugin that could not be read. `version` is that of seedbed.
///
/// `uris` names the file of each review, in the same order, as a tool finds it: relative to the repository, with `/`. Where one is missing
/// the review's name stands instead.
///
/// # Errors
/// None that a review can cause; serde's signature has one.
pub fn sarif(
    reviews: &[Review],
    uris: &[String],
    unread: &[Unread],
    version: &str,
) -> Result<String, serde_json::Error> {
    let uri = |index: usize, review: &Review| {
        uris.get(index).map_or_else(|| percent(review.name.as_str()), |uri| percent(uri))
    };
    // One that stands twice in the list is one artifact: the format wants them distinct.
    let (mut artifacts, mut places, mut known) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (index, review) in reviews.iter().enumerate() {
        let uri = uri(index, review);
        let place = known.entry((uri.clone(), &review.hash)).or_insert_with(|| {
            artifacts.push(json!({
                "location": { "uri": uri },
                "length": review.bytes,
                "mimeType": "application/wasm",
                "hashes": { "blake3": review.hash },
                "roles": ["analysisTarget"],
            }));
            artifacts.len() - 1
        });
        places.push(*place);
    }
    let results: Vec<Value> = reviews
        .iter()
        .zip(places)
        .enumerate()
        .flat_map(|(index, (review, place))| {
            let uri = uri(index, review);
            review.rules.iter().flat_map(move |report| {
                let uri = uri.clone();
                report.findings.iter().map(move |finding| result(review, report, finding, &uri, place))
            })
        })
        .collect();
    let unreadable = unread.iter().map(|Unread { name, why }| {
        json!({ "level": "error", "message": { "text": format!("{name} cannot be reviewed: {why}") } })
    });
    let notifications: Vec<Value> = reviews
        .iter()
        .flat_map(|review| review.rules.iter().map(move |report| (review, report)))
        .filter(|(_, report)| report.verdict == Verdict::NotChecked)
        .map(|(review, report)| {
            json!({
                "level": "note",
                "associatedRule": { "id": report.rule.id(), "index": position(report.rule) },
                "message": { "text": format!("{}: {} was not checked: {}", review.name, report.rule, report.checked) },
            })
        })
        .chain(unreadable)
        .collect();
    let log = json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "seedbed review",
                "version": version,
                "rules": Rule::ALL.iter().map(|rule| descriptor(*rule)).collect::<Vec<_>>(),
            } },
            "artifacts": artifacts,
            "invocations": [{ "executionSuccessful": unread.is_empty(), "toolExecutionNotifications": notifications }],
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).map(|text| text + "\n")
}

fn descriptor(rule: Rule) -> Value {
    json!({
        "id": rule.id(),
        "name": pascal(rule.name()),
        "shortDescription": { "text": rule.question() },
        "fullDescription": { "text": rule.why() },
        "help": { "text": rule.remedy(), "markdown": rule.page() },
        "defaultConfiguration": { "level": level(rule.default_level()) },
    })
}

fn result(review: &Review, report: &RuleReport, finding: &Finding, uri: &str, artifact: usize) -> Value {
    let mut physical = match &finding.place.file {
        Some(file) => Map::from_iter([("artifactLocation".to_owned(), json!({ "uri": percent(file.as_str()) }))]),
        None => Map::from_iter([("artifactLocation".to_owned(), json!({ "uri": uri, "index": artifact }))]),
    };
    if let (None, Some(offset)) = (&finding.place.file, finding.place.offset) {
        physical.insert("region".to_owned(), json!({ "byteOffset": offset, "byteLength": 1 }));
    }
    let mut location = Map::from_iter([("physicalLocation".to_owned(), Value::Object(physical))]);
    if let Some(function) = &finding.place.function {
        let name = function.name.as_ref().map_or_else(|| function.to_string(), ToString::to_string);
        let logical = json!([{ "name": name, "fullyQualifiedName": function.to_string(), "kind": "function" }]);
        location.insert("logicalLocations".to_owned(), logical);
    }
    // The same finding keeps its print when code before it moves.
    let function = finding.place.function.as_ref().and_then(|function| function.name.as_ref());
    let print = format!("{}\n{}\n{}", report.rule.id(), function.map_or("", |name| name.as_str()), finding.message);
    json!({
        "ruleId": report.rule.id(),
        "ruleIndex": position(report.rule),
        "level": level(finding.level),
        "message": { "text": format!("{}: {}. {}", review.name, finding.message, report.rule.remedy()) },
        "locations": [location],
        "partialFingerprints": { "seedbedFinding/v1": blake3::hash(print.as_bytes()).to_hex().to_string() },
    })
}

fn position(rule: Rule) -> usize {
    Rule::ALL.iter().position(|other| *other == rule).unwrap_or(0)
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Off => "none",
        Level::Note => "note",
        Level::Warn => "warning",
        Level::Fail => "error",
    }
}

/// `memory-growth` as `MemoryGrowth`, the form that viewers expect of a rule's name.
fn pascal(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or(String::new(), |first| first.to_ascii_uppercase().to_string() + letters.as_str())
    };
    name.split('-').map(word).collect()
}

/// A path as a URI reference (RFC 3986): every byte but unreserved ones and `/` as `%XX`.
fn percent(path: &str) -> String {
    let byte = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    path.bytes().map(byte).collect()
}
