use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use seedbed_outcome::GuestText;
use seedbed_settings::{ByteSize, Catalogue, Document, Entry, Key, Kind, Problem, Problems, Value, file};

use crate::{Policy, Review};

/// `seedbed.lock`: the components that somebody reviewed and trusts, by name and hash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    pins: BTreeMap<String, Pin>,
}

/// One trusted component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// BLAKE3 of the component, 64 hexadecimal digits.
    pub hash: String,
    /// The day on which it was trusted, `YYYY-MM-DD`.
    pub date: String,
    /// [`Policy::hash`] of the policy that it was reviewed under.
    pub policy: String,
    /// [`Review::digest`] of what was found.
    pub findings: String,
    /// The version of seedbed that reviewed it.
    pub version: String,
}

/// How a component stands to a lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing<'l> {
    /// Trusted: this name, this hash, this policy.
    Trusted(&'l Pin),
    /// Its bytes are the trusted ones; the policy is another since.
    OtherPolicy(&'l Pin),
    /// Another component of this name was trusted.
    Changed(&'l Pin),
    /// Nobody has trusted the name.
    Unknown,
}

/// Why a lock file is none.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// The file cannot be read.
    #[error("{path}: {source}")]
    File {
        /// The lock's path.
        path: GuestText,
        /// Why.
        source: file::FileError,
    },
    /// The file cannot be written.
    #[error("{path}: {source}")]
    Write {
        /// The lock's path.
        path: GuestText,
        /// Why.
        source: io::Error,
    },
    /// The file is not UTF-8.
    #[error("{path}: not UTF-8")]
    NotUtf8 {
        /// The lock's path.
        path: GuestText,
    },
    /// Written by a newer host.
    #[error("{path}: lock version {found}, but this host reads version {}; use a host that knows it", Lock::VERSION)]
    Version {
        /// The lock's path.
        path: GuestText,
        /// The version that it names.
        found: u64,
    },
    /// A date that is none.
    #[error("\"{0}\" is no date; dates are written YYYY-MM-DD")]
    Date(GuestText),
    /// Breaks rules of the format.
    #[error(transparent)]
    Problems(#[from] Problems),
}

const LOCK: &str = "lock";
const HASH: &str = "component.NAME.hash";
const DATE: &str = "component.NAME.date";
const POLICY: &str = "component.NAME.policy";
const FINDINGS: &str = "component.NAME.findings";
const VERSION: &str = "component.NAME.version";

const CATALOGUE: Catalogue = Catalogue::new(&[
    Key::new(LOCK, Kind::Integer { min: 1, max: u64::MAX }, "Version of this file's format.").required(),
    Key::new(HASH, Kind::Text, "BLAKE3 of the component."),
    Key::new(DATE, Kind::Text, "The day on which it was trusted."),
    Key::new(POLICY, Kind::Text, "Hash of the policy that it was reviewed under."),
    Key::new(FINDINGS, Kind::Text, "Digest of what was found."),
    Key::new(VERSION, Kind::Text, "The version of seedbed that reviewed it."),
]);

impl Pin {
    /// The pin of a reviewed component; `date` is `YYYY-MM-DD`, `version` that of seedbed.
    ///
    /// # Errors
    /// [`LockError::Date`] when `date` is no such date.
    pub fn new(review: &Review, date: &str, version: &str) -> Result<Self, LockError> {
        if !is_date(date) {
            return Err(LockError::Date(GuestText::new(date)));
        }
        Ok(Self {
            hash: review.hash.clone(),
            date: date.to_owned(),
            policy: review.policy.clone(),
            findings: review.digest(),
            version: version.to_owned(),
        })
    }
}

impl Lock {
    /// The version of the format that this host reads and writes.
    pub const VERSION: u64 = 1;
    /// What the file is called.
    pub const FILE: &'static str = "seedbed.lock";
    /// The largest file that is read: some 10,000 components.
    pub const MOST: ByteSize = ByteSize::mebibytes(4);

    /// Reads a lock file.
    ///
    /// # Errors
    /// [`LockError`] when it cannot be read or breaks a rule; a file that is not there is a [`LockError::File`] whose source
    /// [`is_missing`](file::FileError::is_missing).
    pub fn read(path: &Path) -> Result<Self, LockError> {
        let shown = || GuestText::new(&path.to_string_lossy());
        let bytes = file::read(path, Self::MOST).map_err(|source| LockError::File { path: shown(), source })?;
        let text = String::from_utf8(bytes).map_err(|_| LockError::NotUtf8 { path: shown() })?;
        Self::parse(&text, path)
    }

    /// Checks a lock's text; `path` only names it in messages.
    ///
    /// # Errors
    /// [`LockError::Version`] for an unknown version, whatever else the file holds; otherwise every problem at once.
    pub fn parse(text: &str, path: &Path) -> Result<Self, LockError> {
        let mut document = CATALOGUE.check(path, text);
        if let Some(found) = document.get::<u64>(LOCK).filter(|version| *version != Self::VERSION) {
            return Err(LockError::Version { path: GuestText::new(&path.to_string_lossy()), found });
        }
        let pins = pins(&mut document);
        document.finish()?;
        Ok(Self { pins })
    }

    /// The text of the file: the same pins give the same bytes.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::from(
            "# Components that were reviewed and are trusted, by hash. Written by `seedbed trust`; a changed component is refused until it is\n# reviewed again.\n",
        );
        let _ = writeln!(text, "lock = {}", Self::VERSION);
        for (name, pin) in &self.pins {
            let _ = writeln!(text, "\n[component.{}]", quoted(name));
            let Pin { hash, date, policy, findings, version } = pin;
            for (key, value) in
                [("hash", hash), ("date", date), ("policy", policy), ("findings", findings), ("version", version)]
            {
                let _ = writeln!(text, "{key} = {}", quoted(value));
            }
        }
        text
    }

    /// Writes the file so that a reader finds the old bytes or the new ones, never a part; for its owner to write, for all to read.
    ///
    /// # Errors
    /// [`LockError::Write`] when the system refuses.
    pub fn write(&self, path: &Path) -> Result<(), LockError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let written = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o644)
            .open(&temporary)
            .and_then(|mut file| {
                file.write_all(self.text().as_bytes())?;
                file.sync_all()
            })
            .and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            // The first error is the one to tell; what cannot be written can often not be removed either.
            let _ = fs::remove_file(&temporary);
        }
        written.map_err(|source| LockError::Write { path: GuestText::new(&path.to_string_lossy()), source })
    }

    /// Changes the file, or begins one, by itself: what others write at the same time is neither lost nor loses this. Gives what was written.
    ///
    /// # Errors
    /// [`LockError`] when the file there cannot be read or breaks a rule, or when the system refuses to write; then it is as it was.
    pub fn change(path: &Path, change: impl FnOnce(&mut Self)) -> Result<Self, LockError> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        // The folder stands for the file, which each writer replaces. The system lets go of it when this process ends, however it does; a
        // file system without locks keeps nobody out.
        let folder = File::open(folder)
            .map_err(|source| LockError::Write { path: GuestText::new(&path.to_string_lossy()), source })?;
        let _ = folder.lock();
        let mut lock = match Self::read(path) {
            Err(LockError::File { source, .. }) if source.is_missing() => Self::default(),
            read => read?,
        };
        change(&mut lock);
        lock.write(path)?;
        Ok(lock)
    }

    /// Trusts a component under a name, in place of any other of that name.
    pub fn trust(&mut self, name: &str, pin: Pin) {
        self.pins.insert(name.to_owned(), pin);
    }

    /// Forgets a name; whether it was there.
    pub fn forget(&mut self, name: &str) -> bool {
        self.pins.remove(name).is_some()
    }

    /// What is trusted under a name.
    #[must_use]
    pub fn pin(&self, name: &str) -> Option<&Pin> {
        self.pins.get(name)
    }

    /// All that is trusted, by name.
    pub fn pins(&self) -> impl Iterator<Item = (&str, &Pin)> {
        self.pins.iter().map(|(name, pin)| (name.as_str(), pin))
    }

    /// How a component stands to this lock, by its bytes alone: nothing is reviewed.
    #[must_use]
    pub fn verify(&self, name: &str, component: &[u8], policy: &Policy) -> Standing<'_> {
        match self.pin(name) {
            None => Standing::Unknown,
            Some(pin) if pin.hash != blake3::hash(component).to_hex().as_str() => Standing::Changed(pin),
            Some(pin) if pin.policy != policy.hash() => Standing::OtherPolicy(pin),
            Some(pin) => Standing::Trusted(pin),
        }
    }
}

