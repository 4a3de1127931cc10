use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use seedbed_outcome::GuestText;

use crate::suggest::nearest;
use crate::{Catalogue, Key, Notice, Origin, Problem, Problems, Settings};

/// Merges the layers of a configuration: flag over environment over file over default, in whatever order they are handed in.
///
/// A wrong value is a problem even where another layer overrules it: it would strike on the day the other goes.
#[derive(Debug)]
pub struct Layers {
    catalogue: Catalogue,
    settings: Settings,
    problems: Vec<Problem>,
    notices: Vec<Notice>,
}

impl Layers {
    /// The defaults of a catalogue, all of whose keys have fixed paths.
    #[must_use]
    pub fn new(catalogue: Catalogue) -> Self {
        Self { catalogue, settings: Settings::defaults(catalogue), problems: Vec::new(), notices: Vec::new() }
    }

    /// Lays a file over the defaults.
    pub fn file(&mut self, file: &Path, text: &str) {
        let document = self.catalogue.check(file, text);
        self.problems.extend(document.problems);
        for entry in document.entries {
            self.settings.set(entry.key, entry.value, entry.origin);
        }
    }

    /// Lays the variables `PREFIX_SECTION_NAME` over defaults and file. An empty variable counts as unset.
    ///
    /// Other variables with the prefix are only remarked on: orchestrators put variables of their own beside a program's
    /// (`SEEDBED_SERVICE_HOST` for a service of that name).
    pub fn environment(&mut self, prefix: &str, variables: impl IntoIterator<Item = (OsString, OsString)>) {
        let ours = |name: &OsStr| {
            let rest = name.as_encoded_bytes().strip_prefix(prefix.as_bytes());
            rest.is_some_and(|rest| rest.starts_with(b"_"))
        };
        let given: BTreeMap<String, OsString> = variables
            .into_iter()
            .filter(|(name, text)| ours(name) && !text.is_empty())
            .map(|(name, text)| (name.to_string_lossy().into_owned(), text))
            .collect();
        let keys = self.catalogue.keys();
        let of_alias = |name: &str| keys.iter().find(|key| key.alias_variable() == Some(name));
        let of_path = |name: &str| {
            let rest = name.strip_prefix(prefix)?.strip_prefix('_')?;
            keys.iter().find(|key| key.is_variable(rest))
        };
        let (short, long): (Vec<_>, Vec<_>) = given.iter().partition(|(name, _)| of_alias(name).is_some());
        for (name, text) in short.into_iter().chain(long) {
            let origin = Origin::Environment(GuestText::new(name));
            match (of_alias(name).or_else(|| of_path(name)), text.to_str()) {
                (Some(key), Some(text)) => self.text(key, text, origin),
                (Some(key), None) => {
                    self.problems.push(Problem::new(origin, key.place(), "not UTF-8").allowed(key.kind().allowed()));
                }
                (None, _) => self.notices.push(Notice::new(origin, unknown_variable(keys, prefix, name))),
            }
        }
    }

    /// Lays one flag over everything else: `flag` as written (`--fees`), the dotted path of its key, and its text.
    pub fn flag(&mut self, flag: &str, path: &str, text: &str) {
        let origin = Origin::Flag(GuestText::new(flag));
        match self.catalogue.key(path) {
            Some(key) => self.text(key, text, origin),
            None => self.problems.push(Problem::new(origin, path, "no such key in the catalogue")),
        }
    }

    /// What the layers come to, problems included: a caller with rules of its own adds theirs before it [finishes](Merged::finish).
    /// Where a value is wrong, the one that it would have overruled stands in for it.
    #[must_use]
    pub fn merge(self) -> Merged {
        Merged { settings: self.settings, notices: self.notices, problems: self.problems }
    }

    fn text(&mut self, key: &'static Key, text: &str, origin: Origin) {
        match key.kind().read_text(text) {
            Ok(value) => self.settings.set(key, value, origin),
            Err(fault) => self.problems.push(
                Problem::new(origin, key.place(), fault.what)
                    .value(fault.shown)
                    .allowed(key.kind().allowed())
                    .suggestion(fault.suggestion),
            ),
        }
    }
}

fn unknown_variable(keys: &[Key], prefix: &str, name: &str) -> String {
    let known: Vec<String> = keys.iter().map(|key| key.variable(prefix)).collect();
    let meant = nearest(name, known.iter().map(String::as_str));
    let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
    format!("sets nothing: no key of that name{meant}")
}

