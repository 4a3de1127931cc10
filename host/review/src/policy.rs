use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use seedbed_outcome::GuestText;
use seedbed_settings::{
    ByteSize, Catalogue, DefaultValue, Document, Entry, Key, Kind, Problem, Problems, Span, Value, file, nearest,
};

use crate::{Level, Rule};

/// What an operator lets run: the level of each rule, what may be imported, and how large everything may be.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Levels that differ from [`Rule::default_level`].
    levels: BTreeMap<Rule, Level>,
    /// Whether WASI may be imported, to run inert.
    pub wasi: WasiPolicy,
    /// Imports besides the contract's that are let through, by their full names with version.
    pub imports: BTreeSet<String>,
    /// Custom sections besides the known ones that are let through, by name.
    pub sections: BTreeSet<String>,
    /// How large everything may be.
    pub sizes: Sizes,
}

/// What a component may have to do with WASI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WasiPolicy {
    /// Nothing.
    #[default]
    Deny,
    /// It may import it and gets an inert one: fixed clock, seeded random, no files, no network, no environment.
    Inert,
}

/// Bounds; each is the most that passes. The defaults are those of the sandbox, which refuses what is above them whatever a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Bytes of the component.
    pub bytes: u64,
    /// Bytes that all memories and tables hold at the start.
    pub memory: u64,
    /// Functions over all core modules.
    pub functions: u64,
    /// Bytes of code of one function.
    pub function_bytes: u64,
    /// Locals of one function.
    pub locals: u64,
    /// Bytes of code over all core modules.
    pub code_bytes: u64,
    /// Data segments over all core modules.
    pub data_segments: u64,
    /// Element segments over all core modules.
    pub element_segments: u64,
    /// Types, imports, exports, globals, instances, aliases and canonical functions together.
    pub declarations: u64,
    /// Sections of the component and of everything in it.
    pub sections: u64,
    /// Core modules and nested components together.
    pub modules: u64,
    /// Levels of nesting.
    pub depth: u64,
    /// Tables over all core modules.
    pub tables: u64,
    /// Elements of one table at the start.
    pub table_elements: u64,
    /// Linear memories over all core modules.
    pub memories: u64,
    /// Estimated milliseconds of compilation on one core.
    pub compile_millis: u64,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            bytes: 32 << 20,
            memory: 64 << 20,
            functions: 20_000,
            function_bytes: 512 << 10,
            locals: 10_000,
            code_bytes: 16 << 20,
            data_segments: 2_000,
            element_segments: 1_000,
            declarations: 50_000,
            sections: 4_096,
            modules: 16,
            depth: 4,
            tables: 8,
            table_elements: 20_000,
            memories: 2,
            compile_millis: 5_000,
        }
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            levels: BTreeMap::new(),
            wasi: WasiPolicy::Deny,
            imports: BTreeSet::new(),
            sections: BTreeSet::new(),
            sizes: Sizes::default(),
        }
    }
}

/// Why a policy file is none.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The policy's path.
        path: GuestText,
        /// Why.
        source: file::FileError,
    },
    /// The file is not UTF-8.
    #[error("{path}: not UTF-8")]
    NotUtf8 {
        /// The policy's path.
        path: GuestText,
    },
    /// Written for another version.
    #[error(
        "{path}: policy version {found}, but this host reads version {}; use a host that knows it",
        Policy::VERSION
    )]
    Version {
        /// The policy's path.
        path: GuestText,
        /// The version that it names.
        found: u64,
    },
    /// Breaks rules of the format.
    #[error(transparent)]
    Problems(#[from] Problems),
}

const POLICY: &str = "policy";
const WASI: &str = "wasi";
const IMPORTS: &str = "imports";
const SECTIONS: &str = "sections";
const RULE: &str = "rules.RULE";

const COUNT: Kind = Kind::Integer { min: 0, max: 1_000_000 };
const BYTES: Kind = Kind::Size { min: ByteSize::bytes(1), max: ByteSize::mebibytes(4096) };

const fn count(path: &'static str, doc: &'static str, default: u64) -> Key {
    Key::new(path, COUNT, doc).default(DefaultValue::Integer(default))
}

const fn bytes(path: &'static str, doc: &'static str, default: u64) -> Key {
    Key::new(path, BYTES, doc).default(DefaultValue::Size(ByteSize::bytes(default)))
}

