// The champion's account against buy-and-hold, and below it how far each fell from its peak.

function drawEquity() {
  const box = body("equity");
  const { equity } = data;
  if (!equity || equity.time.length === 0) return box.append(nothing("There is no champion, so there is no account to show."));
  const x = equity.time.map((ms) => ms / 1000);
  const intraday = equity.time.some((ms) => ms % DAY !== 0);
  const when = (at) => (intraday ? moment(equity.time[at]) : day(equity.time[at]));
  const cursor = { sync: { key: "equity", setSeries: false } };
  const positive = [...equity.champion, ...equity.hold].every((one) => one > 0);
  const spread = Math.max(...equity.champion, ...equity.hold) / Math.min(...equity.champion, ...equity.hold);

  const draw = (logarithmic) => {
    const top = el("div");
    plot(top, {
      x, time: true, height: 300, shade: true, cursor,
      label: "Equity of the champion and of buy-and-hold over time",
      yScale: logarithmic ? { distr: 3 } : {},
      yFormat: (v) => (v === null ? "" : number(v, 3)),
      marks: [{ y: 1, colour: "--soft" }],
      series: [
        { label: "buy-and-hold", colour: "--hold", values: equity.hold, width: 1.3 },
        { label: "champion", colour: "--champion", values: equity.champion, width: 2 },
      ],
      read: (at) => [entry(null, when(at), null), entry("--champion", "champion", `${fixed(equity.champion[at])} ×`), entry("--hold", "buy-and-hold", `${fixed(equity.hold[at])} ×`), entry(null, stretchOf(equity.time[at]), null)],
    });
    return top;
  };
  let top = draw(false);
  const controls = positive && spread > 5
    ? el("div", { class: "controls" }, el("label", {}, el("input", { type: "checkbox", onchange: (event) => {
        const next = draw(event.target.checked);
        top.replaceWith(next);
        top = next;
      } }), "logarithmic"))
    : "";
  const bottom = el("div");
  box.append(controls, top, el("h3", {}, "Drawdown"), bottom, stretchKey() || "",
    hint(`Drag to zoom, double-click for the whole; arrow keys read values.${data.left_out.equity ? ` ${data.left_out.equity}` : ""}`));
  plot(bottom, {
    x, time: true, height: 170, shade: true, cursor,
    label: "Drawdown of the champion and of buy-and-hold over time",
    yFormat: (v) => percent(v, 0),
    series: [
      { label: "buy-and-hold", colour: "--hold", values: equity.hold_drawdown, width: 1.1 },
      { label: "champion", colour: "--champion", fill: "--band", values: equity.champion_drawdown, width: 1.5 },
    ],
    read: (at) => [entry("--champion", "champion", percent(equity.champion_drawdown[at])), entry("--hold", "buy-and-hold", percent(equity.hold_drawdown[at]))],
  });
}
