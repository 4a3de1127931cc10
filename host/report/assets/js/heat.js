// Mean fitness over two parameters that the reader chooses.

const CELLS = window.innerWidth < 600 ? 7 : 10;

function drawHeat() {
  const box = body("heat");
  const { trials } = data;
  const plugins = trials.plugins.map((name, index) => ({ name, index, choices: choices(index) })).filter((plugin) => plugin.choices.length >= 2);
  if (plugins.length === 0) return box.append(nothing("It needs two parameters that vary among the trials."));
  const champion = plugins.findIndex((plugin) => data.champion && plugin.name === data.champion.plugin);
  const state = { plugin: Math.max(0, champion), across: 0, up: 1 };
  const controls = el("div", { class: "controls" });
  const grid = el("div");

  const draw = () => {
    const { choices } = plugins[state.plugin];
    const names = choices.map(({ name }) => name);
    controls.replaceChildren(
      ...(plugins.length > 1 ? [select("Plugin", plugins.map(({ name }) => name), state.plugin, (to) => { Object.assign(state, { plugin: to, across: 0, up: 1 }); draw(); })] : []),
      select("Across", names, state.across, (to) => { state.across = to; heat(); }),
      select("Up", names, state.up, (to) => { state.up = to; heat(); }));
    heat();
  };
  const heat = () => grid.replaceChildren(heatTable(plugins[state.plugin], state));
  box.append(controls, grid, hint(data.left_out.trials) || "");
  addChart({ recolour: draw, print() {} });
  draw();
}

/// The parameters of a plugin's trials that vary, those that most trials have first, the plugin's own before those of exits; `values` by trial.
function choices(plugin) {
  const { trials } = data;
  return trials.parameters
    .map((name, column) => ({ name, values: trials.values[column].map((value, at) => (trials.plugin[at] === plugin && isNumber(value) ? value : null)) }))
    .map((choice) => ({ ...choice, known: choice.values.filter(isNumber).length, different: new Set(choice.values.filter(isNumber)).size }))
    .filter((choice) => choice.different > 1)
    .sort((a, b) => b.known - a.known || a.name.includes(".") - b.name.includes("."));
}

function heatTable({ choices }, { across, up }) {
  const { trials } = data;
  const [x, y] = [choices[across], choices[up]];
  const [columns, rows] = [bins(x.values), bins(y.values)];
  const sums = rows.map(() => columns.map(() => ({ sum: 0, count: 0 })));
  let here = null;
  trials.fitness.forEach((fitness, at) => {
    if (!isNumber(fitness) || !isNumber(x.values[at]) || !isNumber(y.values[at])) return;
    const [column, row] = [binOf(columns, x.values[at]), binOf(rows, y.values[at])];
    sums[row][column].sum += fitness;
    sums[row][column].count += 1;
    if (at === trials.champion) here = [row, column];
  });
  const means = sums.flat().filter((cell) => cell.count > 0).map((cell) => cell.sum / cell.count);
  if (means.length === 0) return nothing("No trial has both.");
  const [least, most] = [Math.min(...means), Math.max(...means)];
  const decimals = Math.max(Math.abs(least), Math.abs(most)) < 10 ? 2 : 0;
  const cell = (row, column) => {
    const { sum, count: trialsHere } = sums[row][column];
    if (trialsHere === 0) return el("td", { class: "none", title: "no trial" }, el("span", { class: "unseen" }, "no trial"));
    const mean = sum / trialsHere;
    const warmth = most > least ? (mean - least) / (most - least) : 0.5;
    const { background, text } = warm(warmth);
    const chosen = here && here[0] === row && here[1] === column;
    return el("td", { class: chosen ? "here" : null, style: { background, color: text }, title: `${x.name} ${columns[column].label}, ${y.name} ${rows[row].label}: ${number(mean)} over ${plural(trialsHere, "trial")}${chosen ? ", the champion among them" : ""}` }, fixed(mean, decimals));
  };
  const body = [...rows.keys()].reverse().map((row) => el("tr", {}, el("th", { scope: "row" }, rows[row].label), columns.map((_, column) => cell(row, column))));
  return el("div", {},
    el("div", { class: "heat", tabindex: "0", role: "region", "aria-label": `Mean fitness by ${x.name} and ${y.name}` },
      el("table", {}, el("caption", {}, `↑ ${y.name}`), el("tbody", {}, body),
        el("tfoot", {}, el("tr", {}, el("th"), columns.map((column) => el("th", { scope: "col" }, column.label))), el("tr", {}, el("th"), el("th", { class: "axis", colspan: columns.length }, `${x.name} →`))))),
    el("div", { class: "scale" }, `fitness ${number(least, 3)}`, el("i"), number(most, 3), here ? el("span", {}, "outlined: the champion's cell") : ""));
}

/// Cells of equal width, or one for each value where there are few.
function bins(values) {
  const known = [...new Set(values.filter(isNumber))].sort((a, b) => a - b);
  if (known.length <= CELLS) return known.map((value) => ({ low: value, label: number(value, 3) }));
  const [low, high] = [known[0], known[known.length - 1]];
  const width = (high - low) / CELLS;
  return Array.from({ length: CELLS }, (_, at) => ({ low: low + at * width, label: number(low + at * width, 3) }));
}

function binOf(bins, value) {
  return Math.max(0, lastAtOrBefore(bins.map((bin) => bin.low), value));
}

/// A colour between cold and warm, and one that can be read on it.
function warm(share) {
  const channels = (name) => [1, 3, 5].map((at) => parseInt(ink(name).slice(at, at + 2), 16));
  const [cold, hot] = [channels("--cold"), channels("--warm")];
  const mixed = cold.map((from, at) => Math.round(from + (hot[at] - from) * share));
  // Relative luminance of WCAG 2.2; at 0.18 black and white contrast alike.
  const [red, green, blue] = mixed.map((channel) => ((channel / 255 + 0.055) / 1.055) ** 2.4);
  return { background: `rgb(${mixed.join(" ")})`, text: 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? "#12161d" : "#ffffff" };
}
