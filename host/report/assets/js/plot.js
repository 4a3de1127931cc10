// Line charts on uPlot: one look, values read out above, arrow keys, stretches of time marked behind.

/// Width of a chart on A4 paper within the page's margins, in CSS pixels.
const PAPER = 680;
const UTC = (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC");

/// Marks stretches of time: `shade` fills behind a chart between two positions, which `at` finds for a moment.
function shadeStretches(context, top, height, at, limits) {
  for (const { phase, span } of data.stretches) {
    if (phase === "in-sample") continue;
    const left = Math.max(limits[0], at(span.start));
    const right = Math.min(limits[1], at(span.end));
    if (!(right > left)) continue;
    context.fillStyle = ink(phase === "holdout" ? "--holdout" : "--unseen");
    context.fillRect(left, top, right - left, height);
    context.fillStyle = ink(phase === "holdout" ? "--holdout-ink" : "--unseen-ink");
    context.fillRect(left, top, Math.max(1, devicePixelRatio), height);
  }
}

/// What the tints mean, with each stretch's own Sharpe ratio.
function stretchKey() {
  if (data.stretches.length === 0) return null;
  const words = {
    "in-sample": "in-sample: trained on",
    "out-of-sample": "out-of-sample: tested by a window that had not trained on it",
    holdout: "holdout: untouched, looked at once",
  };
  const phases = [...new Set(data.stretches.map((stretch) => stretch.phase))];
  return el("div", { class: "phases" }, phases.map((phase) => el("span", {}, el("i", { class: phase }), words[phase] || phase)));
}

/// The stretch that a moment lies in, in words.
function stretchOf(ms) {
  const stretch = data.stretches.find(({ span }) => span.start <= ms && ms < span.end);
  if (!stretch) return "";
  const sharpe = value(stretch.sharpe);
  return `${stretch.name || PHASES[stretch.phase]}${sharpe === null ? "" : `, Sharpe ${fixed(sharpe)}`}`;
}

/// A chart in `box`. `series`: {label, colour (variable), values, format, width, dash, fill, swatch, hidden, points}; the first column
/// of uPlot's data is `x`. `time` says that x counts seconds.
function plot(box, options) {
  const { x, series, height, label, time = false, xFormat, yFormat = (v) => number(v, 3), shade = false, marks = [] } = options;
  const readout = el("div", { class: "readout", "aria-live": "polite" });
  const chart = el("div", { class: "chart", tabindex: "0", role: "img", "aria-label": label });
  box.append(readout, chart);

  const axis = (more) => ({
    stroke: () => ink("--soft"),
    grid: { stroke: () => ink("--grid"), width: 1 },
    ticks: { stroke: () => ink("--line"), width: 1, size: 5 },
    font: "12px system-ui, sans-serif",
    ...more,
  });
  const read = (index) => {
    const at = index === null || index === undefined ? null : index;
    const last = x.length - 1;
    readout.replaceChildren(...options.read(at === null ? last : at, at !== null));
  };
  const settings = {
    width: Math.max(200, chart.clientWidth),
    height,
    legend: { show: false },
    tzDate: UTC,
    padding: [10, 12, 0, 0],
    cursor: { y: false, drag: { x: true, y: false }, points: { size: 7 }, ...options.cursor },
    scales: { x: { time, ...(options.xScale || {}) }, y: options.yScale || {} },
    axes: [
      axis({ size: 34, space: time ? 80 : 60, ...(time ? { values: (_, splits, __, ___, step) => splits.map((at) => dateLabel(at, step)) } : {}), ...(xFormat ? { values: (_, splits) => splits.map(xFormat) } : {}), ...(options.xIncrements ? { incrs: options.xIncrements } : {}) }),
      axis({ size: options.ySize || 58, space: options.ySpace || 38, values: (_, splits) => splits.map(yFormat) }),
    ],
    series: [
      {},
      ...series.map((one) => ({
        label: one.label,
        stroke: one.colour ? () => ink(one.colour) : undefined,
        fill: one.fill ? () => ink(one.fill) : undefined,
        width: one.width ?? 1.6,
        dash: one.dash,
        spanGaps: one.spanGaps ?? false,
        paths: one.paths,
        points: { fill: () => ink("--card"), ...(one.points ?? { show: x.length < 2 }) },
      })),
    ],
    bands: options.bands ? options.bands.map(({ series, fill }) => ({ series, fill: () => ink(fill) })) : undefined,
    hooks: {
      drawClear: [
        (u) => {
          if (!shade) return;
          const { left, top, width, height } = u.bbox;
          shadeStretches(u.ctx, top, height, (ms) => u.valToPos(ms / 1000, "x", true), [left, left + width]);
        },
      ],
      draw: [
        (u) => {
          const { left, top, width, height } = u.bbox;
          for (const { y, colour } of marks) {
            const at = Math.round(u.valToPos(y, "y", true));
            if (at < top || at > top + height) continue;
            u.ctx.save();
            u.ctx.strokeStyle = ink(colour);
            u.ctx.lineWidth = devicePixelRatio;
            u.ctx.setLineDash([5 * devicePixelRatio, 4 * devicePixelRatio]);
            u.ctx.beginPath();
            u.ctx.moveTo(left, at);
            u.ctx.lineTo(left + width, at);
            u.ctx.stroke();
            u.ctx.restore();
          }
          if (options.draw) options.draw(u);
        },
      ],
      setCursor: [(u) => read(u.cursor.idx)],
    },
  };
  const u = new uPlot(settings, [x, ...series.map((one) => one.values)], chart);
  read(null);

  chart.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -Math.ceil(x.length / 10), PageDown: Math.ceil(x.length / 10), Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step === undefined || x.length === 0) return;
    event.preventDefault();
    const from = u.cursor.idx ?? (step > 0 ? -1 : x.length);
    const to = Math.min(x.length - 1, Math.max(0, from + step));
    const shownValue = series.map((one) => one.values[to]).find(isNumber);
    u.setCursor({ left: u.valToPos(x[to], "x"), top: isNumber(shownValue) ? u.valToPos(shownValue, "y") : 10 });
  });
  const fit = () => {
    if (!onPaper && chart.clientWidth > 0 && chart.clientWidth !== u.width) u.setSize({ width: chart.clientWidth, height });
  };
  new ResizeObserver(fit).observe(chart);
  addChart({
    recolour: () => u.redraw(false, true),
    print: (on) => (on ? u.setSize({ width: Math.min(chart.clientWidth, options.paper || PAPER), height }) : fit()),
  });
  return u;
}

/// A moment (seconds) on an axis whose labels are `step` seconds apart: no more than tells it from its neighbours.
function dateLabel(at, step) {
  const text = new Date(at * 1000).toISOString();
  if (step >= 360 * 86400) return text.slice(0, 4);
  if (step >= 28 * 86400) return text.slice(0, 7);
  if (step >= 86400 || at % 86400 === 0) return text.slice(0, 10);
  return text.slice(11, 16);
}

/// One entry of a readout: a swatch, a name and a value.
function entry(colour, name, text, kind = "") {
  return el("span", {}, colour ? el("i", { class: `swatch ${kind}`, style: { color: `var(${colour})` } }) : null, name, text === null ? null : el("b", {}, text));
}
