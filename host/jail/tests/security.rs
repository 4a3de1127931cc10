//! SECURITY.md names a test for each of its claims, as `file: test`; this checks that they are there.

use std::fs;
use std::path::Path;

/// Otherwise a promise would outlive the test that kept it, and a reviewer would rely on nothing.
#[test]
fn every_claim_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let document = fs::read_to_string(root.join("SECURITY.md")).unwrap();
    let claims: Vec<(&str, &str)> =
        document.split('`').skip(1).step_by(2).filter_map(|code| code.split_once(".rs: ")).collect();
    assert!(claims.len() >= 20, "{} claims found; has their form changed?", claims.len());
    for (file, test) in claims {
        let path = root.join(format!("{file}.rs"));
        let source = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}.rs: {error}"));
        assert!(source.contains(&format!("fn {test}(")), "{file}.rs has no test {test}");
    }
}
