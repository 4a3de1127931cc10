use anyhow::{anyhow, bail};
use seedbed_evaluate::Source;
use seedbed_outcome::GuestText;
use seedbed_review::{Lock, Pin, Review, Scope, Verdict};
use seedbed_settings::nearest;
use seedbed_telemetry::log::Timestamp;
use serde_json::{Value, json};

use crate::args::{Format, Global, Trust};
use crate::config::Config;
use crate::exit::{Exit, OrStop, Stop};
use crate::review::{ProvingGround, Standards, Subject, review, shown};
use crate::{inputs, output, setup};

/// What became of one plugin.
enum Decision {
    /// Pinned now, in place of another or of none.
    Pinned { hash: String, verdict: Verdict, before: Option<String> },
    /// Was pinned exactly so already.
    Known { hash: String, verdict: Verdict },
    /// Not pinned.
    Refused(String),
}

struct Row {
    name: GuestText,
    decision: Decision,
}

pub(crate) fn run(global: &Global, args: &Trust) -> Result<Exit, Stop> {
    let session = setup::configure(global, args.policy())?;
    let mut standards = Standards::read(&session.config)?.thawed();
    let lock = standards.lock.take().unwrap_or_default();
    if args.list {
        output::result(&list(&lock, args.format, &standards))?;
        return Ok(Exit::Success);
    }
    if !args.forget.is_empty() {
        known(&lock, &args.forget, &standards).or_usage()?;
        change(&standards, |lock| args.forget.iter().for_each(|name| _ = lock.forget(name)))?;
        output::result(&forgotten(args))?;
        return Ok(Exit::Success);
    }
    let sources = sources(args, &session.config)?;
    let pool = setup::threads(None)?;
    let ground = || ProvingGround::new(&session, args.data.as_deref(), pool.current_num_threads());
    let ground = if args.static_only { None } else { Some(ground()?) };
    let subjects = pool.install(|| review(sources, &standards, ground.as_ref(), None));
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    let (mut rows, mut pins) = (Vec::new(), Vec::new());
    for Subject { label, reviewed } in subjects {
        let (name, decision) = match reviewed {
            Err(rejection) => (label, Decision::Refused(rejection.to_string())),
            Ok((_, review)) => {
                let (decision, pin) = decide(&review, &lock, args.accept_failures, &today)?;
                pins.extend(pin.map(|pin| (review.name.clone(), pin)));
                (review.name.clone(), decision)
            }
        };
        rows.push(Row { name, decision });
    }
    if !pins.is_empty() {
        change(&standards, |lock| pins.into_iter().for_each(|(name, pin)| lock.trust(name.as_str(), pin)))?;
    }
    output::result(&match args.format {
        Format::Table => table(&rows, &standards),
        Format::Json => format!(
            "{:#}\n",
            json!({ "format": "seedbed.trust/1", "plugins": rows.iter().map(value).collect::<Vec<_>>() })
        ),
    })?;
    let refused = rows.iter().any(|row| matches!(row.decision, Decision::Refused(_)));
    Ok(if refused { Exit::Findings } else { Exit::Success })
}

