//! The vendored files are the ones that their table names.

use std::path::Path;

use sha2::{Digest, Sha256};

/// A reviewer could not tell the published builds from changed ones.
#[test]
fn every_script_has_the_sum_of_the_table() {
    let vendor = Path::new(env!("CARGO_MANIFEST_DIR")).join("vendor");
    let readme = std::fs::read_to_string(vendor.join("README.md")).unwrap();
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), 3);
    for row in rows {
        let mut quoted = row.split('`').skip(1).step_by(2);
        let (file, sum) = (quoted.next().unwrap(), quoted.next().unwrap());
        let digest = Sha256::digest(std::fs::read(vendor.join(file)).unwrap());
        let actual: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(actual, sum, "{file}");
    }
}
