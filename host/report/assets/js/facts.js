// What failed, what mutation did, and how the run can be repeated.

function drawFailures() {
  const box = body("failures");
  const { failures, dropped, mutations } = data;
  box.append(el("h3", {}, "Candidates that were not scored"),
    failures.length
      ? table([{ name: "Plugin" }, { name: "Reason", text: true }, { name: "Count" }, { name: "In its own words", text: true, wide: true }],
          failures.map((one) => [one.plugin, one.reason, count(one.count), one.example || "–"]), { label: "Failures by reason" })
      : nothing("None: every candidate was scored."),
    hint(data.left_out.failures) || "");
  if (dropped.length)
    box.append(el("h3", {}, "Plugins that were given up"),
      table([{ name: "Plugin" }, { name: "Why", text: true, wide: true }], dropped.map((one) => [one.plugin, one.reason]), { label: "Plugins that were given up" }));
  if (mutations) drawMutations(box, mutations);
}

function drawMutations(box, mutations) {
  const rate = mutations.total > 0 ? percent(mutations.successes / mutations.total) : "–";
  box.append(el("h3", {}, "Mutations"),
    el("div", { class: "facts-row" }, fact("Mutations", count(mutations.total)), fact("gave a child", `${count(mutations.successes)} (${rate})`), fact("Attempts", count(mutations.attempts))),
    el("div", { class: "columns", style: { "margin-top": "1rem" } },
      mutations.tiers.length
        ? el("div", {}, el("h3", {}, "Share of each tier"), table([{ name: "Tier" }, { name: "Attempts" }, { name: "Share" }, { name: "Target" }, { name: "", text: true }],
            mutations.tiers.map((tier) => [tier.tier, count(tier.count), percent(tier.share), percent(tier.target),
              el("div", { class: "share", "aria-hidden": "true" }, el("i", { style: { width: `${(tier.share || 0) * 100}%` } }), el("u", { style: { left: `${tier.target * 100}%` } }))]), { label: "Share of each tier" }))
        : "",
      mutations.reasons.length
        ? el("div", {}, el("h3", {}, "Failed attempts by reason"), table([{ name: "Reason" }, { name: "Attempts" }], mutations.reasons.map((one) => [one.name, count(one.count)]), { label: "Failed attempts by reason" }))
        : ""));
  if (mutations.parameters.length)
    box.append(el("details", {}, el("summary", {}, "Mutated parameters"),
      table([{ name: "Parameter" }, { name: "Moves" }, { name: "Stopped at lower bound" }, { name: "Stopped at upper bound" }, { name: "Mean drift" }],
        mutations.parameters.map((one) => [one.name, count(one.moves), count(one.clamped_low), count(one.clamped_high), isNumber(one.drift) ? percent(Math.expm1(one.drift)) : "–"]), { label: "Mutated parameters" })));
}

function drawRun() {
  const { run } = data;
  const repeatable = run.reproducible === "yes" ? "yes: the same command gives the same bytes" : `no: ${run.reproducible.no}`;
  const took = isNumber(run.started) && isNumber(run.ended) ? `${number((run.ended - run.started) / 1000, 3)} s` : null;
  const own = [["Run", run.id], ["State", run.state], ["Reproducible", repeatable], ["Seed", run.seed], ["Algorithm", run.algorithm], ["Objective", run.objective], ["Plugins", run.plugins.join(", ")],
    ["Started", isNumber(run.started) ? `${moment(run.started)} UTC` : null], ["Took", took]];
  const group = (title, facts) =>
    el("div", {}, el("h3", {}, title), el("dl", { class: "facts" }, facts.filter(([, text]) => text !== null && text !== "").map(([name, text]) => el("div", {}, el("dt", {}, name), el("dd", {}, text)))));
  body("run").append(el("div", { class: "groups" }, group("This run", own), run.groups.map(({ title, facts }) => group(title, facts.map((one) => [one.name, one.value])))));
}
