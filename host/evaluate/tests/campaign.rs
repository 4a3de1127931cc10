//! Campaigns over real components: what operators count on when a plugin is mutated by the thousand.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking, helpers included"
)]

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use seedbed_evaluate::{
    Campaign, Grant, Mutation, Plan, Plugin, Source, ValidationRules, Validator, market_scale, open,
};
use seedbed_genome::{Genome, Individual, Mechanism, MutationSettings, Slot, Space};
use seedbed_guests::hostile::hostile;
use seedbed_market::sample;
use seedbed_outcome::{Function, Usage};
use seedbed_worker::{Limits, Observer, SandboxConfig, WasiPolicy, Workers};

const RULES: ValidationRules = ValidationRules { timeout: Duration::from_secs(5), paranoid: false };

fn opened(sources: Vec<Source>, limits: Limits, observer: Option<Arc<dyn Observer>>) -> Vec<Arc<Plugin>> {
    let workers = Workers::in_process(&SandboxConfig { observer, ..SandboxConfig::default() }).unwrap();
    let opened = open(&workers, sources, &Grant { limits, wasi: WasiPolicy::Deny });
    opened.into_iter().map(|opened| opened.plugin.unwrap()).collect()
}

fn seeds() -> Vec<Arc<Plugin>> {
    let seeds = seedbed_guests::seeds().iter();
    opened(
        seeds.map(|seed| Source::Embedded { name: seed.name, component: seed.component }).collect(),
        Limits::default(),
        None,
    )
}

fn seed(name: &'static str, observer: Option<Arc<dyn Observer>>) -> Arc<Plugin> {
    let seed = seedbed_guests::seeds().iter().find(|seed| seed.name == name).unwrap();
    opened(vec![Source::Embedded { name, component: seed.component }], Limits::default(), observer).remove(0)
}

fn guest(name: &'static str, limits: Limits) -> Arc<Plugin> {
    static GUESTS: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| {
        let guests = hostile(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
        guests.into_iter().map(|(name, path)| (name, fs::read(path).unwrap())).collect()
    });
    opened(vec![Source::Embedded { name, component: &GUESTS[name] }], limits, None).remove(0)
}

fn ancestor(plugin: &Plugin) -> Individual {
    Individual::new(Genome { parameters: plugin.parameters().to_vec(), exits: plugin.exits().genome })
}

fn run(plugin: &Plugin, plan: Plan, rules: ValidationRules, threads: usize) -> Vec<Mutation> {
    let ancestor = ancestor(plugin);
    let before = ancestor.genome.canonical();
    let description = plugin.description();
    let space = Space::new(&description.parameters, plugin.exits(), description.exits_closed)
        .with_market(market_scale(sample()));
    let campaign = Campaign {
        space: &space,
        settings: &MutationSettings::default(),
        validator: &Validator::new(plugin, sample(), rules),
        ancestor: &ancestor,
        name: &description.name,
    };
    let mut mutations = Vec::new();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let flow = pool.install(|| {
        campaign.run(
            &plan,
            |block| block,
            |block| {
                mutations.extend(block);
                ControlFlow::Continue(())
            },
        )
    });
    assert_eq!(flow, ControlFlow::Continue(()));
    assert_eq!(ancestor.genome.canonical(), before, "the parent has changed");
    mutations
}

fn plan(lineages: u32, generations: u32) -> Plan {
    Plan { lineages, generations, attempts: NonZeroU32::new(3).unwrap(), seed: 7 }
}

/// Everything of a mutation but its times.
fn facts(mutation: &Mutation) -> impl PartialEq + std::fmt::Debug + use<> {
    let trials: Vec<_> =
        mutation.trials.iter().map(|trial| (trial.attempt.clone(), trial.validation.clone())).collect();
    (mutation.number, mutation.generation, mutation.slot, mutation.parent, trials)
}

fn reasons(mutations: &[Mutation]) -> BTreeMap<&'static str, usize> {
    let mut reasons = BTreeMap::new();
    for reason in mutations.iter().flat_map(|mutation| &mutation.trials).filter_map(|trial| trial.reason()) {
        *reasons.entry(reason).or_default() += 1;
    }
    reasons
}

fn children(mutations: &[Mutation]) -> impl Iterator<Item = &Genome> {
    mutations.iter().filter_map(|mutation| Some(&mutation.child()?.child.genome))
}

#[test]
fn the_same_seed_gives_the_same_mutations_at_any_thread_count() {
    let plugin = seed("ema-crossover", None);
    let expected: Vec<_> = run(&plugin, plan(64, 4), RULES, 1).iter().map(facts).collect();
    assert_eq!(expected.len(), 256);
    for threads in [2, 8] {
        let found: Vec<_> = run(&plugin, plan(64, 4), RULES, threads).iter().map(facts).collect();
        assert!(found == expected, "{threads} threads");
    }
}

/// Each generation stands upon the one before it.
#[test]
fn a_child_is_the_next_parent_and_a_failure_leaves_the_old_one() {
    let mutations = run(&guest("moody", Limits::default()), plan(30, 6), RULES, 2);
    let mut failures = 0;
    for mutation in &mutations {
        let next =
            mutations.iter().find(|next| next.slot == mutation.slot && next.generation == mutation.generation + 1);
        let heir = mutation.child().map_or(mutation.parent, |child| child.hash);
        assert!(next.is_none_or(|next| next.parent == heir));
        failures += usize::from(mutation.child().is_none());
    }
    assert!(failures > 0, "no mutation failed, so nothing was shown");
}

