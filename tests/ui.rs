//! What the binary says, word for word: a case is `ui/NAME.toml`, and `NAME.stdout` and `NAME.stderr` beside it are the texts (none: nothing
//! is said). `UPDATE_UI=1 cargo test --release --test ui` writes them anew, to be read before they are committed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use support::{Machine, seed};

/// One command line and the machine that it runs on.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What a user does here; for the reader of the case only.
    #[serde(rename = "about")]
    _about: String,
    args: Vec<String>,
    /// The exit code.
    exit: i32,
    #[serde(default)]
    env: BTreeMap<String, String>,
    /// Files by their paths.
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Components of built-in seeds by their paths.
    #[serde(default)]
    seeds: BTreeMap<String, String>,
    /// Empty folders.
    #[serde(default)]
    folders: Vec<String>,
}

impl Case {
    /// The texts by their endings.
    fn run(&self, name: &str) -> BTreeMap<&'static str, String> {
        let machine = Machine::new();
        for (path, text) in &self.files {
            machine.write(path, text);
        }
        for (path, name) in &self.seeds {
            machine.write(path, seed(name));
        }
        for folder in &self.folders {
            fs::create_dir_all(machine.work().join(folder)).unwrap();
        }
        let args: Vec<&str> = self.args.iter().map(String::as_str).collect();
        let env: Vec<(&str, &str)> = self.env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let ended = machine.run_with(&args, &env);
        assert_eq!(ended.code, self.exit, "{name}: {}{}", ended.stdout, ended.stderr);
        [("stdout", ended.stdout), ("stderr", ended.stderr)]
            .map(|(ending, text)| (ending, self.without_hashes(&machine.stable(&text))))
            .into()
    }
}

impl Case {
    /// The hashes of seeds change with every seed; of them only so much is agreed on that they are there, and how long.
    fn without_hashes(&self, text: &str) -> String {
        self.seeds.values().fold(text.to_owned(), |text, name| {
            let hash = blake3::hash(seed(name)).to_hex();
            let mask = "HASH".repeat(hash.len() / 4);
            text.replace(hash.as_str(), &mask).replace(&hash[..16], &mask[..16])
        })
    }
}

#[test]
fn every_text_is_as_it_was_read_and_agreed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/ui");
    let update = std::env::var_os("UPDATE_UI").is_some();
    let mut wrong = Vec::new();
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    cases.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    assert!(cases.len() >= 25, "only {} cases", cases.len());
    for path in cases {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let case: Case = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        for (ending, said) in case.run(&name) {
            let golden = path.with_extension(ending);
            let agreed = fs::read_to_string(&golden).unwrap_or_default();
            if said == agreed {
                continue;
            }
            match (update, said.is_empty()) {
                (true, true) => fs::remove_file(&golden).unwrap(),
                (true, false) => fs::write(&golden, said).unwrap(),
                (false, _) => {
                    wrong.push(format!("--- {name}.{ending}, agreed\n{agreed}+++ {name}.{ending}, said\n{said}"))
                }
            }
        }
    }
    assert!(wrong.is_empty(), "texts changed; read them, then run again with UPDATE_UI=1\n{}", wrong.join("\n"));
}
