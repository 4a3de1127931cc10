use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;

use seedbed_outcome::GuestText;
use toml::de::DeValue;

use crate::suggest::nearest;
use crate::{Catalogue, FromValue, Key, Notice, Origin, Problem, Problems, Value};

/// One effective value and where it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// The key.
    pub key: &'static Key,
    /// The value; prints masked where it may be a secret.
    pub value: Value,
    /// Where it comes from.
    pub origin: Origin,
}

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
        let mut layers =
            Self { catalogue, settings: Settings(BTreeMap::new()), problems: Vec::new(), notices: Vec::new() };
        for key in catalogue.keys() {
            if let Some(default) = key.default_toml() {
                match DeValue::parse(default).ok().and_then(|value| key.kind().read(value.get_ref()).ok()) {
                    Some(value) => layers.set(key, value, Origin::Default),
                    None => {
                        layers.problems.push(Problem::new(Origin::Default, key.place(), "default breaks its own rule"))
                    }
                }
            }
        }
        layers
    }

    /// Lays a file over the defaults.
    pub fn file(&mut self, file: &Path, text: &str) {
        let document = self.catalogue.check(file, text);
        self.problems.extend(document.problems);
        for entry in document.entries {
            self.set(entry.key, entry.value, entry.origin);
        }
    }

    /// Lays the variables `PREFIX_SECTION_NAME` over defaults and file. An empty variable counts as unset.
    ///
    /// Other variables with the prefix are only remarked on: orchestrators put variables of their own beside a program's
    /// (`SEEDBED_SERVICE_HOST` for a service of that name).
    pub fn environment(&mut self, prefix: &str, variables: impl IntoIterator<Item = (OsString, OsString)>) {
        let ours = |name: &OsStr| name.to_string_lossy().strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'));
        let mut given: BTreeMap<String, OsString> = variables
            .into_iter()
            .filter(|(name, text)| ours(name) && !text.is_empty())
            .map(|(name, text)| (name.to_string_lossy().into_owned(), text))
            .collect();
        for key in self.catalogue.keys() {
            let long = key.variable(prefix);
            let short = key.alias_variable().and_then(|alias| Some((alias.to_owned(), given.remove(alias)?)));
            let long = given.remove(&long).map(|text| (long, text));
            for (name, text) in short.into_iter().chain(long) {
                let origin = Origin::Environment(GuestText::new(&name));
                match text.to_str() {
                    Some(text) => self.text(key, text, origin),
                    None => {
                        self.problems.push(Problem::new(origin, key.place(), "not UTF-8").allowed(key.kind().allowed()))
                    }
                }
            }
        }
        if given.is_empty() {
            return;
        }
        let known: Vec<String> = self.catalogue.keys().iter().map(|key| key.variable(prefix)).collect();
        for name in given.keys() {
            let meant = nearest(name, known.iter().map(String::as_str));
            let meant = meant.map(|meant| format!("; did you mean {meant}?")).unwrap_or_default();
            let origin = Origin::Environment(GuestText::new(name));
            self.notices.push(Notice::new(origin, format!("sets nothing: no key of that name{meant}")));
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
            Ok(value) => self.set(key, value, origin),
            Err(fault) => self.problems.push(
                Problem::new(origin, key.place(), fault.what)
                    .value(fault.shown)
                    .allowed(key.kind().allowed())
                    .suggestion(fault.suggestion),
            ),
        }
    }

    fn set(&mut self, key: &'static Key, value: Value, origin: Origin) {
        let kept = self.settings.0.get(key.path()).is_some_and(|present| present.origin.overrules(&origin));
        if !kept {
            self.settings.0.insert(key.path(), Setting { key, value, origin });
        }
    }
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

/// The effective values by dotted path; a key without default that nobody set is absent.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings(BTreeMap<&'static str, Setting>);

impl Settings {
    /// The value of a key that has a default.
    ///
    /// # Errors
    /// A problem when the key is unset or of another kind than asked for: the catalogue and its reader disagree.
    pub fn get<T: FromValue>(&self, path: &'static str) -> Result<T, Problems> {
        self.optional(path)?.ok_or_else(|| Problem::new(Origin::Default, path, "has no value").into())
    }

    /// The value of a key, if it is set.
    ///
    /// # Errors
    /// A problem when it is of another kind than asked for: the catalogue and its reader disagree.
    pub fn optional<T: FromValue>(&self, path: &'static str) -> Result<Option<T>, Problems> {
        let Some(setting) = self.0.get(path) else { return Ok(None) };
        let mismatch = || Problem::new(setting.origin.clone(), setting.key.place(), "is read as another kind");
        T::from_value(&setting.value).map(Some).ok_or_else(|| mismatch().into())
    }

    /// Where a key's value comes from; [`Origin::Default`] for one that nobody set.
    #[must_use]
    pub fn origin(&self, path: &str) -> &Origin {
        self.0.get(path).map_or(&Origin::Default, |setting| &setting.origin)
    }

    /// The setting of a key, if it is set.
    #[must_use]
    pub fn setting(&self, path: &str) -> Option<&Setting> {
        self.0.get(path)
    }

    /// Every setting, by path.
    pub fn iter(&self) -> impl Iterator<Item = &Setting> {
        self.0.values()
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt as _;
    use std::path::Path;

    use super::Layers;
    use crate::{Catalogue, Key, Kind, Span, Value};

    const CATALOGUE: Catalogue = Catalogue::new(&[
        Key::new("logging.level", Kind::Words(&["info", "debug"]), "Level.").default("\"info\"").alias("SEED_LOG"),
        Key::new("limits.fuel", Kind::Integer { min: 1, max: 100 }, "Fuel.").default("20"),
        Key::new("limits.deadline", Kind::Span { min: Span::millis(1), max: Span::seconds(9) }, "Time.")
            .default("\"5s\""),
        Key::new("ranges.stop", Kind::Pair { min: 0.5, max: 2.0 }, "Range.").default("[0.8, 1.2]"),
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
                "limits.deadline = \"7s\" (SEED_LIMITS_DEADLINE)",
                "limits.fuel = 50 (--fuel)",
                "logging.level = \"debug\" (s.toml:5:9)",
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
             s.toml:2:8: [limits] fuel = 0: out of range; allowed: a whole number from 1 to 100\n  \
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
