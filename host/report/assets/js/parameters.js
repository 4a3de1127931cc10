// Where each parameter went: one small chart for each.

function drawParameters() {
  const box = body("parameters");
  const histories = data.histories.filter((history) => history.points.length > 0);
  if (histories.length === 0) return box.append(nothing("No parameter was followed."));
  const plugins = [...new Set(histories.map((history) => history.plugin))];
  const grid = el("div", { class: "multiples" });
  const draw = (index) => {
    grid.replaceChildren();
    for (const history of histories.filter((one) => one.plugin === plugins[index])) grid.append(historyChart(history));
  };
  if (plugins.length > 1) box.append(el("div", { class: "controls" }, select("Plugin", plugins, 0, draw)));
  box.append(grid, hint(data.left_out.histories) || "");
  draw(0);
}

function historyChart({ name, points, bounds }) {
  const cell = el("div", {}, el("h3", {}, name));
  // A chart measures its box, so the box has to be in the document first.
  requestAnimationFrame(() => {
    if (!cell.isConnected) return;
    plot(cell, {
      x: points.map((point) => point.generation), height: 150, ySize: 50, ySpace: 30, paper: 205,
      xIncrements: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000], xFormat: (v) => count(v),
      label: `${name} by generation`,
      series: [
        { label: "high", colour: "--band", width: 0, values: points.map((point) => point.high) },
        { label: "low", colour: "--band", width: 0, values: points.map((point) => point.low) },
        { label: "median", colour: "--median", width: 1.3, values: points.map((point) => point.median) },
        { label: "best", colour: "--champion", width: 2, values: points.map((point) => point.best), points: { show: points.length < 30, size: 5 } },
      ],
      bands: [{ series: [1, 2], fill: "--band" }],
      read: (at) => [entry("--champion", "best", number(points[at].best, 3)), entry("--median", "median", number(points[at].median, 3)), entry(null, bounds ? `of ${number(bounds[0], 3)}–${number(bounds[1], 3)}` : "", null)],
    });
  });
  return cell;
}