#[test]
fn at_least_four_of_five_mutations_of_each_seed_succeed() {
    for plugin in seeds() {
        let mutations = run(&plugin, plan(400, 1), RULES, 2);
        let succeeded = children(&mutations).count();
        assert!(succeeded >= 320, "{}: {succeeded} of 400, {:?}", plugin.description().name, reasons(&mutations));
    }
}

#[test]
fn children_are_tried_on_what_the_component_recommends_and_on_256_bars_at_least() {
    for plugin in seeds() {
        let recommended = plugin.need().recommended_bars as usize;
        let validator = Validator::new(&plugin, sample(), RULES);
        assert_eq!(validator.window().len(), recommended.max(256), "{}", plugin.description().name);
        assert_eq!(validator.window().time().last(), sample().time().last());
    }
}

#[test]
fn a_component_that_vetoes_everything_fails_every_attempt_and_is_counted_exactly() {
    let mutations = run(&guest("veto", Limits::default()), plan(40, 1), RULES, 2);
    assert_eq!(children(&mutations).count(), 0);
    let attempts: usize = mutations.iter().map(|mutation| mutation.trials.len()).sum();
    assert_eq!(attempts, 120);
    let reasons = reasons(&mutations);
    assert_eq!(reasons.values().sum::<usize>(), 120);
    assert!(reasons["refused"] >= 100, "{reasons:?}");
    let says = mutations.iter().flat_map(|mutation| &mutation.trials).find_map(|trial| trial.validation.clone()?.err());
    assert_eq!(says.unwrap().to_string(), "accept: refused: bad parameters: no genome is good enough");
}

#[test]
fn a_component_that_traps_for_some_parameters_loses_those_children_only() {
    let mutations = run(&guest("moody", Limits::default()), plan(200, 1), RULES, 2);
    assert!(children(&mutations).all(|child| child.parameters[0] % 2.0 == 0.0));
    let trapped = reasons(&mutations)["trapped"];
    let odd = mutations
        .iter()
        .flat_map(|mutation| &mutation.trials)
        .filter_map(|trial| trial.attempt.result.as_ref().ok())
        .filter(|proposal| proposal.child.genome.parameters[0] % 2.0 == 1.0)
        .count();
    assert!(odd > 0);
    assert_eq!(trapped, odd);
}

#[test]
fn where_nothing_can_move_every_attempt_says_so() {
    let mutations = run(&guest("frozen", Limits::default()), plan(10, 1), RULES, 1);
    assert_eq!(reasons(&mutations), BTreeMap::from([("no-operator", 30)]));
}

/// The host's own mechanisms are offered, one that limits losses first.
#[test]
fn a_component_without_exits_is_offered_the_hosts() {
    let plugin = guest("no-exits", Limits::default());
    let mutations = run(&plugin, plan(200, 1), RULES, 2);
    let mut found = std::collections::BTreeSet::new();
    for child in children(&mutations) {
        for exit in child.exits.exits() {
            assert!(
                matches!(exit.mechanism().slot(), Slot::Protect | Slot::Trail | Slot::Time),
                "{}",
                exit.mechanism()
            );
            found.insert(exit.mechanism());
        }
    }
    assert!(found.contains(&Mechanism::FixedStop) && found.len() > 3, "{found:?}");
}

/// A deadline says more of the machine than of the child: it voids the attempt.
#[test]
fn an_attempt_past_its_timeout_is_a_void_of_its_own() {
    let endless = Limits { fuel_base: u64::MAX / 8, fuel_per_bar: 0, ..Limits::default() };
    let rules = ValidationRules { timeout: Duration::from_millis(50), paranoid: true };
    let once = Plan { attempts: NonZeroU32::MIN, ..plan(2, 1) };
    let mutations = run(&guest("loop", endless), once, rules, 2);
    assert_eq!(reasons(&mutations), BTreeMap::from([("past-deadline", 2)]));
    assert!(mutations.iter().all(|mutation| mutation.duration < Duration::from_secs(2)), "waited for the fuel");
}

#[derive(Debug, Default)]
struct Calls {
    accept: AtomicU64,
    signals: AtomicU64,
}

impl Observer for Calls {
    fn compiled(&self, _: Duration) {}

    fn called(&self, function: Function, _: &Usage) {
        match function {
            Function::Accept => &self.accept,
            Function::Signals => &self.signals,
            _ => return,
        }
        .fetch_add(1, Ordering::Relaxed);
    }
}

/// `signals` never sees the exits, so a child that differs in exits alone has its parent's convictions; the paranoid ask anyway.
#[test]
fn signals_run_where_parameters_changed_and_everywhere_for_the_paranoid() {
    for paranoid in [false, true] {
        let calls = Arc::new(Calls::default());
        let plugin = seed("ema-crossover", Some(calls.clone()));
        let mutations = run(&plugin, plan(100, 1), ValidationRules { paranoid, ..RULES }, 2);
        let trials = || mutations.iter().flat_map(|mutation| &mutation.trials);
        let tried = trials().filter(|trial| trial.validation.is_some()).count();
        let moved = trials()
            .filter_map(|trial| trial.attempt.result.as_ref().ok())
            .filter(|proposal| proposal.child.genome.parameters != plugin.parameters())
            .count();
        assert!(0 < moved && moved < tried);
        assert_eq!(calls.accept.load(Ordering::Relaxed), tried as u64);
        assert_eq!(calls.signals.load(Ordering::Relaxed), if paranoid { tried } else { moved } as u64);
    }
}
