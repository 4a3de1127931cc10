//! The rules that hold between keys, and those beyond a key's kind.

use seedbed_outcome::GuestText;
use seedbed_settings::{Key, Merged, Notice, Origin, Problem, Value, masked, nearest};

use super::keys::{CATALOGUE, LEVEL, SIZE, TIER_WEIGHTS, UNITS};
use super::sections::Size;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The size of a trade: of `size` and `units` the one from the stronger layer; the other is unset.
pub(super) fn size(merged: &mut Merged) -> Size {
    let Merged { settings, problems, .. } = merged;
    let Ok(Some(units)) = settings.optional::<f64>(UNITS) else { return Size::AllIn };
    let (of_size, of_units) = (settings.origin(SIZE), settings.origin(UNITS));
    if of_size.same_layer(of_units) {
        problems.push(problem(of_units, UNITS, format!("stands beside size ({of_size}), and only one can hold")));
    }
    let (size, overruled) = if of_size.overrules(of_units) { (Size::AllIn, UNITS) } else { (Size::Units(units), SIZE) };
    settings.unset(overruled);
    size
}

/// The weights of the tiers, made to sum to 1 in the settings too.
pub(super) fn tier_weights(merged: &mut Merged) -> [f64; 3] {
    let Merged { settings, problems, notices } = merged;
    let weights = TIER_WEIGHTS.map(|key| settings.get::<f64>(key).unwrap_or(0.0));
    let sum: f64 = weights.iter().sum();
    // The weight that the strongest layer set last is the one to talk about.
    let [first, second, third] = TIER_WEIGHTS;
    let spoken = [second, third]
        .into_iter()
        .fold(first, |spoken, key| if settings.origin(key) >= settings.origin(spoken) { key } else { spoken });
    let origin = settings.origin(spoken);
    if sum <= 0.0 {
        let default = CATALOGUE.key(spoken).and_then(Key::default_value);
        problems.push(
            problem(origin, spoken, "the weights of all tiers are 0")
                .value(GuestText::new("0"))
                .allowed("at least one above 0")
                .suggestion(default.map(|default| default.to_string())),
        );
        return weights;
    }
    // Defaults stand in for weights that are wrong: the sum then says nothing.
    let is_wrong = |key: &str| {
        let place = CATALOGUE.key(key).map(Key::place);
        problems.iter().any(|problem| problem.key.as_ref().map(GuestText::as_str) == place.as_deref())
    };
    if (sum - 1.0).abs() <= 1e-9 || (!problems.is_empty() && TIER_WEIGHTS.iter().any(|key| is_wrong(key))) {
        return weights;
    }
    let normalised = weights.map(|weight| weight / sum);
    let [a, b, c] = normalised;
    let sum = (sum * 1e6).round() / 1e6;
    notices.push(Notice::new(
        origin.clone(),
        format!("the weights of the tiers sum to {sum}, not 1: normalised to {a:.3}, {b:.3}, {c:.3}"),
    ));
    for (key, weight) in TIER_WEIGHTS.iter().zip(normalised) {
        settings.replace(key, Value::Number(weight));
    }
    normalised
}

/// The log level is a level, or directives of the form `target=level`, which the logging library reads.
pub(super) fn log_level(merged: &mut Merged) {
    let Merged { settings, problems, .. } = merged;
    let Ok(level) = settings.get::<String>(LEVEL) else { return };
    if LEVELS.contains(&level.as_str()) || level.contains(['=', ',']) {
        return;
    }
    let what = problem(settings.origin(LEVEL), LEVEL, "unknown level");
    let shown = GuestText::new(&format!("\"{}\"", masked(&level)));
    problems.push(
        what.value(shown)
            .allowed("off, error, warn, info, debug, trace, or directives such as seedbed_sandbox=debug")
            .suggestion(nearest(&level, LEVELS).map(|near| format!("\"{near}\""))),
    );
}

fn problem(origin: &Origin, key: &str, what: impl AsRef<str>) -> Problem {
    let place = CATALOGUE.key(key).map_or_else(|| key.to_owned(), Key::place);
    Problem::new(origin.clone(), place, what)
}
