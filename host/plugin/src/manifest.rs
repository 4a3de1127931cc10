use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use seedbed_genome::{ExitBounds, ExitError, Interval, Mechanism, is_name};
use seedbed_outcome::GuestText;
use seedbed_settings::{ByteSize, Document, Entry, Notice, Problem, Problems, file, nearest};

use crate::error::ManifestError;
use crate::keys::{self, CATALOGUE};

/// A `plugin.toml` that keeps every rule. What it asks for only ever narrows what the operator grants.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The plugin's name: 1 to 48 characters of `a-z`, `0-9` and `-`.
    pub name: String,
    /// The component's path, relative to the folder of the manifest, without `..`.
    pub component: PathBuf,
    /// Limits that it asks for below the operator's.
    pub limits: LimitRequest,
    /// Bounds of exit parameters, in the order of mechanisms and their parameters' names.
    pub exits: Vec<ExitNarrowing>,
    /// The WASI policy that the component needs.
    pub wasi: WasiRequest,
    /// The program and its arguments that build the component; `None` for the host's own way.
    pub build: Option<Vec<String>>,
    /// What is worth a remark.
    pub notices: Vec<Notice>,
}

/// Limits of one call; an absent one leaves the operator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LimitRequest {
    /// Units of fuel for each bar.
    pub fuel_per_bar: Option<u64>,
    /// Units of fuel besides.
    pub fuel_base: Option<u64>,
    /// Wall-clock limit.
    pub deadline: Option<Duration>,
    /// Bytes of linear memories and tables together.
    pub memory: Option<u64>,
}

/// Narrower bounds for one parameter of an exit mechanism.
#[derive(Debug, Clone, PartialEq)]
pub struct ExitNarrowing {
    /// The mechanism.
    pub mechanism: Mechanism,
    /// The parameter's contract name.
    pub parameter: &'static str,
    /// The bounds, as the manifest gives them: they may reach outside the host's, which then win.
    pub bounds: Interval,
}

/// The WASI policy that a plugin needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WasiRequest {
    /// It imports nothing of WASI.
    #[default]
    Deny,
    /// It imports WASI and runs with everything inert: fixed clock, seeded random, no files, no network, no environment.
    Inert,
}

impl Manifest {
    /// The name of the file in a plugin's folder.
    pub const FILE: &'static str = "plugin.toml";
    /// The version of the format that this host reads.
    pub const VERSION: u64 = 1;
    /// The largest file that is read.
    pub const MOST: ByteSize = ByteSize::bytes(65_536);

    /// Reads the manifest of a plugin's folder, following no symlink below it.
    ///
    /// # Errors
    /// [`ManifestError`] when it cannot be read or breaks a rule.
    pub fn read(folder: &Path) -> Result<Self, ManifestError> {
        let path = folder.join(Self::FILE);
        let shown = || GuestText::new(&path.to_string_lossy());
        let bytes = file::read_within(folder, Path::new(Self::FILE), Self::MOST)
            .map_err(|source| ManifestError::File { path: shown(), source })?;
        let text = String::from_utf8(bytes).map_err(|_| ManifestError::NotUtf8 { path: shown() })?;
        Self::parse(&text, &path)
    }

    /// Checks a manifest's text; `path` only names it in messages.
    ///
    /// # Errors
    /// [`ManifestError::Version`] for an unknown version, whatever else the file holds; otherwise every problem at once.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ManifestError> {
        let mut document = CATALOGUE.check(path, text);
        if let Some(found) = document.get::<u64>(keys::MANIFEST).filter(|version| *version != Self::VERSION) {
            return Err(ManifestError::Version { path: GuestText::new(&path.to_string_lossy()), found });
        }
        let (exits, notices) = exits(&mut document);
        let own_rules = [
            (keys::NAME, name as fn(&Entry) -> Option<Problem>),
            (keys::COMPONENT, component),
            (keys::COMMAND, command),
        ];
        let broken: Vec<_> = own_rules.iter().filter_map(|(key, rule)| rule(document.entry(key)?)).collect();
        document.problems.extend(broken);
        let document = document.finish()?;

        let required = |key| document.get::<String>(key).ok_or_else(|| missing(key, path));
        Ok(Self {
            name: required(keys::NAME)?,
            component: required(keys::COMPONENT)?.into(),
            limits: LimitRequest {
                fuel_per_bar: document.get(keys::FUEL_PER_BAR),
                fuel_base: document.get(keys::FUEL_BASE),
                deadline: document.get(keys::DEADLINE),
                memory: document.get(keys::MEMORY).map(ByteSize::as_bytes),
            },
            exits,
            wasi: if document.get(keys::WASI) == Some("inert") { WasiRequest::Inert } else { WasiRequest::Deny },
            build: document.get(keys::COMMAND),
            notices,
        })
    }

    /// Narrows the bounds of exit parameters by this manifest's.
    ///
    /// # Errors
    /// [`ExitError`] where nothing would be left: the bounds were narrowed before by somebody else.
    pub fn narrow_exits(&self, bounds: &mut ExitBounds) -> Result<(), ExitError> {
        self.exits.iter().try_for_each(|exit| bounds.narrow(exit.mechanism, exit.parameter, exit.bounds).map(drop))
    }
}

