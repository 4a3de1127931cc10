// Return against drawdown of every trial, with the front that nothing beats.

function drawScatter() {
  const box = body("scatter");
  const { trials } = data;
  const usable = trials.fitness.map((_, at) => at).filter((at) => isNumber(trials.total_return[at]) && isNumber(trials.max_drawdown[at]));
  if (usable.length === 0) return box.append(nothing("No trial was scored."));
  const inSample = data.verdict.periods.find((period) => period.phase === "in-sample");
  const points = usable.map((at) => ({ at, x: -trials.max_drawdown[at], y: trials.total_return[at] }));
  const hold = inSample && holdNear(points, inSample.buy_and_hold) ? inSample.buy_and_hold : null;
  if (hold) points.push({ at: null, x: -hold.max_drawdown, y: hold.total_return });
  points.sort((a, b) => a.x - b.x || (a.at ?? -1) - (b.at ?? -1));

  const front = new Set(trials.front);
  const only = (keep) => points.map((point) => (keep(point) ? point.y : null));
  const none = () => null;
  const dots = (colour, size) => ({ show: true, size, width: 0, fill: () => ink(colour) });
  const series = trials.plugins.map((plugin, index) => ({
    label: plugin, colour: `--p${index % 6}`, paths: none, values: only((p) => p.at !== null && trials.plugin[p.at] === index),
    points: { show: true, size: 5, width: 0, fill: () => (trials.plugins.length > 1 ? `${ink(`--p${index % 6}`)}99` : ink("--dot")) },
  }));
  series.push({ label: "front", colour: "--ink", width: 1.2, dash: [4, 3], spanGaps: true, values: only((p) => front.has(p.at)), points: dots("--ink", 6) });
  series.push({ label: "buy-and-hold", colour: "--hold", paths: none, values: only((p) => p.at === null), points: dots("--hold", 12) });
  series.push({ label: "champion", colour: "--champion", paths: none, values: only((p) => p.at !== null && p.at === trials.champion),
    points: { show: true, size: 13, width: 3, fill: () => ink("--card"), stroke: () => ink("--champion") } });

  // The nearest point in both directions, found once for each position of the cursor.
  const seen = { left: null, top: null, index: null };
  const nearest = (u) => {
    const { left, top } = u.cursor;
    if (left === seen.left && top === seen.top) return seen.index;
    let best = null;
    let least = Infinity;
    points.forEach((point, index) => {
      const distance = (u.valToPos(point.x, "x") - left) ** 2 + (u.valToPos(point.y, "y") - top) ** 2;
      if (distance < least) [best, least] = [index, distance];
    });
    Object.assign(seen, { left, top, index: best });
    return best;
  };
  let hovered = null;
  const key = [
    ...(trials.plugins.length > 1 ? trials.plugins.slice(0, 12).map((plugin, index) => entry(`--p${index % 6}`, plugin, null, "dot")) : [entry("--dot", "trial", null, "dot")]),
    entry("--ink", "Pareto front", null, "dashed"), ...(trials.champion === null ? [] : [entry("--champion", "champion", null, "dot")]), ...(hold ? [entry("--hold", "buy-and-hold", null, "dot")] : []),
  ];
  const words = () => {
    if (hovered === null || !points[hovered]) return [entry(null, "Point at a trial to read it.", null)];
    const { at, x, y } = points[hovered];
    const numbers = [entry(null, "return", percent(y)), entry(null, "drawdown", percent(-x))];
    if (at === null) return [entry(null, "buy-and-hold", null), ...numbers];
    return [entry(null, `${trials.plugins[trials.plugin[at]]} ${trials.genome[at]}`, null), ...numbers, entry(null, "fitness", number(trials.fitness[at])), entry(null, "generation", String(trials.generation[at]))];
  };
  box.append(el("div", { class: "readout" }, key));
  plot(box, {
    x: points.map((point) => point.x), height: 340, series,
    label: "Return against maximum drawdown of every trial",
    xFormat: (v) => `${number(-v * 100, 3)}\u00a0%`, yFormat: (v) => `${number(v * 100, 3)}\u00a0%`,
    xScale: { range: (_, low, high) => [Math.max(0, low - (high - low) * 0.04), high + (high - low || 0.01) * 0.04] },
    cursor: { x: false, y: false, dataIdx: (u, _, index) => { hovered = u.cursor.left < 0 ? null : (nearest(u) ?? index); return hovered ?? index; }, points: { size: 9 } },
    read: words,
  });
  const far = inSample && !hold ? `Buy-and-hold lies far outside: ${percent(inSample.buy_and_hold.total_return)} with a drawdown of ${percent(inSample.buy_and_hold.max_drawdown)}.` : null;
  box.append(hint(["Left is calmer, up is more. A champion far off the crowd deserves a second look.", far, data.left_out.trials].filter(Boolean).join(" ")));
}

/// Whether buy-and-hold can be drawn without squeezing the trials into a corner.
function holdNear(points, { max_drawdown, total_return }) {
  const near = (values, value) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high - low) / 2;
    return value >= low - room && value <= high + room;
  };
  return near(points.map(({ x }) => x), -max_drawdown) && near(points.map(({ y }) => y), total_return);
}
