//! `seedbed.toml` and the environment. A comment of the form `#SEEDBED_LIMITS_MEMORY=1MiB` sets that variable, too.

#![no_main]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use seedbed_fuzz::config::{Config, ConfigError, FILE_VARIABLE, PREFIX, Sources};
use seedbed_fuzz::{assert_printable, limit_memory};
use seedbed_settings::{Settings, Value, masked};

fuzz_target!(init: limit_memory(64), |text: &str| {
    match load("given.toml", text, environment(text)) {
        Ok(config) => {
            config.notices.iter().for_each(|notice| assert_printable(&notice.to_string()));
            let written = written(&config.settings);
            assert_printable(&written);
            let again = load("written.toml", &written, Vec::new()).unwrap_or_else(|error| panic!("{error}\n{written}"));
            let values = |settings: &Settings| -> Vec<_> {
                settings.iter().filter(|setting| is_written(&setting.value)).map(|s| (s.key.path(), s.value.clone())).collect()
            };
            assert_eq!(values(&again.settings), values(&config.settings), "{written}");
        }
        Err(error) => {
            assert_printable(&error.to_string());
            assert!(matches!(error, ConfigError::Problems { .. } | ConfigError::File { .. }), "{error}");
        }
    }
});

/// In memory where there is such a place: two files a run.
static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    folder.expect("a folder")
});

fn load(name: &str, text: &str, environment: Vec<(String, String)>) -> Result<Config, ConfigError> {
    let path: PathBuf = Path::new(FOLDER.path()).join(name);
    fs::write(&path, text).expect("written");
    let environment = environment.into_iter().map(|(name, value)| (name.into(), value.into())).collect();
    Config::load(Sources { named: Some(path), environment, ..Sources::default() })
}

fn environment(text: &str) -> Vec<(String, String)> {
    let set = |line: &str| {
        let (name, value) = line.strip_prefix('#')?.split_once('=')?;
        let ours = name.starts_with(PREFIX) && name != FILE_VARIABLE && !value.contains('\0');
        ours.then(|| (name.to_owned(), value.to_owned()))
    };
    text.lines().filter_map(set).collect()
}

/// The effective settings as a file says them; what may hold a password is only ever shown masked, and left out.
fn written(settings: &Settings) -> String {
    let lines = settings.iter().filter(|setting| is_written(&setting.value));
    lines.map(|setting| format!("{} = {}\n", setting.key.path(), setting.value)).collect()
}

fn is_written(value: &Value) -> bool {
    match value {
        Value::Url(_) => false,
        Value::Text(text) => masked(text) == *text,
        Value::List(texts) => texts.iter().all(|text| masked(text) == *text),
        _ => true,
    }
}