/// The check has refused a manifest without its required keys before this is asked.
fn missing(key: &str, path: &Path) -> Problems {
    let place = seedbed_settings::Origin::File { file: GuestText::new(&path.to_string_lossy()), line: 1, column: 1 };
    Problem::new(place, key, "missing").into()
}

fn name(entry: &Entry) -> Option<Problem> {
    let valid = matches!(&entry.value, seedbed_settings::Value::Text(name) if is_name(name));
    (!valid).then(|| entry.problem("not a plugin's name").allowed("1 to 48 characters of a-z, 0-9 and -"))
}

fn component(entry: &Entry) -> Option<Problem> {
    let seedbed_settings::Value::Text(path) = &entry.value else { return None };
    let mut inside = Path::new(path).components().filter(|step| *step != Component::CurDir).peekable();
    let valid = inside.peek().is_some() && inside.all(|step| matches!(step, Component::Normal(_)));
    (!valid).then(|| entry.problem("leaves the plugin's folder").allowed("a relative path without \"..\""))
}

fn command(entry: &Entry) -> Option<Problem> {
    let seedbed_settings::Value::List(words) = &entry.value else { return None };
    let unusable = words.first().is_none_or(String::is_empty) || words.iter().any(|word| word.contains('\0'));
    unusable.then(|| entry.problem("no command").allowed("a program and its arguments"))
}

/// The bounds that name a known parameter and leave something of the host's; what is wrong with the others goes into the document.
fn exits(document: &mut Document) -> (Vec<ExitNarrowing>, Vec<Notice>) {
    let (mut exits, mut problems, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    for entry in document.entries.iter().filter(|entry| entry.key.path() == keys::BOUNDS) {
        match exit(entry) {
            Ok((exit, host)) => {
                if !host.encloses(exit.bounds) {
                    let what = format!(
                        "{} bounds = {} reach outside the host's {host}, which win",
                        section(entry),
                        exit.bounds
                    );
                    notices.push(Notice::new(entry.origin.clone(), what));
                }
                exits.push(exit);
            }
            Err(problem) => problems.push(*problem),
        }
    }
    document.problems.extend(problems);
    exits.sort_by_key(|exit: &ExitNarrowing| (exit.mechanism, exit.parameter));
    (exits, notices)
}

fn exit(entry: &Entry) -> Result<(ExitNarrowing, Interval), Box<Problem>> {
    let [_, mechanism_name, parameter_name, _] = entry.path.as_slice() else {
        return Err(Box::new(entry.problem("not of the form [exits.NAME.PARAMETER]")));
    };
    let unknown = |what: &str, name: &str, known: Vec<&'static str>| {
        let problem = Problem::new(entry.origin.clone(), section(entry), format!("unknown {what} \"{name}\""));
        match nearest(name, known.iter().copied()) {
            Some(near) => Box::new(problem.suggestion(near.to_owned())),
            None => Box::new(problem.allowed(known.join(", "))),
        }
    };
    let mechanism = Mechanism::from_name(mechanism_name).ok_or_else(|| {
        unknown("exit mechanism", mechanism_name, Mechanism::ALL.iter().map(|mechanism| mechanism.name()).collect())
    })?;
    let specs = mechanism.parameters();
    let spec = specs
        .iter()
        .find(|spec| spec.name == parameter_name)
        .ok_or_else(|| unknown("parameter", parameter_name, specs.iter().map(|spec| spec.name).collect()))?;
    let seedbed_settings::Value::Pair(low, high) = entry.value else {
        return Err(Box::new(entry.problem("not two numbers")));
    };
    let nothing_left =
        || Box::new(entry.problem("nothing is left of the host's bounds").allowed(format!("some of {}", spec.bounds)));
    let bounds = Interval::new(low, high).ok_or_else(nothing_left)?;
    ExitBounds::default().narrow(mechanism, spec.name, bounds).map_err(|_| nothing_left())?;
    Ok((ExitNarrowing { mechanism, parameter: spec.name, bounds }, spec.bounds))
}

/// The section of an entry as the file has it.
fn section(entry: &Entry) -> String {
    let place = entry.place();
    place.split_once(']').map_or(place.clone(), |(section, _)| format!("{section}]"))
}

#[cfg(test)]
mod tests;
