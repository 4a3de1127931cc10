//! What calls cost: fuel, memory, messages.

use crate::Level;
use crate::anatomy::wide;
use crate::checks::{Answer, Checked};
use crate::count::count;
use crate::finding::Draft;
use crate::trial::measurements::{FuelSplit, GrowthPoint, Measurements};
use crate::trial::purse::Purse;
use crate::trial::session::Session;

/// A trial's bars, times this, are what limits must last for.
const AHEAD: u64 = 4;

/// Runs `signals` on a quarter, a half and all of the bars, and judges the growth of its fuel.
pub(crate) fn growth(session: &Session<'_>, purse: &mut Purse, found: &mut Measurements) -> Answer {
    const STEEP: f64 = 1.2;
    let all = session.bars().len();
    let lengths = [all / 4, all / 2, all];
    if lengths.first().is_some_and(|least| *least < session.minimum().max(20)) {
        return Err(format!("a quarter of the bars ({}) is less than it needs", all / 4));
    }
    let points = purse.run(
        &lengths,
        |bars| session.expect(*bars),
        |bars| {
            let prices = session.bars().slice(0..*bars);
            let mut charged = session.signals(prices.as_ref().unwrap_or(session.bars()), &session.defaults);
            let fuel = charged.answer.usage.fuel_call;
            let answered = std::mem::replace(&mut charged.answer.outcome, Ok(Vec::new())).is_ok();
            let point = GrowthPoint {
                bars: wide(*bars),
                fuel,
                fuel_per_bar: fuel as f64 / (*bars).max(1) as f64,
                peak_memory: charged.answer.usage.peak_memory,
            };
            super::purse::Charged { answer: answered.then_some(point), cost: charged.cost }
        },
    );
    if points.len() < lengths.len() {
        return Err(purse.empty().unwrap_or("the work of the trial was used up").to_owned());
    }
    found.growth = points.into_iter().flatten().collect();
    if found.growth.len() < lengths.len() {
        return Err("it gives no answer on a part of the bars".to_owned());
    }
    let line = Line::through(&found.growth);
    let limit = line.meets(session);
    found.fuel_exponent = Some(line.slope);
    found.fuel_limit_bars = limit;
    let mut drafts = Vec::new();
    if let Some(limit) = limit.filter(|limit| *limit <= wide(all).saturating_mul(AHEAD)) {
        drafts.push(Draft::new(format!(
            "fuel grows with the power {:.2} of the bars and meets its limit at about {}",
            line.slope,
            count(limit, "bar")
        )));
    } else if line.slope > STEEP {
        let text = format!("fuel grows with the power {:.2} of the bars", line.slope);
        drafts.push(Draft::new(text).at_most(Level::Warn));
    }
    let shown: Vec<_> =
        found.growth.iter().map(|point| format!("{:.0} at {}", point.fuel_per_bar, point.bars)).collect();
    Ok(Checked::new(format!("fuel a bar: {} bars; exponent {:.2}", shown.join(", "), line.slope), drafts))
}

/// Fuel over bars in logarithms.
struct Line {
    slope: f64,
    offset: f64,
}

impl Line {
    /// By least squares; level where there is nothing to fit.
    fn through(points: &[GrowthPoint]) -> Self {
        let logs: Vec<_> =
            points.iter().map(|point| (libm::log(point.bars as f64), libm::log(point.fuel.max(1) as f64))).collect();
        let number = logs.len().max(1) as f64;
        let mean_x = logs.iter().map(|(x, _)| x).sum::<f64>() / number;
        let mean_y = logs.iter().map(|(_, y)| y).sum::<f64>() / number;
        let above: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
        let below: f64 = logs.iter().map(|(x, _)| (x - mean_x) * (x - mean_x)).sum();
        let slope = if below > 0.0 { above / below } else { 0.0 };
        Self { slope, offset: mean_y - slope * mean_x }
    }

    /// The fewest bars, to about a hundredth, at which the line is above the limit.
    fn meets(&self, session: &Session<'_>) -> Option<u64> {
        const MOST_BARS: f64 = 1e7;
        let mut bars = 100.0;
        while bars < MOST_BARS {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 100 and ten million")]
            let whole = bars as usize;
            let fuel = libm::exp(self.offset + self.slope * libm::log(bars));
            if fuel > session.trial.limits.fuel(whole) as f64 {
                return Some(wide(whole));
            }
            bars *= 1.01;
        }
        None
    }
}

