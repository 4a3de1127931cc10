//! The rules that hold between keys, and those beyond a key's kind.

use seedbed_outcome::GuestText;
use seedbed_settings::{Key, Merged, Notice, Origin, Problem, nearest};

use super::keys::{CATALOGUE, LEVEL, SIZE, TIER_WEIGHTS, UNITS};
use super::sections::Size;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The size of a trade: of `size` and `units` the one from the stronger layer.
pub(super) fn size(merged: &mut Merged) -> Size {
    let Merged { settings, problems, .. } = merged;
    let Ok(Some(units)) = settings.optional::<f64>(UNITS) else { return Size::AllIn };
    let (of_size, of_units) = (settings.origin(SIZE), settings.origin(UNITS));
    if of_size.same_layer(of_units) {
        problems.push(problem(of_units, UNITS, format!("stands beside size ({of_size}), and only one can hold")));
    }
    if of_size.overrules(of_units) { Size::AllIn } else { Size::Units(units) }
}

/// The weights of the tiers, made to sum to 1.
pub(super) fn tier_weights(merged: &mut Merged) -> [f64; 3] {
    let Merged { settings, problems, notices } = merged;
    let weights = TIER_WEIGHTS.map(|key| settings.get::<f64>(key).unwrap_or(0.0));
    let sum: f64 = weights.iter().sum();
    // The weight that the strongest layer set is the one to talk about.
    let [first, second, third] = TIER_WEIGHTS.map(|key| settings.origin(key));
    let origin = first.max(second).max(third);
    if sum <= 0.0 {
        problems.push(
            problem(origin, TIER_WEIGHTS[0], "and the weights of the other tiers are all 0")
                .allowed("at least one above 0"),
        );
        return weights;
    }
    if (sum - 1.0).abs() <= 1e-9 {
        return weights;
    }
    let normalised = weights.map(|weight| weight / sum);
    let [a, b, c] = normalised;
    notices.push(Notice::new(
        origin.clone(),
        format!("the weights of the tiers sum to {sum}, not 1: taken as {a:.3}, {b:.3}, {c:.3}"),
    ));
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
    let shown = GuestText::new(&format!("\"{level}\""));
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