fn sources(args: &Trust, config: &Config) -> Result<Vec<Source>, Stop> {
    let each = args.plugins.iter().map(|path| inputs::sources(Some(path), config));
    Ok(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// What is to become of a plugin, and the pin that it is to have.
fn decide(review: &Review, lock: &Lock, accept_failures: bool, today: &str) -> Result<(Decision, Option<Pin>), Stop> {
    let verdict = review.verdict();
    let failed = review.rules.iter().filter(|report| report.verdict == Verdict::Fail);
    // Files that others may write make every pin worthless, so nobody can accept them.
    let unacceptable = failed
        .filter(|report| !accept_failures || matches!(report.rule.scope(), Scope::Files))
        .find_map(|report| Some((report.rule, report.worst()?)));
    if let Some((rule, finding)) = unacceptable {
        let place = finding.place.file.as_ref().map_or(String::new(), |file| format!(" ({file})"));
        let why = format!("{rule} {}: {}{place}", rule.name(), finding.message);
        return Ok((Decision::Refused(why), None));
    }
    let name = review.name.as_str();
    let pin = Pin::new(review, today, env!("CARGO_PKG_VERSION")).or_host()?;
    let before = lock.pin(name).cloned();
    let hash = pin.hash.clone();
    match before {
        Some(before) if before.hash == pin.hash && before.policy == pin.policy && before.findings == pin.findings => {
            Ok((Decision::Known { hash, verdict }, None))
        }
        before => {
            let before = before.map(|before| before.hash);
            Ok((Decision::Pinned { hash, verdict, before }, Some(pin)))
        }
    }
}

/// Whether all of these are pinned.
fn known(lock: &Lock, names: &[String], standards: &Standards) -> anyhow::Result<()> {
    let Some(name) = names.iter().find(|name| lock.pin(name).is_none()) else { return Ok(()) };
    let path = shown(&standards.lock_path);
    match nearest(name, lock.pins().map(|(name, _)| name)) {
        Some(near) => bail!("{path} pins no {}; did you mean {near}?", GuestText::new(name)),
        None => bail!("{path} pins no {}; `seedbed trust --list` shows what it pins", GuestText::new(name)),
    }
}

fn change(standards: &Standards, change: impl FnOnce(&mut Lock)) -> Result<(), Stop> {
    let cannot =
        |error| anyhow!("{error}; the folder must be there and yours to write (review.lock names another lock)");
    Lock::change(&standards.lock_path, change).map(drop).map_err(cannot).or_host()
}

fn forgotten(args: &Trust) -> String {
    match args.format {
        Format::Json => format!("{:#}\n", json!({ "format": "seedbed.trust/1", "forgotten": args.forget })),
        Format::Table => {
            args.forget.iter().map(|name| format!("{}: no longer trusted\n", GuestText::new(name))).collect()
        }
    }
}

fn list(lock: &Lock, format: Format, standards: &Standards) -> String {
    match format {
        Format::Table if lock.pins().next().is_none() => {
            format!("nothing is pinned in {}\n", shown(&standards.lock_path))
        }
        Format::Table => {
            let row = |(name, pin): (&str, &Pin)| {
                let short = |hash: &str| hash.get(..16).unwrap_or(hash).to_owned();
                let name = GuestText::new(name).to_string();
                vec![name, short(&pin.hash), pin.date.clone(), short(&pin.policy), pin.version.clone()]
            };
            let headers = ["plugin", "hash", "trusted", "policy", "seedbed"];
            output::table(&headers, &[false; 5], lock.pins().map(row).collect())
        }
        Format::Json => {
            let pins = lock.pins().map(|(name, pin)| {
                json!({
                    "name": GuestText::new(name).as_str(),
                    "hash": pin.hash,
                    "date": pin.date,
                    "policy": pin.policy,
                    "findings": pin.findings,
                    "version": pin.version,
                })
            });
            format!("{:#}\n", json!({ "format": "seedbed.trust/1", "pins": pins.collect::<Vec<_>>() }))
        }
    }
}

fn table(rows: &[Row], standards: &Standards) -> String {
    let cells = rows.iter().map(|Row { name, decision }| {
        let short = |hash: &str| hash.get(..16).unwrap_or(hash).to_owned();
        let (hash, verdict, what) = match decision {
            Decision::Pinned { hash, verdict, before: None } => (short(hash), verdict.to_string(), "pinned".to_owned()),
            Decision::Pinned { hash, verdict, before: Some(before) } if before == hash => {
                (short(hash), verdict.to_string(), "pinned anew: policy or findings are others".to_owned())
            }
            Decision::Pinned { hash, verdict, before: Some(before) } => {
                (short(hash), verdict.to_string(), format!("pinned in place of {}", short(before)))
            }
            Decision::Known { hash, verdict } => (short(hash), verdict.to_string(), "was pinned already".to_owned()),
            Decision::Refused(why) => ("-".to_owned(), "-".to_owned(), format!("not pinned: {why}")),
        };
        vec![name.to_string(), hash, verdict, what]
    });
    let table = output::table(&["plugin", "hash", "review", "lock"], &[false; 4], cells.collect());
    let pinned = rows.iter().filter(|row| !matches!(row.decision, Decision::Refused(_))).count();
    let plugins = crate::cells::counted(rows.len() as u64, "plugin");
    format!("{table}\n{pinned} of {plugins} pinned in {}\n", shown(&standards.lock_path))
}

fn value(Row { name, decision }: &Row) -> Value {
    let (hash, verdict, decided, why) = match decision {
        Decision::Pinned { hash, verdict, .. } => (Some(hash), Some(verdict.as_str()), "pinned", None),
        Decision::Known { hash, verdict } => (Some(hash), Some(verdict.as_str()), "known", None),
        Decision::Refused(why) => (None, None, "refused", Some(why)),
    };
    json!({ "name": name.as_str(), "hash": hash, "verdict": verdict, "decision": decided, "why": why })
}