/// What the layers came to.
#[derive(Debug)]
pub struct Merged {
    /// The effective values.
    pub settings: Settings,
    /// What is worth a remark.
    pub notices: Vec<Notice>,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

impl Merged {
    /// The effective values, if nothing is wrong.
    ///
    /// # Errors
    /// Every problem of every layer at once.
    pub fn finish(self) -> Result<(Settings, Vec<Notice>), Problems> {
        Problems::none_or_all(self.problems)?;
        Ok((self.settings, self.notices))
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    use std::path::Path;

    use super::Layers;
    use crate::{Catalogue, DefaultValue, Key, Kind, Span, Value};

    const CATALOGUE: Catalogue = Catalogue::new(&[
        Key::new("logging.level", Kind::Words(&["info", "debug"]), "Level.")
            .default(DefaultValue::Word("info"))
            .alias("SEED_LOG"),
        Key::new("limits.fuel", Kind::Integer { min: 1, max: 100 }, "Fuel.").default(DefaultValue::Integer(20)),
        Key::new("limits.deadline", Kind::Span { min: Span::millis(1), max: Span::seconds(9) }, "Time.")
            .default(DefaultValue::Span(Span::seconds(5))),
        Key::new("ranges.stop", Kind::Pair { min: 0.5, max: 2.0 }, "Range.").default(DefaultValue::Pair(0.8, 1.2)),
        Key::new("store.path", Kind::Path, "Path."),
    ]);

    fn vars(given: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
        given.iter().map(|(name, text)| (name.into(), text.into())).collect()
    }

    #[test]
    fn flag_beats_environment_beats_file_beats_default() {
        let file = "[limits]\nfuel = 30\ndeadline = \"6s\"\n[logging]\nlevel = \"debug\"\n[ranges]\nstop = [1, 2]\n";
        let environment =
            vars(&[("SEED_LIMITS_FUEL", "40"), ("SEED_LIMITS_DEADLINE", "7s"), ("SEED_LOG", ""), ("OTHER", "1")]);
        let merge = |order: [u8; 3]| {
            let mut layers = Layers::new(CATALOGUE);
            for layer in order {
                match layer {
                    0 => layers.file(Path::new("s.toml"), file),
                    1 => layers.environment("SEED", environment.clone()),
                    _ => layers.flag("--fuel", "limits.fuel", "50"),
                }
            }
            layers.merge().finish().expect("is right")
        };
        let (settings, notices) = merge([0, 1, 2]);
        let shown: Vec<_> = settings.iter().map(|s| format!("{} = {} ({})", s.key.path(), s.value, s.origin)).collect();
        assert_eq!(
            shown,
            [
                "logging.level = \"debug\" (s.toml:5:9)",
                "limits.fuel = 50 (--fuel)",
                "limits.deadline = \"7s\" (SEED_LIMITS_DEADLINE)",
                "ranges.stop = [1, 2] (s.toml:7:8)",
            ]
        );
        assert_eq!(notices, []);
        assert_eq!(merge([2, 1, 0]).0, settings);
        assert_eq!(settings.optional::<String>("store.path"), Ok(None));
        assert!(settings.get::<String>("store.path").is_err());
        assert!(settings.get::<bool>("limits.fuel").is_err());
    }

    #[test]
    fn the_problems_of_all_layers_are_told_together() {
        let mut layers = Layers::new(CATALOGUE);
        layers.file(Path::new("s.toml"), "[limits]\nfuel = 0\n");
        let mut environment = vars(&[("SEED_LIMITS_DEADLINE", "7"), ("SEED_RANGES_STOP", "0.9"), ("SEED_LOG", "debg")]);
        environment.push(("SEED_STORE_PATH".into(), OsString::from_vec(vec![0xff])));
        layers.environment("SEED", environment);
        layers.flag("--fuel", "limits.fuel", "many");
        layers.flag("--odd", "limits.odd", "1");
        assert_eq!(
            layers.merge().finish().expect_err("is wrong").to_string(),
            "7 problems\n  \
             s.toml:2:8: [limits] fuel = 0: out of range; allowed: a whole number from 1 to 100; did you mean 1?\n  \
             SEED_LIMITS_DEADLINE: [limits] deadline = \"7\": not a whole number and a unit; allowed: a time from \"1ms\" to \"9s\"\n  \
             SEED_LOG: [logging] level = \"debg\": unknown word; allowed: \"info\", \"debug\"; did you mean \"debug\"?\n  \
             SEED_RANGES_STOP: [ranges] stop = 0.9: a number where a list belongs; allowed: [low, high] with 0.5 <= low <= high <= 2\n  \
             SEED_STORE_PATH: [store] path: not UTF-8; allowed: a path\n  \
             --fuel: [limits] fuel = \"many\": a text where a whole number belongs; allowed: a whole number from 1 to 100\n  \
             --odd: limits.odd: no such key in the catalogue"
        );
    }

    #[test]
    fn texts_outside_files_need_no_quotes_and_lists_keep_their_brackets() {
        let mut layers = Layers::new(CATALOGUE);
        layers.environment("SEED", vars(&[("SEED_STORE_PATH", "a \"b\""), ("SEED_RANGES_STOP", "[0.9, 1.1]")]));
        let settings = layers.merge().finish().expect("is right").0;
        assert_eq!(settings.get::<String>("store.path"), Ok("a \"b\"".into()));
        assert_eq!(settings.setting("ranges.stop").map(|s| s.value.clone()), Some(Value::Pair(0.9, 1.1)));
    }

    #[test]
    fn the_long_variable_beats_its_short_form() {
        let mut layers = Layers::new(CATALOGUE);
        layers.environment("SEED", vars(&[("SEED_LOGGING_LEVEL", "info"), ("SEED_LOG", "debug")]));
        let settings = layers.merge().finish().expect("is right").0;
        assert_eq!(settings.origin("logging.level").to_string(), "SEED_LOGGING_LEVEL");
    }

    /// A misspelt limit would otherwise be silently no limit; a variable of the orchestrator's stops nothing.
    #[test]
    fn variables_that_set_nothing_are_remarked_on() {
        let mut layers = Layers::new(CATALOGUE);
        layers.environment(
            "SEED",
            vars(&[("SEED_LIMIT_FUEL", "1"), ("SEED_SERVICE_HOST", "10.0.0.1"), ("SEEDLING", "1")]),
        );
        let notices: Vec<_> = layers.merge().finish().expect("is right").1.iter().map(ToString::to_string).collect();
        assert_eq!(
            notices,
            [
                "SEED_LIMIT_FUEL: sets nothing: no key of that name; did you mean SEED_LIMITS_FUEL?",
                "SEED_SERVICE_HOST: sets nothing: no key of that name",
            ]
        );
    }
}
