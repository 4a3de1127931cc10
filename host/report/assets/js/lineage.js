// How the champion came to be, step by step, in words.

const OPERATORS = {
  gauss: "a normal step", factor: "a factor from its range", "self-adaptive": "a step of its own size", reset: "drawn anew",
  add: "added", remove: "removed", replace: "replaced", tie: "tied", untie: "set free", coefficient: "coefficient moved", touch: "comparator changed", combine: "combination changed",
};

function drawLineage() {
  const box = body("lineage");
  if (data.lineage.length === 0) return box.append(nothing("There is no champion, so there is no lineage."));
  let before = null;
  const steps = data.lineage.map((ancestor, index) => {
    const fitness = value(ancestor.fitness);
    const gained = fitness !== null && before !== null ? fitness - before : null;
    if (fitness !== null) before = fitness;
    const last = index === data.lineage.length - 1;
    return el("li", {},
      el("div", { class: "head" },
        el("b", {}, last ? "Champion" : index === 0 && !data.left_out.lineage ? "First ancestor" : `Generation ${ancestor.generation}`),
        last || index === 0 ? el("span", { class: "small" }, `generation ${ancestor.generation}`) : "",
        el("code", { class: "small", title: ancestor.genome }, brief(ancestor.genome)),
        el("span", { class: "small" }, "fitness ", shown(ancestor.fitness, number), gained === null ? "" : " ", gained === null ? "" : toned(gained, gained > 0 ? `+${number(gained, 3)}` : number(gained, 3)))),
      el("p", { class: "small" }, ancestor.origin),
      ancestor.changes.length ? el("ul", {}, ancestor.changes.map((change) => el("li", { class: "plain" }, changeWords(change)))) : "");
  });
  box.append(hint(data.left_out.lineage) || "", el("ol", { class: "lineage" }, steps));
}

function changeWords({ operator, tier, subject, old, new: now, note }) {
  const how = [tier, OPERATORS[operator] || operator].filter(Boolean).join(", ");
  const moved = isNumber(old) && isNumber(now) ? [" from ", el("b", {}, number(old)), " to ", el("b", {}, number(now))]
    : isNumber(now) ? [" set to ", el("b", {}, number(now))]
    : isNumber(old) ? [" gone, was ", el("b", {}, number(old))] : [];
  return [el("b", {}, subject), ...moved, how ? el("span", { class: "small" }, ` (${how})`) : "", note ? `; ${note}` : ""];
}
