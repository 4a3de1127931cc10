//! The way of a component through the host: review, load, describe, signals, score.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use seedbed_backtest::Settings;
use seedbed_evaluate::{Grant, Plugin, Rejection, Series, Source, score};
use seedbed_market::{Bars, sample};
use seedbed_outcome::Failure;
use seedbed_plugin::{FileLimits, discover};
use seedbed_review::{Policy, Request, Review, Verdict, render};
use seedbed_sandbox::{Limits, LoadError, PrescanError, SandboxConfig, WasiPolicy};
use seedbed_worker::Workers;

pub(crate) struct Judge {
    workers: Workers,
    policy: Policy,
    grant: Grant,
    bars: Bars,
}

impl Judge {
    pub(crate) fn new(threads: usize) -> Self {
        let concurrency = NonZeroUsize::new(threads).unwrap();
        let workers = Workers::in_process(&SandboxConfig { concurrency, ..SandboxConfig::default() }).unwrap();
        let limits = Limits { fuel_base: 1_000_000, deadline: Duration::from_millis(200), ..Limits::default() };
        let grant = Grant { limits, wasi: WasiPolicy::Deny };
        Self { workers, policy: Policy::default(), grant, bars: sample().slice(0..250).unwrap() }
    }

    /// Lets every seed run once, so that what the process needs anyway is not taken for growth.
    pub(crate) fn warm_up(&self) {
        let folder = tempfile::tempdir().unwrap();
        for seed in seedbed_guests::seeds() {
            let path = folder.path().join("seed.wasm");
            std::fs::write(&path, seed.component).unwrap();
            let outcome = self.judge(&path, seed.component);
            assert!(!outcome.contains("pre-scan") && !outcome.contains("load"), "{}: {outcome}", seed.name);
        }
    }

    /// What the component came to, in a few words.
    pub(crate) fn judge(&self, path: &Path, bytes: &[u8]) -> String {
        let review = Review::new(&Request::of("generated", bytes), &self.policy);
        for report in [render::text(&review), render::json(std::slice::from_ref(&review)).unwrap()] {
            assert_printable(&report);
        }
        assert_printable(&render::sarif(std::slice::from_ref(&review), &[], "0").unwrap());

        let evaluated = self.evaluate(path);
        if let Err(rejection) = &evaluated {
            assert_printable(&rejection.to_string());
        }
        if let Err(Rejection::Load(LoadError::Prescan(error))) = &evaluated {
            assert_eq!(review.verdict(), Verdict::Fail, "passes a review, but the pre-scan says: it {error}");
        }
        evaluated.map_or_else(|rejection| words(&rejection), |()| "ok".to_owned())
    }

    fn evaluate(&self, path: &Path) -> Result<(), Rejection> {
        let found = discover(path, &FileLimits::default()).unwrap().remove(0);
        let plugin = Plugin::open(&self.workers, Source::Found(Box::new(found)), &self.grant)?;
        let settings = Settings::default();
        let series = Series { symbol: "sample", bars: &self.bars, settings, window: None };
        score(&plugin, &plugin.genome(), &series).map(drop)
    }
}

fn words(rejection: &Rejection) -> String {
    match rejection {
        Rejection::Load(LoadError::Prescan(error)) => match error {
            PrescanError::TooMuch { bound, .. } => format!("pre-scan: too many {bound}"),
            PrescanError::Malformed { .. } => "pre-scan: malformed".to_owned(),
            PrescanError::NotWasm(_) => "pre-scan: not WebAssembly".to_owned(),
            other => format!("pre-scan: {other}").chars().take(40).collect(),
        },
        Rejection::Load(LoadError::Version { .. }) => "load: another version".to_owned(),
        Rejection::Load(LoadError::NoSeed(_)) => "load: exports no strategy".to_owned(),
        Rejection::Load(LoadError::UnknownImport(_) | LoadError::WasiDenied(_)) => "load: unknown import".to_owned(),
        Rejection::Load(LoadError::Invalid(_)) => "load: does not compile".to_owned(),
        Rejection::Call { function, failure: Failure::Trapped { kind, .. } } => format!("{function}: trapped: {kind}"),
        Rejection::Call { function, failure } => format!("{function}: {}", failure.code()),
        other => other.code().to_owned(),
    }
}

fn assert_printable(text: &str) {
    let steering = text.chars().find(|c| c.is_control() && *c != '\n');
    assert_eq!(steering, None, "in {text:?}");
}