const CATALOGUE: Catalogue = Catalogue::new(&[
    Key::new(POLICY, Kind::Integer { min: 1, max: u64::MAX }, "Version of this file's format.").required(),
    Key::new(WASI, Kind::Words(&["deny", "inert"]), "Whether components may import WASI, to run inert.")
        .default(DefaultValue::Word("deny")),
    Key::new(IMPORTS, Kind::List, "Further imports to let through, by full name with version."),
    Key::new(SECTIONS, Kind::List, "Further custom sections to let through, by name."),
    Key::new(RULE, Kind::Words(Level::WORDS), "Level of a rule, by its id."),
    bytes("sizes.bytes", "Bytes of the component.", 32 << 20),
    bytes("sizes.memory", "Bytes of memories and tables at the start.", 64 << 20),
    count("sizes.functions", "Functions over all core modules.", 20_000),
    bytes("sizes.function_bytes", "Bytes of code of one function.", 512 << 10),
    count("sizes.locals", "Locals of one function.", 10_000),
    bytes("sizes.code_bytes", "Bytes of code over all core modules.", 16 << 20),
    count("sizes.data_segments", "Data segments over all core modules.", 2_000),
    count("sizes.element_segments", "Element segments over all core modules.", 1_000),
    count("sizes.declarations", "Types, imports, exports, globals, instances and aliases together.", 50_000),
    count("sizes.sections", "Sections of the component and of everything in it.", 4_096),
    count("sizes.modules", "Core modules and nested components together.", 16),
    count("sizes.depth", "Levels of nesting.", 4),
    count("sizes.tables", "Tables over all core modules.", 8),
    count("sizes.table_elements", "Elements of one table at the start.", 20_000),
    count("sizes.memories", "Linear memories over all core modules.", 2),
    Key::new(
        "sizes.compile_time",
        Kind::Span { min: Span::millis(1), max: Span::seconds(3600) },
        "Estimated time of compilation on one core.",
    )
    .default(DefaultValue::Span(Span::millis(5_000))),
])
.sections(&[
    ("rules", "Levels by rule: \"off\", \"note\", \"warn\" or \"fail\"; `seedbed review --explain SB012` says what a rule is."),
    ("sizes", "How large everything may be. The sandbox has its own bounds, which no policy widens."),
]);

impl Policy {
    /// The version of the format that this host reads.
    pub const VERSION: u64 = 1;
    /// The largest file that is read.
    pub const MOST: ByteSize = ByteSize::bytes(65_536);

    /// The keys of a policy file, for a template and for the manual.
    #[must_use]
    pub fn keys() -> Catalogue {
        CATALOGUE
    }

    /// Reads a policy file.
    ///
    /// # Errors
    /// [`PolicyError`] when it cannot be read or breaks a rule.
    pub fn read(path: &Path) -> Result<Self, PolicyError> {
        let shown = || GuestText::new(&path.to_string_lossy());
        let bytes = file::read(path, Self::MOST).map_err(|source| PolicyError::File { path: shown(), source })?;
        let text = String::from_utf8(bytes).map_err(|_| PolicyError::NotUtf8 { path: shown() })?;
        Self::parse(&text, path)
    }

    /// Checks a policy's text; `path` only names it in messages.
    ///
    /// # Errors
    /// [`PolicyError::Version`] for an unknown version, whatever else the file holds; otherwise every problem at once.
    pub fn parse(text: &str, path: &Path) -> Result<Self, PolicyError> {
        let mut document = CATALOGUE.check(path, text);
        if let Some(found) = document.get::<u64>(POLICY).filter(|version| *version != Self::VERSION) {
            return Err(PolicyError::Version { path: GuestText::new(&path.to_string_lossy()), found });
        }
        let levels = levels(&mut document);
        let document = document.finish()?;
        let sizes = Sizes::default();
        let number = |key: &str, default: u64| document.get::<u64>(key).unwrap_or(default);
        let size = |key: &str, default: u64| document.get::<ByteSize>(key).map_or(default, ByteSize::as_bytes);
        let names =
            |key: &str| document.get::<Vec<String>>(key).unwrap_or_default().into_iter().collect::<BTreeSet<_>>();
        let compile_time = document.get::<std::time::Duration>("sizes.compile_time");
        Ok(Self {
            levels,
            wasi: if document.get(WASI) == Some("inert") { WasiPolicy::Inert } else { WasiPolicy::Deny },
            imports: names(IMPORTS),
            sections: names(SECTIONS),
            sizes: Sizes {
                bytes: size("sizes.bytes", sizes.bytes),
                memory: size("sizes.memory", sizes.memory),
                functions: number("sizes.functions", sizes.functions),
                function_bytes: size("sizes.function_bytes", sizes.function_bytes),
                locals: number("sizes.locals", sizes.locals),
                code_bytes: size("sizes.code_bytes", sizes.code_bytes),
                data_segments: number("sizes.data_segments", sizes.data_segments),
                element_segments: number("sizes.element_segments", sizes.element_segments),
                declarations: number("sizes.declarations", sizes.declarations),
                sections: number("sizes.sections", sizes.sections),
                modules: number("sizes.modules", sizes.modules),
                depth: number("sizes.depth", sizes.depth),
                tables: number("sizes.tables", sizes.tables),
                table_elements: number("sizes.table_elements", sizes.table_elements),
                memories: number("sizes.memories", sizes.memories),
                compile_millis: compile_time
                    .map_or(sizes.compile_millis, |time| u64::try_from(time.as_millis()).unwrap_or(u64::MAX)),
            },
        })
    }

    /// How much a finding of a rule weighs under this policy.
    #[must_use]
    pub fn level(&self, rule: Rule) -> Level {
        self.levels.get(&rule).copied().unwrap_or_else(|| rule.default_level())
    }

    /// With another level for a rule.
    #[must_use]
    pub fn with_level(mut self, rule: Rule, level: Level) -> Self {
        self.levels.insert(rule, level);
        self
    }

