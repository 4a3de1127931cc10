//! What a trial measured, on the page.

use std::fmt::{self, Write as _};

use super::{Escaped, fact};
use crate::Measurements;
use crate::count::count;
use crate::trial::{Coverage, Drift, GrowthPoint};

pub(super) fn section(out: &mut String, measured: &Measurements) -> fmt::Result {
    let Measurements { prices, spent, seed, .. } = measured;
    let clock = if spent.stopped_by_clock { "; the clock ended it before its work was done" } else { "" };
    writeln!(
        out,
        "<h3>What the trial measured</h3>\n<p class=\"soft\">On {}, {}: {}, seed {seed}{clock}.</p>\n<dl>",
        Escaped(&prices.name),
        count(prices.bars, "bar"),
        count(spent.calls, "call"),
    )?;
    if let Some(coverage) = &measured.causality {
        fact(out, "look-ahead", looked(coverage))?;
    }
    if let Some(fuel) = &measured.fuel {
        fact(out, "fuel of signals", fuel.signals)?;
        fact(out, "fuel besides", fuel.describe.saturating_add(fuel.exit_parameters).saturating_add(fuel.data_needed))?;
        fact(out, "fuel of an instance", fuel.instantiate)?;
    }
    if let Some(exponent) = measured.fuel_exponent {
        fact(out, "growth of fuel", format!("bars to the power of {exponent:.2}"))?;
    }
    if let Some(warm_up) = &measured.warm_up {
        let remembered = warm_up.close_after.map_or("beyond the series".to_owned(), |bars| count(bars, "bar"));
        let said = format!(
            "the start is remembered for {remembered} (to 1e-9); it asks for {} and recommends {}",
            warm_up.minimum_bars, warm_up.recommended_bars
        );
        fact(out, "warm-up", said)?;
    }
    out.push_str("</dl>\n");
    if let Some(warm_up) = &measured.warm_up {
        curve(out, &warm_up.drift)?;
    }
    growth(out, &measured.growth)
}

/// How much was looked at, and what was found: never that there is none.
fn looked(coverage: &Coverage) -> String {
    let Coverage { cuts, cuts_compared, comparisons, leaks, smallest_share, .. } = coverage;
    let found = match leaks {
        0 => "none found".to_owned(),
        leaks => format!("found in {leaks}"),
    };
    let share = smallest_share.map_or(String::new(), |share| {
        format!("; a leak at {:.2} % of the cuts would have been found with 95 % probability", share * 100.0)
    });
    format!("{found}, in {comparisons} comparisons at {cuts_compared} of {cuts} cuts{share}")
}

fn growth(out: &mut String, points: &[GrowthPoint]) -> fmt::Result {
    if points.is_empty() {
        return Ok(());
    }
    out.push_str(
        "<div class=\"scroll\"><table><thead><tr><th class=\"number\">bars</th><th class=\"number\">fuel of signals</th>\
         <th class=\"number\">a bar</th><th class=\"number\">peak memory</th></tr></thead><tbody>\n",
    );
    for GrowthPoint { bars, fuel, fuel_per_bar, peak_memory } in points {
        writeln!(
            out,
            "<tr><td class=\"number\">{bars}</td><td class=\"number\">{fuel}</td><td class=\"number\">{fuel_per_bar:.1}</td>\
             <td class=\"number\">{peak_memory}</td></tr>"
        )?;
    }
    out.push_str("</tbody></table></div>\n");
    Ok(())
}

const WIDTH: f64 = 600.0;
const HEIGHT: f64 = 140.0;
/// The smallest difference that is drawn: below, convictions are equal.
const FLOOR: f64 = -16.0;

/// The largest difference of convictions by bars since the start, on a log scale from 1e-16 to 1.
#[expect(clippy::cast_precision_loss, reason = "places on a screen")]
fn curve(out: &mut String, drift: &[Drift]) -> fmt::Result {
    let Some(last) = drift.last().filter(|last| last.bars > 0 && drift.len() > 1) else { return Ok(()) };
    let place = |point: &Drift| {
        let x = point.bars as f64 / last.bars as f64 * WIDTH;
        let height = if point.difference > 0.0 { libm::log10(point.difference).clamp(FLOOR, 0.0) } else { FLOOR };
        format!("{x:.1},{:.1}", (height / FLOOR).abs() * HEIGHT)
    };
    let points: Vec<_> = drift.iter().map(place).collect();
    writeln!(
        out,
        "<figure><svg viewBox=\"-2 -4 {} {}\" role=\"img\" aria-label=\"drift of convictions\" class=\"curve\"><path d=\"M0,0V{HEIGHT}H{WIDTH}\"/>\
         <polyline points=\"{}\"/></svg>\n<figcaption class=\"soft\">Largest difference of convictions when the history begins later, over {} after \
         that beginning; log scale, from 1 at the top to 1e-16 and less at the bottom.</figcaption></figure>",
        WIDTH + 4.0,
        HEIGHT + 8.0,
        points.join(" "),
        count(last.bars, "bar"),
    )
}

#[cfg(test)]
mod tests {
    use super::{curve, looked};
    use crate::trial::{Coverage, Drift};

    /// A reviewer reads "no look-ahead" where it was only not found.
    #[test]
    fn nothing_found_is_said_with_how_much_was_looked_at() {
        let coverage = Coverage {
            cuts: 3269,
            cuts_compared: 100,
            comparisons: 250,
            unanswered: 0,
            smallest_share: Some(0.0295),
            tails: Vec::new(),
            leaks: 0,
            leak: None,
        };
        assert_eq!(
            looked(&coverage),
            "none found, in 250 comparisons at 100 of 3269 cuts; a leak at 2.95 % of the cuts would have been found with 95 % probability"
        );
    }

    /// A curve beside its frame, or one of a number that is none, tells nothing.
    #[test]
    fn a_curve_stays_in_its_frame() {
        let drift = [(0, 2.0), (50, 1e-8), (100, 0.0)].map(|(bars, difference)| Drift { bars, difference });
        let mut out = String::new();
        curve(&mut out, &drift).expect("a string takes everything");
        assert!(out.contains("points=\"0.0,0.0 300.0,70.0 600.0,140.0\""), "{out}");
        let mut nothing = String::new();
        curve(&mut nothing, &drift[..1]).expect("a string takes everything");
        assert_eq!(nothing, "");
    }
}
