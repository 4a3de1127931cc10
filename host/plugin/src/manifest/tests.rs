use std::path::Path;
use std::time::Duration;

use seedbed_genome::{ExitBounds, Interval, Mechanism};

use super::{ExitNarrowing, LimitRequest, Manifest, WasiRequest};

const HEAD: &str = "manifest = 1\nname = \"donchian\"\ncomponent = \"donchian.wasm\"\n";

fn parse(text: &str) -> Result<Manifest, String> {
    Manifest::parse(text, Path::new("plugin.toml")).map_err(|error| error.to_string())
}

#[test]
fn a_manifest_may_be_three_lines() {
    let manifest = parse(HEAD).expect("is right");
    assert_eq!((manifest.name.as_str(), manifest.component.to_str()), ("donchian", Some("donchian.wasm")));
    assert_eq!((manifest.limits, manifest.wasi, manifest.build), (LimitRequest::default(), WasiRequest::Deny, None));
    assert_eq!((manifest.exits, manifest.notices), (vec![], vec![]));
}

#[test]
fn a_manifest_may_narrow_limits_and_exits() {
    let manifest = parse(&format!(
        "{HEAD}wasi = \"inert\"\n[limits]\nfuel_per_bar = 10\nfuel_base = 20\ndeadline = \"2s\"\nmemory = \"8MiB\"\n\
         [build]\ncommand = [\"make\", \"component\"]\n\
         [exits.take-profit.target]\nbounds = [0.1, 0.9]\n[exits.atr-stop.period]\nbounds = [10, 20]\n"
    ))
    .expect("is right");
    let limits = LimitRequest {
        fuel_per_bar: Some(10),
        fuel_base: Some(20),
        deadline: Some(Duration::from_secs(2)),
        memory: Some(8 << 20),
    };
    assert_eq!((manifest.limits, manifest.wasi), (limits, WasiRequest::Inert));
    assert_eq!(manifest.build.as_deref(), Some(["make".to_owned(), "component".to_owned()].as_slice()));
    let interval = |low, high| Interval::new(low, high).expect("in order");
    assert_eq!(
        manifest.exits,
        [
            ExitNarrowing { mechanism: Mechanism::AtrStop, parameter: "period", bounds: interval(10.0, 20.0) },
            ExitNarrowing { mechanism: Mechanism::TakeProfit, parameter: "target", bounds: interval(0.1, 0.9) },
        ]
    );
    let mut bounds = ExitBounds::default();
    manifest.narrow_exits(&mut bounds).expect("something is left");
    assert_eq!(bounds.get(Mechanism::TakeProfit, "target"), Some(interval(0.1, 0.5)), "never wider than the host's");
    assert_eq!(
        manifest.notices.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "plugin.toml:13:10: [exits.take-profit.target] bounds = [0.1, 0.9] reach outside the host's [0.05, 0.5], which win"
        ]
    );
}

/// A newer manifest has keys that this host does not know: its version must be the answer, not its keys.
#[test]
fn an_unknown_version_is_refused_before_anything_else() {
    let text = "manifest = 2\nnovelty = true\n";
    assert_eq!(
        parse(text),
        Err("plugin.toml: manifest version 2, but this host reads version 1; use a host that knows it".into())
    );
}

#[test]
fn each_refusal_says_what_where_and_what_instead() {
    for (line, text) in [
        ("nme = \"x\"", "plugin.toml:4:1: nme: unknown key; did you mean name?"),
        ("fuel_base = 1", "plugin.toml:4:1: fuel_base: unknown key; did you mean [limits] fuel_base?"),
        ("[limit]", "plugin.toml:4:2: [limit]: unknown section; did you mean [limits]?"),
        (
            "limits.fuel_base = 0",
            "plugin.toml:4:20: [limits] fuel_base = 0: out of range; allowed: a whole number from 1; did you mean 1?",
        ),
        ("wasi = \"allow\"", "plugin.toml:4:8: wasi = \"allow\": unknown word; allowed: \"deny\", \"inert\""),
        (
            "build.command = [\"\"]",
            "plugin.toml:4:17: [build] command = [\"\"]: no command; allowed: a program and its arguments",
        ),
        (
            "exits.fixed_stop.stop-loss.bounds = [0.1, 0.2]",
            "plugin.toml:4:37: [exits.fixed_stop.stop-loss]: unknown exit mechanism \"fixed_stop\"; did you mean fixed-stop?",
        ),
        (
            "exits.fixed-stop.loss.bounds = [0.1, 0.2]",
            "plugin.toml:4:32: [exits.fixed-stop.loss]: unknown parameter \"loss\"; allowed: stop-loss",
        ),
        (
            "exits.fixed-stop.stop-loss.bounds = [0.3, 0.4]",
            "plugin.toml:4:37: [exits.fixed-stop.stop-loss] bounds = [0.3, 0.4]: nothing is left of the host's bounds; allowed: some of [0.01, 0.2]",
        ),
        (
            "exits.time-stop.holding-period.bounds = [1.2, 1.8]",
            "plugin.toml:4:41: [exits.time-stop.holding-period] bounds = [1.2, 1.8]: nothing is left of the host's bounds; allowed: some of [1, 60]",
        ),
        (
            "exits.fixed-stop.stop-loss.bound = [0.1, 0.2]",
            "plugin.toml:4:28: [exits.fixed-stop.stop-loss] bound: unknown key; did you mean bounds?",
        ),
    ] {
        assert_eq!(parse(&format!("{HEAD}{line}\n")), Err(text.into()), "{line}");
    }
    assert_eq!(
        parse("[limits]\n"),
        Err("3 problems\n  \
             plugin.toml:1:1: manifest: missing; allowed: a whole number from 1\n  \
             plugin.toml:1:1: name: missing; allowed: one line of 1 to 1024 bytes\n  \
             plugin.toml:1:1: component: missing; allowed: a path"
            .into())
    );
}

/// A name goes into tables, labels and file names.
#[test]
fn names_are_plain() {
    let name = |name: &str| parse(&format!("manifest = 1\nname = '{name}'\ncomponent = 'x.wasm'\n"));
    assert!(name("a-1").is_ok() && name(&"a".repeat(48)).is_ok());
    for bad in ["A", "a b", "a_b", "../a", "é", &"a".repeat(49)] {
        let text = name(bad).expect_err("is refused");
        assert!(text.ends_with("not a plugin's name; allowed: 1 to 48 characters of a-z, 0-9 and -"), "{text}");
    }
}

#[test]
fn the_component_stays_in_its_folder() {
    let component = |path: &str| parse(&format!("manifest = 1\nname = 'a'\ncomponent = '{path}'\n"));
    assert!(component("target/out/x.wasm").is_ok() && component("./x.wasm").is_ok());
    for bad in ["../x.wasm", "a/../../x.wasm", "a/../x.wasm", "/etc/passwd", ".", "./"] {
        assert_eq!(
            component(bad),
            Err(format!(
                "plugin.toml:3:13: component = \"{bad}\": leaves the plugin's folder; allowed: a relative path without \"..\""
            ))
        );
    }
}
