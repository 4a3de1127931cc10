//! The page as a file: what is in it, what cannot get in, and how large it grows.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking, helpers included")]

mod samples;

use std::collections::BTreeSet;

use samples::HOSTILE;
use serde_json::Value;

/// The content of each `script` element of the page, by the browser's rule: it ends at the first `</script`.
fn scripts(page: &str) -> Vec<(&str, &str)> {
    page.split("<script")
        .skip(1)
        .map(|rest| {
            let (tag, content) = rest.split_once('>').unwrap();
            (tag, content.split_once("</script").unwrap().0)
        })
        .collect()
}

/// The data that the page carries.
fn data(page: &str) -> Value {
    serde_json::from_str(scripts(page)[0].1).unwrap()
}

/// A user would miss a part of what the run found out.
#[test]
fn the_page_has_all_its_sections() {
    let page = seedbed_report::html(&samples::good());
    let sections: Vec<&str> =
        page.split("<section id=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0).collect();
    assert_eq!(
        sections,
        [
            "verdict",
            "benchmarks",
            "walk-forward",
            "equity",
            "champion",
            "price",
            "trades",
            "fitness",
            "scatter",
            "parameters",
            "heat",
            "lineage",
            "failures",
            "run"
        ]
    );
    assert!(page.starts_with("<!doctype html>") && page.trim_end().ends_with("</html>"));
    assert!(page.contains("https://www.tradingview.com/") && page.contains("Leon Sorokin"), "attribution");
    assert!(!page.contains("{{"), "a part of the skeleton was not filled");
}

/// A user's script that reads the page's data, or the page itself, would find other names.
#[test]
fn the_data_has_the_shape_that_the_page_reads() {
    let shape = shape("", &data(&seedbed_report::html(&samples::good()))).into_iter().collect::<Vec<_>>().join("\n");
    let golden = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data-shape.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&golden, format!("{shape}\n")).unwrap();
    }
    assert_eq!(format!("{shape}\n"), std::fs::read_to_string(golden).unwrap(), "UPDATE_GOLDEN=1 writes it anew");
}

/// Every path of a JSON value with the kind of what lies there; elements of a list share a path.
fn shape(path: &str, value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(fields) if path.ends_with(".values") => [format!("{path}: {} names", fields.len())].into(),
        Value::Object(fields) => {
            fields.iter().flat_map(|(name, value)| shape(&format!("{path}.{name}"), value)).collect()
        }
        Value::Array(values) => values.iter().flat_map(|value| shape(&format!("{path}[]"), value)).collect(),
        Value::Number(_) => [format!("{path}: number")].into(),
        Value::String(_) => [format!("{path}: text")].into(),
        Value::Bool(_) => [format!("{path}: bool")].into(),
        Value::Null => [format!("{path}: none")].into(),
    }
}

/// A user who opens the report of a hostile plugin would run its script.
#[test]
fn hostile_texts_stay_texts() {
    let (good, hostile) = (seedbed_report::html(&samples::good()), seedbed_report::html(&samples::hostile()));
    let own = |page: &str| scripts(page).iter().map(|(tag, _)| (*tag).to_owned()).collect::<Vec<_>>();
    assert_eq!(own(&hostile), own(&good), "the hostile page has other script elements");
    assert_eq!(scripts(&hostile)[1..], scripts(&good)[1..], "the hostile page has other scripts");
    assert!(!hostile.contains("<img") && !hostile.contains("<script>window.__hacked"));
    let data = data(&hostile);
    assert_eq!(data["champion"]["plugin"], HOSTILE, "the name must survive as it is");
    assert_eq!(data["verdict"]["sentence"], HOSTILE);
    assert_eq!(data["verdict"]["sharpe"]["value"], Value::Null, "a number that is none");
}

/// The file would ask a server for something, or run what it did not bring.
#[test]
fn the_policy_allows_only_what_is_inside() {
    let page = seedbed_report::html(&samples::lucky());
    let policy = page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split_once('"').unwrap().0;
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"));
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'));
    for tag in ["<link", "<iframe", "<img", "@import", " src="] {
        assert!(!skeleton(&page).contains(tag), "{tag}");
    }
    for attribute in [" onclick=", " onload=", " style="] {
        assert!(!skeleton(&page).contains(attribute), "{attribute}");
    }
}

/// The page without the contents of its scripts.
fn skeleton(page: &str) -> String {
    scripts(page).iter().fold(page.to_owned(), |page, (_, content)| page.replace(content, ""))
}

/// The page of a long run would stop a browser.
#[test]
fn a_long_run_is_thinned_and_says_so() {
    let page = seedbed_report::html(&samples::long());
    assert!(page.len() < 3_500_000, "{} bytes", page.len());
    let data = data(&page);
    let candles: usize =
        data["markets"].as_array().unwrap().iter().map(|market| market["time"].as_array().unwrap().len()).sum();
    assert!(candles <= 20_000);
    for part in ["price", "equity", "trials"] {
        assert!(data["left_out"][part].is_string(), "{part}");
    }
}

/// Two users with the same run would get different files.
#[test]
fn the_same_report_gives_the_same_bytes() {
    for ((name, first), (_, second)) in samples::all().iter().zip(samples::all().iter()) {
        assert!(seedbed_report::html(first) == seedbed_report::html(second), "{name}");
    }
}

/// A stored report would not come back as it was: a seed would lose its last digits.
#[test]
fn a_report_survives_json() {
    let report = samples::failing();
    let read: seedbed_report::Report = serde_json::from_str(&serde_json::to_string(&report).unwrap()).unwrap();
    assert_eq!((read.run.seed, report.run.seed), (u64::MAX, u64::MAX));
    assert!(read == report);
}
