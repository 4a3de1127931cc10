//! A `plugin.toml` from a stranger.

#![no_main]

use std::path::{Component, Path};

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::{assert_places, assert_printable, limit_memory};
use seedbed_genome::{ExitBounds, is_name};
use seedbed_plugin::{Manifest, ManifestError};

fuzz_target!(init: limit_memory(64), |text: &str| {
    match Manifest::parse(text, Path::new(Manifest::FILE)) {
        Ok(manifest) => {
            assert!(is_name(&manifest.name));
            let leaves = |step: Component<'_>| !matches!(step, Component::Normal(_) | Component::CurDir);
            assert!(!manifest.component.components().any(leaves), "{}", manifest.component.display());
            assert!(manifest.build.as_ref().is_none_or(|command| command.first().is_some_and(|program| !program.is_empty())));
            manifest.notices.iter().for_each(|notice| assert_printable(&notice.to_string()));
            let mut bounds = ExitBounds::default();
            manifest.narrow_exits(&mut bounds).expect("something is left of the host's bounds");
        }
        Err(ManifestError::Problems(problems)) => {
            assert_printable(&problems.to_string());
            assert_places(&problems, text);
        }
        Err(error) => assert_printable(&error.to_string()),
    }
});