    /// BLAKE3 over everything that the policy says, in hexadecimal: comments, order and what is left at its default do not matter.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut text = format!("seedbed policy {}\nwasi {:?}\n", Self::VERSION, self.wasi);
        for rule in Rule::ALL {
            let _ = writeln!(text, "{rule} {}", self.level(*rule));
        }
        for (what, names) in [(IMPORTS, &self.imports), (SECTIONS, &self.sections)] {
            for name in names {
                let _ = writeln!(text, "{what} {name:?}");
            }
        }
        let _ = writeln!(text, "{:?}", self.sizes);
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }
}

/// The levels of known rules; what is wrong with the others goes into the document.
fn levels(document: &mut Document) -> BTreeMap<Rule, Level> {
    let (mut levels, mut problems) = (BTreeMap::new(), Vec::new());
    for entry in document.entries.iter().filter(|entry| entry.key.path() == RULE) {
        match level(entry) {
            Ok((rule, level)) => drop(levels.insert(rule, level)),
            Err(problem) => problems.push(*problem),
        }
    }
    document.problems.extend(problems);
    levels
}

fn level(entry: &Entry) -> Result<(Rule, Level), Box<Problem>> {
    let id = entry.path.last().map_or("", String::as_str);
    let Some(rule) = Rule::from_id(id) else {
        let by_name = Rule::ALL.iter().find(|rule| rule.name() == id).map(|rule| rule.id());
        let near = by_name.or_else(|| nearest(id, Rule::ALL.iter().map(|rule| rule.id())));
        return Err(Box::new(entry.problem("unknown rule").suggestion(near.map(str::to_owned))));
    };
    match &entry.value {
        Value::Word(word) => Level::from_word(word).map(|level| (rule, level)),
        _ => None,
    }
    .ok_or_else(|| Box::new(entry.problem("not a level")))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{CATALOGUE, Policy, PolicyError, Sizes, WasiPolicy};
    use crate::{Level, Rule};

    fn parse(text: &str) -> Result<Policy, String> {
        Policy::parse(text, Path::new("review.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn what_a_policy_says_holds_and_the_rest_is_the_default() {
        let policy = parse(
            "policy = 1\nwasi = \"inert\"\nimports = [\"a:b/c@1.0.0\"]\n[rules]\nSB041 = \"fail\"\n[sizes]\nbytes = \"1MiB\"\nmodules = 3\ncompile_time = \"2s\"\n",
        )
        .expect("right");
        assert_eq!(policy.level(Rule::OpaqueData), Level::Fail);
        assert_eq!(policy.level(Rule::Format), Level::Fail);
        assert_eq!(policy.wasi, WasiPolicy::Inert);
        assert!(policy.imports.contains("a:b/c@1.0.0"));
        let sizes = Sizes { bytes: 1 << 20, modules: 3, compile_millis: 2_000, ..Sizes::default() };
        assert_eq!(policy.sizes, sizes);
        assert_eq!(parse("policy = 1"), Ok(Policy::default()));
    }

    /// A rule that somebody believes to have switched on, and has not, protects nobody.
    #[test]
    fn what_is_unknown_is_refused_with_what_was_meant() {
        for (text, said) in [
            ("policy = 1\nwasy = \"deny\"", "did you mean wasi?"),
            ("policy = 1\n[sizes]\nbyte = 1", "did you mean bytes?"),
            ("policy = 1\n[rules]\nsb012 = \"fail\"", "unknown rule; did you mean SB012?"),
            ("policy = 1\n[rules]\nopaque-data = \"fail\"", "unknown rule; did you mean SB041?"),
            ("policy = 1\n[rules]\nSB012 = \"fial\"", "did you mean \"fail\"?"),
            ("[rules]", "policy: missing"),
        ] {
            let error = parse(text).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
        let newer = Policy::parse("policy = 2\nnew = 1", Path::new("p"));
        assert!(matches!(newer, Err(PolicyError::Version { found: 2, .. })));
    }

    /// A lock names the policy by its hash: a comment must not make every component unknown, a looser rule must.
    #[test]
    fn the_hash_follows_the_meaning() {
        let plain = parse("policy = 1").expect("right");
        let same = parse("# ours\npolicy = 1\n[rules]\nSB041 = \"warn\"\n[sizes]\nmodules = 16").expect("right");
        assert_eq!(plain.hash(), same.hash());
        for other in ["wasi = \"inert\"", "[rules]\nSB041 = \"off\"", "[sizes]\nmodules = 17", "sections = [\"x\"]"] {
            assert_ne!(parse(&format!("policy = 1\n{other}")).expect(other).hash(), plain.hash(), "{other}");
        }
    }

    #[test]
    fn the_documented_defaults_are_the_defaults() {
        let template: String = CATALOGUE
            .keys()
            .iter()
            .filter_map(|key| Some((key, key.default_value()?)))
            .map(|(key, value)| format!("{} = {value}\n", key.path()))
            .collect();
        assert_eq!(parse(&format!("policy = 1\n{template}")), Ok(Policy::default()));
    }
}
