//! The way of a component through the host: review, load, describe, signals, score.

use std::num::NonZeroUsize;
use std::path::Path;
use std::time::Duration;

use seedbed_backtest::Settings;
use seedbed_evaluate::{Grant, Plugin, Rejection, Series, Source, score};
use seedbed_market::{Bars, sample};
use seedbed_outcome::Failure;
use seedbed_plugin::{FileLimits, discover};
use seedbed_review::{Policy, Request, Review, Trial, TrialBudget, Verdict, render};
use seedbed_sandbox::PrescanError;
use seedbed_worker::{
    CompileLimits, Isolation, Limits, LoadError, Program, SandboxConfig, WasiPolicy, Workers, WorkersConfig,
};

pub(crate) struct Judge {
    workers: Workers,
    policy: Policy,
    grant: Grant,
    bars: Bars,
}

impl Judge {
    pub(crate) fn new(isolation: Isolation, threads: usize) -> Self {
        let concurrency = NonZeroUsize::new(threads).unwrap();
        let sandbox = SandboxConfig { concurrency, ..SandboxConfig::default() };
        let program = Program { path: env!("CARGO_BIN_EXE_seedbed").into(), arguments: vec!["worker".into()] };
        let workers = WorkersConfig { sandbox, isolation, program, compile: CompileLimits::default() };
        let limits = Limits { fuel_base: 1_000_000, deadline: Duration::from_millis(200), ..Limits::default() };
        Self {
            workers: Workers::new(workers).unwrap(),
            policy: Policy::default(),
            grant: Grant { limits, wasi: WasiPolicy::Deny },
            bars: sample().slice(0..250).unwrap(),
        }
    }

    /// Lets every seed run once, so that what the process needs anyway is not taken for growth.
    pub(crate) fn warm_up(&self) {
        let folder = tempfile::tempdir().unwrap();
        for seed in seedbed_guests::seeds() {
            let path = folder.path().join("seed.wasm");
            std::fs::write(&path, seed.component).unwrap();
            let outcome = self.judge(&path, seed.component, true);
            assert!(!outcome.contains("pre-scan") && !outcome.contains("load"), "{}: {outcome}", seed.name);
        }
    }

    /// What the component came to, in a few words. A review that tries it out takes longer than all else.
    pub(crate) fn judge(&self, path: &Path, bytes: &[u8], tries: bool) -> String {
        let mut review = Review::new(&Request::of("generated", bytes), &self.policy);
        let opened = self.open(path);
        if let Err(Rejection::Load(LoadError::Prescan(error))) = &opened {
            assert_eq!(review.verdict(), Verdict::Fail, "passes a review, but the pre-scan says: it {error}");
        }
        if let Some(plugin) = opened.as_ref().ok().filter(|_| tries) {
            review.try_out(&self.trial(plugin, bytes));
        }
        for report in [render::text(&review), render::json(std::slice::from_ref(&review), &[]).unwrap()] {
            assert_printable(&report);
        }
        assert_printable(&render::sarif(std::slice::from_ref(&review), &[], &[], "0").unwrap());

        match opened.and_then(|plugin| self.score(&plugin)) {
            Ok(()) => "ok".to_owned(),
            Err(rejection) => {
                assert_printable(&rejection.to_string());
                words(&rejection)
            }
        }
    }

    fn open(&self, path: &Path) -> Result<Plugin, Rejection> {
        let found = discover(path, &FileLimits::default()).unwrap().remove(0);
        Plugin::open(&self.workers, Source::Found(Box::new(found)), &self.grant)
    }

    fn trial<'a>(&'a self, plugin: &'a Plugin, bytes: &'a [u8]) -> Trial<'a> {
        Trial {
            component: plugin.component(),
            bytes,
            prices: &self.bars,
            prices_name: "sample",
            limits: *plugin.limits(),
            budget: TrialBudget { work: 200_000_000, time: Duration::from_secs(5) },
            seed: 1,
        }
    }

    fn score(&self, plugin: &Plugin) -> Result<(), Rejection> {
        let settings = Settings::default();
        let series = Series { symbol: "sample", bars: &self.bars, settings, window: None };
        score(plugin, &plugin.genome(), &series).map(drop)
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
