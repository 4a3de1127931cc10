// Walk-forward: one row for each window, with bars that make training and test comparable at a glance.

function drawWalkForward() {
  const box = body("walk-forward");
  const walk = data.verdict.walk_forward;
  if (!walk) return box.append(nothing("This run had no walk-forward."));
  const scored = walk.folds.map((fold) => fold.result.scored).filter(Boolean);
  const values = scored.flatMap((fold) => [value(fold.in_sample), value(fold.out_of_sample)]).filter(isNumber);
  const low = Math.min(0, ...values);
  const range = Math.max(0, ...values) - low || 1;
  const objective = data.run.objective || "objective";
  const columns = [
    { name: "Window" }, { name: "In-sample" }, { name: "Out-of-sample" }, { name: "", text: true, wide: true },
    { name: "Ratio" }, { name: "Test return" }, { name: "Trades" }, { name: "Tested on", text: true }, { name: "Plugin", text: true },
  ];
  const rows = walk.folds.map((fold) => {
    const it = fold.result.scored;
    if (!it) return [fold.name, "–", el("span", { class: "tag refused" }, "refused"), el("span", { class: "small" }, String(fold.result.refused)), "–", "–", "–", span(fold.test), "–"];
    return [fold.name, shown(it.in_sample), shown(it.out_of_sample), pair(it, low, range), shown(it.ratio),
      toned(it.test_return, percent(it.test_return)), count(it.trades), span(fold.test), it.plugin];
  });
  box.append(
    el("div", { class: "readout" }, entry("--median", `in-sample ${objective}`, null, "area"), entry("--champion", `out-of-sample ${objective}`, null, "area")),
    table(columns, rows, { label: "Walk-forward windows" }),
    el("div", { class: "facts-row" },
      fact("Out of sample over in-sample", shown(walk.ratio)), fact("Spread over windows", shown(walk.spread)),
      fact("Stitched Sharpe", shown(walk.stitched_sharpe)), fact("Stitched return", shown(walk.stitched_return, percent)),
      fact("Training", walk.training), fact("Purge", plural(walk.purge, "bar")), fact("Embargo", plural(walk.embargo, "bar"))));
}

function fact(name, text) {
  return el("div", {}, el("span", {}, `${name} `), el("b", {}, text));
}

function pair(fold, low, range) {
  const share = (at) => `${((at - low) / range) * 100}%`;
  const bar = (measured, kind) => {
    const at = value(measured);
    const fill = at === null ? null : el("i", { class: kind, style: { left: share(Math.min(0, at)), width: `${(Math.abs(at) / range) * 100}%` } });
    return el("div", { class: "bar", style: { "--zero": share(0) } }, fill);
  };
  return el("div", { class: "bars", "aria-hidden": "true" }, bar(fold.in_sample, "in"), bar(fold.out_of_sample, "out"));
}