/// Judges where the fuel of the opening calls went.
pub(crate) fn split(session: &Session<'_>, found: &Measurements) -> Answer {
    let Some(FuelSplit { instantiate, describe, exit_parameters, data_needed, accept, signals }) = found.fuel else {
        return Err("the fuel of the first calls is not known".to_owned());
    };
    let base = session.trial.limits.fuel_base;
    let parts = [
        ("instantiation", instantiate),
        ("describe", describe),
        ("exit-parameters", exit_parameters),
        ("data-needed", data_needed),
        ("accept", accept),
    ];
    let heavy = parts.iter().filter(|(_, fuel)| *fuel > base / 2);
    let drafts = heavy.map(|(part, fuel)| Draft::new(format!("{part} burns {fuel} of the {base} that it may")));
    let shown: Vec<_> = parts.iter().map(|(part, fuel)| format!("{part} {fuel}")).collect();
    Ok(Checked::new(format!("fuel: {}, signals {signals}", shown.join(", ")), drafts))
}

/// Judges the memory of the calls of [`growth`].
pub(crate) fn memory(session: &Session<'_>, found: &Measurements) -> Answer {
    let (Some(half), Some(all)) = (found.growth.iter().rev().nth(1), found.growth.last()) else {
        return Err(format!("there are no calls on a part of the bars to judge, see {}", crate::Rule::FuelGrowth));
    };
    let limit = session.trial.limits.memory;
    let slope =
        all.peak_memory.saturating_sub(half.peak_memory) as f64 / all.bars.saturating_sub(half.bars).max(1) as f64;
    let ahead = all.bars.saturating_mul(AHEAD);
    let expected = all.peak_memory as f64 + slope * ahead.saturating_sub(all.bars) as f64;
    let mut drafts = Vec::new();
    if expected > limit as f64 {
        let text = format!(
            "holds {} bytes on {} and {} on {}: {ahead} bars would take about {expected:.0} of the {limit} that it may hold",
            half.peak_memory,
            count(half.bars, "bar"),
            all.peak_memory,
            count(all.bars, "bar"),
        );
        drafts.push(Draft::new(text));
    } else if all.peak_memory > limit / 2 {
        let text = format!("holds {} bytes of the {limit} that it may", all.peak_memory);
        drafts.push(Draft::new(text).at_most(Level::Warn));
    }
    let shown: Vec<_> = found.growth.iter().map(|point| format!("{} at {}", point.peak_memory, point.bars)).collect();
    Ok(Checked::new(format!("peak memory in bytes: {} bars", shown.join(", ")), drafts))
}

/// Judges what all calls of the trial said.
pub(crate) fn diagnostics(purse: &Purse, found: &mut Measurements) -> Answer {
    /// What the host logs of a call.
    const MESSAGES: u64 = 16;
    const BYTES: u64 = 64 << 10;
    found.diagnostics = purse.loudest();
    let Some(loudest) = found.diagnostics else { return Err("no call gave an answer".to_owned()) };
    let (messages, bytes) = (count(loudest.messages, "message"), count(loudest.bytes, "byte"));
    let loud = loudest.messages > MESSAGES || loudest.bytes > BYTES;
    let draft = loud.then(|| Draft::new(format!("a call sends up to {messages} and {bytes}")));
    let calls = count(purse.spent().calls, "call");
    Ok(Checked::new(format!("{calls}, of which none sent more than {messages} and {bytes}"), draft))
}

#[cfg(test)]
mod tests {
    use super::Line;
    use crate::trial::measurements::GrowthPoint;

    fn point(bars: u64, fuel: u64) -> GrowthPoint {
        GrowthPoint { bars, fuel, fuel_per_bar: 0.0, peak_memory: 0 }
    }

    /// A wrong slope calls a linear component quadratic, or hides a quadratic one.
    #[test]
    fn powers_have_their_exponent() {
        let square = Line::through(&[point(100, 30_000), point(200, 120_000), point(400, 480_000)]);
        assert!((square.slope - 2.0).abs() < 1e-9, "{}", square.slope);
        // Of three points at equal distances the outer two decide the slope: log(4) / log(4).
        let uneven = Line::through(&[point(1_000, 5_000), point(2_000, 9_000), point(4_000, 20_000)]);
        assert!((uneven.slope - 1.0).abs() < 1e-9, "{}", uneven.slope);
    }
}
