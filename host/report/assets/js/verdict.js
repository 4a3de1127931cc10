// The verdict: the sentence, two meters, and each number with what it means.

const STANDINGS = {
  skill: ["Distinguishable from luck", "M4 12.5l5.2 5.2L20 7"],
  luck: ["Not distinguishable from luck", "M12 7v6m0 4v.01M12 2.5L22 20.5H2z"],
  undecided: ["Too little to tell", "M9 9a3 3 0 1 1 4.2 2.7c-.8.4-1.2 1-1.2 2v.3m0 3.5v.01"],
  failed: ["No candidate was scored", "M6 6l12 12M18 6L6 18"],
};
/// From here on a probability counts as distinguishable.
const CONFIDENCE = 0.95;

function drawVerdict() {
  const { verdict } = data;
  const [name, path] = STANDINGS[verdict.standing] || STANDINGS.undecided;
  const banner = el("div", { class: `banner ${verdict.standing}` },
    el("p", { class: "standing" }, icon(path), name),
    el("p", { class: "sentence" }, verdict.sentence),
    meters(verdict));
  const cards = verdict.standing === "failed" ? [] : numbers(verdict).map(card);
  body("verdict").append(banner, ...(cards.length ? [el("dl", { class: "numbers" }, cards)] : []));
}

function meters(verdict) {
  const sharpe = value(verdict.sharpe);
  const luck = value(verdict.luck_sharpe);
  const deflated = value(verdict.deflated_sharpe);
  const parts = [];
  if (sharpe !== null && luck !== null) {
    const most = Math.max(sharpe, luck, 0.1) * 1.25;
    parts.push(meter("Sharpe ratio of the champion", fixed(sharpe), sharpe / most, luck / most, `luck alone gives ${fixed(luck)}`));
  }
  if (deflated !== null) parts.push(meter("Deflated Sharpe: probability that it is not luck", chance(deflated), deflated, CONFIDENCE, "95\u00a0% needed"));
  return parts.length ? el("div", { class: "meters" }, parts) : null;
}

/// A bar from 0 to `fill` with a named mark at `mark`, both shares of the whole.
function meter(name, text, fill, mark, markName) {
  const at = `${Math.min(1, Math.max(0, mark)) * 100}%`;
  const side = mark > 0.5 ? { right: `${(1 - Math.min(1, mark)) * 100}%` } : { left: at };
  return el("div", { role: "img", "aria-label": `${name}: ${text}; ${markName}` },
    el("p", { class: "meter-name" }, el("span", {}, name), el("b", {}, text)),
    el("div", { class: "track" }, el("div", { class: "fill", style: { width: `${Math.min(1, Math.max(0, fill)) * 100}%` } }), el("div", { class: "mark", style: { left: at } })),
    el("div", { class: "mark-name" }, el("span", { style: side }, markName)));
}