/// The pins that are whole and right; what is wrong with the others goes into the document.
fn pins(document: &mut Document) -> BTreeMap<String, Pin> {
    let mut by_name: BTreeMap<&str, BTreeMap<&str, &Entry>> = BTreeMap::new();
    for entry in &document.entries {
        if let [_, name, _] = entry.path.as_slice() {
            by_name.entry(name).or_default().insert(entry.key.path(), entry);
        }
    }
    let (mut pins, mut problems) = (BTreeMap::new(), Vec::new());
    for (name, entries) in by_name {
        match pin(name, &entries) {
            Ok(pin) => drop(pins.insert(name.to_owned(), pin)),
            Err(problem) => problems.push(*problem),
        }
    }
    document.problems.extend(problems);
    pins
}

fn pin(name: &str, entries: &BTreeMap<&str, &Entry>) -> Result<Pin, Box<Problem>> {
    let text = |key: &str, right: fn(&str) -> bool, allowed: &str| {
        let Some(entry) = entries.get(key) else {
            let origin =
                entries.values().next().map_or(seedbed_settings::Origin::Default, |entry| entry.origin.clone());
            let last = key.rsplit_once('.').map_or(key, |(_, last)| last);
            return Err(Box::new(Problem::new(origin, format!("[component.{name}] {last}"), "missing")));
        };
        match &entry.value {
            Value::Text(text) if right(text) => Ok(text.clone()),
            _ => Err(Box::new(entry.problem("of the wrong form").allowed(allowed))),
        }
    };
    Ok(Pin {
        hash: text(HASH, is_hash, "64 hexadecimal digits")?,
        date: text(DATE, is_date, "YYYY-MM-DD")?,
        policy: text(POLICY, is_hash, "64 hexadecimal digits")?,
        findings: text(FINDINGS, is_hash, "64 hexadecimal digits")?,
        version: text(VERSION, |version| version.len() <= 48, "a version of at most 48 bytes")?,
    })
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_date(text: &str) -> bool {
    let number = |from: usize, to: usize| {
        text.get(from..to).filter(|part| part.bytes().all(|b| b.is_ascii_digit()))?.parse::<u32>().ok()
    };
    let shape = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    let days = |year: u32, month: u32| match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    match (number(0, 4), number(5, 7), number(8, 10)) {
        (Some(year), Some(month), Some(day)) => shape && (1..=days(year, month)).contains(&day),
        _ => false,
    }
}

/// A TOML basic string.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    use super::{Lock, LockError, Pin, Standing, is_date};
    use crate::{Level, Policy, Rule};

    const COMPONENT: &[u8] = b"a component";

    fn pin(policy: &Policy) -> Pin {
        Pin {
            hash: blake3::hash(COMPONENT).to_hex().to_string(),
            date: "2026-11-21".to_owned(),
            policy: policy.hash(),
            findings: "0".repeat(64),
            version: "0.1.0".to_owned(),
        }
    }

    fn parse(text: &str) -> Result<Lock, String> {
        Lock::parse(text, Path::new("seedbed.lock")).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut lock = Lock::default();
        for name in ["ema-crossover", "a \"quoted\" name\\", "dots.and spaces", "Grüße", "tab\there"] {
            lock.trust(name, pin(&Policy::default()));
        }
        assert_eq!(parse(&lock.text()), Ok(lock.clone()));
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(Lock::FILE);
        lock.write(&path).expect("written");
        lock.write(&path).expect("written again");
        assert_eq!(Lock::read(&path).expect("read"), lock);
        assert_eq!(path.metadata().expect("there").permissions().mode() & 0o022, 0);
        assert_eq!(folder.path().read_dir().expect("listed").count(), 1);
        let missing = Lock::read(&folder.path().join("absent"));
        assert!(matches!(missing, Err(LockError::File { source, .. }) if source.is_missing()));
    }

    /// Two people who trust plugins at the same time must both find theirs pinned.
    #[test]
    fn nobody_loses_what_others_write_at_the_same_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = &folder.path().join(Lock::FILE);
        let (people, each) = (4, 25);
        std::thread::scope(|scope| {
            for person in 0..people {
                scope.spawn(move || {
                    for plugin in 0..each {
                        let name = format!("{person}-{plugin}");
                        Lock::change(path, |lock| lock.trust(&name, pin(&Policy::default()))).expect("is changed");
                    }
                });
            }
        });
        assert_eq!(Lock::read(path).expect("read").pins().count(), people * each);
        assert_eq!(folder.path().read_dir().expect("listed").count(), 1);
    }

    /// One changed byte, and a component runs that nobody has reviewed.
    #[test]
    fn a_component_stands_by_its_hash_and_policy() {
        let policy = Policy::default();
        let mut lock = Lock::default();
        lock.trust("known", pin(&policy));
        let stricter = policy.clone().with_level(Rule::OpaqueData, Level::Fail);
        assert!(matches!(lock.verify("known", COMPONENT, &policy), Standing::Trusted(_)));
        assert!(matches!(lock.verify("known", COMPONENT, &stricter), Standing::OtherPolicy(_)));
        assert!(matches!(lock.verify("known", b"another component", &policy), Standing::Changed(_)));
        assert_eq!(lock.verify("unknown", COMPONENT, &policy), Standing::Unknown);
        assert!(lock.forget("known"));
        assert_eq!(lock.verify("known", COMPONENT, &policy), Standing::Unknown);
    }

    #[test]
    fn what_is_not_right_is_refused() {
        let whole = {
            let mut lock = Lock::default();
            lock.trust("x", pin(&Policy::default()));
            lock.text()
        };
        assert!(parse("").is_err_and(|error| error.contains("lock: missing")));
        assert!(parse("lock = 2\nnew = 1").is_err_and(|error| error.contains("lock version 2")));
        for (from, to, said) in [
            ("date = \"2026-11-21\"\n", "", "[component.x] date: missing"),
            ("2026-11-21", "2026-02-30", "YYYY-MM-DD"),
            ("findings", "finding", "did you mean findings?"),
            ("hash = \"", "hash = \"x", "64 hexadecimal digits"),
        ] {
            let error = parse(&whole.replace(from, to)).expect_err(from);
            assert!(error.contains(said), "{from}: {error}");
        }
    }

    #[test]
    fn dates_are_dates() {
        for date in ["2026-11-21", "2024-02-29", "2000-02-29"] {
            assert!(is_date(date), "{date}");
        }
        for date in [
            "",
            "2026-13-01",
            "2026-00-10",
            "2025-02-29",
            "1900-02-29",
            "2026-1-1",
            "2026-11-211",
            "20261121",
            "2026-11-2é",
        ] {
            assert!(!is_date(date), "{date}");
        }
    }
}
