use std::path::{Path, PathBuf};

use anyhow::anyhow;
use seedbed_evaluate::{Code, Place};
use seedbed_outcome::GuestText;
use seedbed_plugin::Manifest;
use seedbed_review::{FileRole, Level, Lock, LockError, Pinning, Policy, PolicyError, Request, Review, Rule, Scope};
use seedbed_review::{Verdict, WasiPolicy, Watched};

use crate::config::{Config, Limits, Wasi};
use crate::exit::{OrStop, Stop};

/// What plugins are judged by: the policy, the lock, and whether it is frozen.
#[derive(Debug)]
pub(crate) struct Standards {
    pub(crate) policy: Policy,
    /// `None` where there is no file.
    pub(crate) lock: Option<Lock>,
    pub(crate) lock_path: PathBuf,
    frozen: bool,
    /// The files that every judgement rests on.
    files: Vec<Watched>,
}

impl Standards {
    /// As configured. The configuration has the last word on WASI; without a policy file it also says how large a component may be.
    pub(crate) fn read(config: &Config) -> Result<Self, Stop> {
        let wanted = &config.review;
        let mut policy = match &wanted.policy {
            Some(path) => read_policy(path)?,
            None => built_in(&config.limits),
        };
        if config.sandbox.wasi == Wasi::Deny {
            policy.wasi = WasiPolicy::Deny;
        }
        if wanted.frozen && policy.level(Rule::Pinned) < Level::Fail {
            let level = policy.level(Rule::Pinned);
            let error = anyhow!(
                "--frozen needs {rule} to fail, and the policy sets it to \"{level}\"; take {rule} out of the policy",
                rule = Rule::Pinned
            );
            return Err(error).or_usage();
        }
        let lock_path = wanted.lock.clone().unwrap_or_else(|| PathBuf::from(Lock::FILE));
        let lock = read_lock(&lock_path)?;
        let files = [
            config.file.as_ref().map(|path| Watched::new(path, FileRole::Configuration)),
            wanted.policy.as_ref().map(|path| Watched::new(path, FileRole::Policy)),
            lock.as_ref().map(|_| Watched::new(&lock_path, FileRole::Lock)),
        ];
        Ok(Self { policy, lock, lock_path, frozen: wanted.frozen, files: files.into_iter().flatten().collect() })
    }

    /// The same for who decides what is pinned: nothing need be pinned yet.
    pub(crate) fn thawed(self) -> Self {
        Self { frozen: false, ..self }
    }

    /// Whether every plugin must be pinned exactly as it is.
    pub(crate) fn frozen(&self) -> bool {
        self.frozen
    }

    /// Whether somebody pinned exactly this component with exactly these failures, under exactly this policy. Files that others may write
    /// are nobody's to accept.
    pub(crate) fn accepts(&self, review: &Review) -> bool {
        let failed = || review.rules.iter().filter(|report| report.verdict == Verdict::Fail);
        let pin = self.lock.as_ref().and_then(|lock| lock.pin(review.name.as_str()));
        failed().all(|report| matches!(report.rule.scope(), Scope::Component | Scope::Manifest))
            && pin.is_some_and(|pin| {
                pin.hash == review.hash && pin.policy == review.policy && pin.findings == review.digest()
            })
    }

    /// Reviews a component without running any of it.
    pub(crate) fn review(&self, code: &Code, baseline: Option<&[u8]>) -> Review {
        let name = code.name.as_str();
        // A built-in seed is part of this binary: whoever trusts the one trusts the other.
        let pin = match (&code.place, &self.lock) {
            (None, _) | (_, None) => Pinning::NoLock,
            (Some(_), Some(lock)) => lock.pin(name).map_or(Pinning::Unpinned, Pinning::Pinned),
        };
        let mut files = self.files.clone();
        files.extend(code.place.iter().flat_map(watched));
        let request = Request {
            name,
            bytes: &code.component,
            manifest: code.manifest.as_ref(),
            baseline,
            pin,
            frozen: self.frozen && code.place.is_some(),
            files: &files,
        };
        Review::new(&request, &self.policy)
    }
}

/// The policy where no file is named.
fn built_in(limits: &Limits) -> Policy {
    let mut policy = Policy::default();
    policy.wasi = WasiPolicy::Inert;
    policy.sizes.bytes = limits.component_size.as_bytes();
    policy.sizes.memory = limits.memory.as_bytes();
    policy
}

/// What of a plugin nobody else may write.
fn watched(place: &Place) -> Vec<Watched> {
    let component = Watched::new(&place.component, FileRole::Component);
    match &place.folder {
        None => vec![component],
        Some(folder) => vec![
            component,
            Watched::new(folder.join(Manifest::FILE), FileRole::Manifest),
            Watched::new(folder, FileRole::PluginFolder),
        ],
    }
}

fn read_policy(path: &Path) -> Result<Policy, Stop> {
    let policy = Policy::read(path).map_err(|error| match error {
        PolicyError::File { path, source } if source.is_missing() => {
            anyhow!("{path}: no such policy file; name another, or none for the built-in policy")
        }
        // Its text has the cause already.
        other => anyhow!("{other}"),
    });
    policy.or_usage()
}

/// `None` where nothing is.
fn read_lock(path: &Path) -> Result<Option<Lock>, Stop> {
    match Lock::read(path) {
        Ok(lock) => Ok(Some(lock)),
        // A symlink that leads nowhere is a broken file, not an absent one.
        Err(LockError::File { source, .. }) if source.is_missing() && !path.is_symlink() => Ok(None),
        Err(error) => Err(anyhow!("{error}")).or_usage(),
    }
}

/// A path as it may be printed.
pub(crate) fn shown(path: &Path) -> GuestText {
    GuestText::new(&path.to_string_lossy())
}