/// Each number: its name, what it is, what it means, and whether it speaks for or against the champion.
function numbers(verdict) {
  const walk = verdict.walk_forward;
  const overfitting = verdict.overfitting;
  const holdout = verdict.periods.find((period) => period.phase === "holdout");
  const random = verdict.periods.map((period) => period.random_entry).filter(Boolean).at(-1);
  const luck = value(verdict.luck_sharpe);
  const needed = value(verdict.min_track_record);
  const above = (measured, good, bad) => {
    const at = value(measured);
    return at === null ? null : at >= good ? "for" : at < bad ? "against" : null;
  };
  return [
    {
      name: "Sharpe ratio, in-sample",
      measured: verdict.sharpe,
      says: luck === null || value(verdict.sharpe) === null ? null : verdict.sharpe.value > luck ? null : "against",
      why: "Return for risk, a year, on the data that it was chosen on. The best of many always looks good here.",
    },
    {
      name: "Luck alone",
      measured: verdict.luck_sharpe,
      why: "The best Sharpe ratio that as many trials without any skill would give. The champion has to beat this, not 0.",
    },
    {
      name: "Deflated Sharpe (DSR)",
      measured: verdict.deflated_sharpe,
      format: chance,
      says: above(verdict.deflated_sharpe, CONFIDENCE, CONFIDENCE),
      why: "Probability that the true Sharpe ratio is above what luck alone gives. Below 95\u00a0% the champion is not told from luck.",
    },
    {
      name: "DSR, effective trials",
      measured: verdict.deflated_sharpe_effective,
      format: chance,
      says: above(verdict.deflated_sharpe_effective, CONFIDENCE, CONFIDENCE),
      why: "The same with trials that behave alike counted once. It is the kinder of the two.",
    },
    {
      name: "Distinct trials (N)",
      text: count(verdict.trials),
      why: `Different candidates in the final evolution; each was one more chance for luck. With all walk-forward windows: ${count(verdict.trials_of_all_windows)}.`,
    },
    {
      name: "Effective trials",
      measured: verdict.effective_trials,
      format: (v) => number(v, 3),
      why: "How many groups of trials behave differently: near copies are no independent attempts.",
    },
    {
      name: "Probabilistic Sharpe (PSR)",
      measured: verdict.probabilistic_sharpe,
      format: chance,
      says: above(verdict.probabilistic_sharpe, CONFIDENCE, 0.5),
      why: "Probability that the Sharpe ratio of the unseen windows together is above 0. Nothing was chosen on them.",
    },
    {
      name: "Minimum track record",
      measured: verdict.min_track_record,
      format: (v) => `${count(Math.ceil(v))} bars`,
      says: needed === null ? null : needed <= verdict.track_record ? "for" : "against",
      why: `Bars needed before this Sharpe ratio differs from 0 at 95\u00a0%. There are ${count(verdict.track_record)}.`,
    },
    {
      name: "Overfitting (PBO)",
      measured: overfitting.probability,
      format: chance,
      says: value(overfitting.probability) === null ? null : overfitting.probability.value <= 0.2 ? "for" : overfitting.probability.value >= 0.5 ? "against" : null,
      why: `How often the best trial of one half of the data falls into the worse half of trials on the other. 50\u00a0% is a blind choice. ${pboBasis(overfitting)}`,
    },
    walk && {
      name: "Walk-forward ratio",
      measured: walk.ratio,
      says: above(walk.ratio, 0.5, 0.000001),
      why: `What is left out of sample of the value in sample: 1 is all, 0 is nothing.${value(walk.spread) === null ? "" : ` Spread over windows: ${fixed(walk.spread.value)}.`}`,
    },
    holdout && {
      name: "Sharpe ratio, holdout",
      measured: holdout.champion.sharpe,
      says: above(holdout.champion.sharpe, 0.000001, 0.000001),
      why: `The one look at the untouched last window. Buy-and-hold there: ${value(holdout.buy_and_hold.sharpe) === null ? "no value" : fixed(holdout.buy_and_hold.sharpe.value)}.`,
    },
    random && {
      name: "Beats random entry",
      measured: random.beaten,
      format: (v) => `${chance(v)} of draws`,
      says: above(random.beaten, CONFIDENCE, 0.5),
      why: `Share of ${count(random.draws)} strategies with random entries and the same time in the market that it beats${holdout && holdout.random_entry ? ", on the holdout" : ""}.`,
    },
  ].filter(Boolean);
}

function pboBasis({ compared, distinct, left_out, mean_correlation }) {
  const alike = value(mean_correlation) === null ? "" : `, mean correlation ${fixed(mean_correlation.value)}`;
  return `${plural(compared, "trial")} compared, ${count(distinct)} different${alike}${left_out ? `; ${count(left_out)} left out` : ""}.`;
}

function card({ name, measured, text, format, says, why }) {
  const words = { for: "speaks for it", against: "speaks against it" };
  const missing = measured && value(measured) === null;
  return el("div", { class: "number" },
    el("dt", {}, name),
    el("dd", { class: `value${missing ? " missing" : ""}` }, el("span", {}, measured ? shown(measured, format) : text), says ? el("span", { class: `says ${says}` }, words[says]) : null),
    el("dd", { class: "why" }, why));
}

function drawBenchmarks() {
  const box = body("benchmarks");
  const { periods } = data.verdict;
  if (periods.length === 0) return box.append(nothing("Nothing was scored, so there is nothing to compare."));
  const draws = periods.map((period) => period.random_entry).find(Boolean);
  const columns = ["", "Return", "CAGR", "Sharpe", "Sortino", "Calmar", "Max drawdown", "Trades", "Win rate", "Exposure"].map((name) => ({ name }));
  const rows = periods.flatMap((period) => [
    { group: `${PHASES[period.phase]}, ${span(period.span)}` },
    { class: "champion", cells: performance("Champion", period.champion) },
    performance("Buy and hold", period.buy_and_hold),
    ...(period.random_entry ? [randomEntry(period.random_entry)] : []),
  ]);
  box.append(table(columns, rows, { label: "Champion and benchmarks" }),
    hint(`Exposure is the share of bars with a position.${draws ? ` Random entry: ${count(draws.draws)} draws.` : ""}`));
}

function performance(name, it) {
  return [name, toned(it.total_return, percent(it.total_return)), shown(it.cagr, percent), shown(it.sharpe), shown(it.sortino), shown(it.calmar),
    percent(it.max_drawdown), count(it.trades), shown(it.win_rate, (v) => percent(v, 0)), percent(it.exposure, 0)];
}

function randomEntry(it) {
  return ["Random entry (median)", toned(it.median_return, percent(it.median_return)), "–", shown(it.median_sharpe), "–", "–",
    percent(it.median_drawdown), "–", "–", percent(it.exposure, 0)];
}
