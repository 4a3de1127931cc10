// Candles with the champion's trades on them, on TradingView's Lightweight Charts.

/// With more trades in view their arrows would cover the candles; the lines stay.
const ARROWS = 120;
let showTrade = () => {};

function drawPrice() {
  const box = body("price");
  const markets = data.markets.filter((market) => market.time.length > 0);
  if (markets.length === 0) return box.append(nothing("No bars were given."));

  const readout = el("div", { class: "readout" });
  const frame = el("div", { class: "chart price-chart", tabindex: "0", role: "application",
    "aria-label": "Candles with entries and exits. Arrow keys scroll, plus and minus zoom, N and P go to the next and the previous trade." });
  const where = el("span", { class: "small", "aria-live": "polite" });
  const controls = el("div", { class: "controls" });
  // The chart takes the size of its frame, so the frame has to be in the document first.
  box.append(controls, readout, frame);
  const chart = LightweightCharts.createChart(frame, {
    width: frame.clientWidth,
    height: frame.clientHeight,
    // The page's footer and the line under this chart carry the attribution; the logo's inline style is not in the policy.
    layout: { attributionLogo: false, background: { color: "transparent" }, fontSize: 12, fontFamily: "system-ui, sans-serif" },
    handleScroll: { mouseWheel: false, vertTouchDrag: false },
    handleScale: { mouseWheel: false },
    rightPriceScale: { borderVisible: false },
    timeScale: { borderVisible: false, minBarSpacing: 0.02 },
    localization: { locale: "en-GB", priceFormatter: (price) => number(price, 5) },
  });
  const candles = chart.addSeries(LightweightCharts.CandlestickSeries, { lastValueVisible: false, priceLineVisible: false, borderVisible: false });
  const arrows = LightweightCharts.createSeriesMarkers(candles, []);
  const scene = { market: markets[0], seconds: [], trades: [], chosen: -1, whole: true };
  candles.attachPrimitive(backdrop(chart, candles, scene));

  const place = (ms) => Math.max(0, lastAtOrBefore(scene.seconds, ms / 1000));

  function load(index) {
    const market = markets[index];
    const original = data.markets.indexOf(market);
    scene.market = market;
    scene.seconds = market.time.map((ms) => Math.floor(ms / 1000));
    scene.trades = data.trades
      .filter((trade) => trade.market === original && isNumber(trade.entry) && isNumber(trade.exit))
      .map((trade) => ({ ...trade, from: place(trade.entry), to: place(trade.exit) }))
      .sort((a, b) => a.from - b.from);
    scene.chosen = -1;
    scene.whole = true;
    const gaps = market.time.slice(1, 200).map((ms, at) => ms - market.time[at]);
    chart.applyOptions({ timeScale: { timeVisible: gaps.length > 0 && Math.min(...gaps) < DAY } });
    candles.setData(scene.seconds.map((time, at) => ({ time, open: market.open[at], high: market.high[at], low: market.low[at], close: market.close[at] })));
    all();
    mark();
    read(null);
    steer();
  }
  function all() {
    chart.timeScale().setVisibleLogicalRange({ from: -1, to: scene.seconds.length + 1 });
  }
  function mark() {
    const range = chart.timeScale().getVisibleLogicalRange() || { from: 0, to: scene.seconds.length };
    const inView = scene.trades.filter((trade) => trade.to >= range.from && trade.from <= range.to);
    if (inView.length > ARROWS) return arrows.setMarkers([]);
    const marks = inView.flatMap((trade) => {
      const long = trade.side === "long";
      const colour = ink(trade.profit > 0 ? "--gain" : "--loss");
      const entryMark = { time: scene.seconds[trade.from], position: long ? "belowBar" : "aboveBar", shape: long ? "arrowUp" : "arrowDown", color: ink("--champion") };
      const exitMark = { time: scene.seconds[trade.to], position: long ? "aboveBar" : "belowBar", shape: trade.open ? "circle" : "square", color: colour, size: 0.8, text: inView.length <= 12 ? trade.reason : "" };
      const part = trade.partial && isNumber(trade.partial[0]) ? [{ time: scene.seconds[place(trade.partial[0])], position: long ? "aboveBar" : "belowBar", shape: "circle", color: colour, size: 0.6 }] : [];
      return [entryMark, ...part, exitMark];
    });
    arrows.setMarkers(marks.sort((a, b) => a.time - b.time));
  }
  function read(at) {
    const index = at ?? scene.seconds.length - 1;
    const { market } = scene;
    readout.replaceChildren(entry(null, moment(market.time[index]), null),
      ...[["O", market.open], ["H", market.high], ["L", market.low], ["C", market.close]].map(([name, column]) => entry(null, name, number(column[index], 5))),
      entry(null, stretchOf(market.time[index]), null));
  }
  function visit(index) {
    if (index < 0 || index >= scene.trades.length) return;
    scene.chosen = index;
    scene.whole = false;
    const trade = scene.trades[index];
    const room = Math.max(25, (trade.to - trade.from) * 1.2);
    chart.timeScale().setVisibleLogicalRange({ from: trade.from - room, to: trade.to + room });
    mark();
    steer();
    where.textContent = `Trade ${index + 1} of ${scene.trades.length}: ${trade.side}, ${moment(trade.entry)} to ${moment(trade.exit)}, ${percent(trade.profit)}, ${trade.open ? "still open" : trade.reason}`;
  }
  function zoom(factor) {
    scene.whole = false;
    const range = chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    const middle = (range.from + range.to) / 2;
    const half = Math.max(4, ((range.to - range.from) / 2) * factor);
    chart.timeScale().setVisibleLogicalRange({ from: middle - half, to: middle + half });
  }
  function scroll(share) {
    scene.whole = false;
    const range = chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    const by = (range.to - range.from) * share;
    chart.timeScale().setVisibleLogicalRange({ from: range.from + by, to: range.to + by });
  }
  function steer() {
    before.disabled = scene.chosen <= 0 && scene.chosen !== -1;
    after.disabled = scene.chosen === scene.trades.length - 1;
    before.hidden = after.hidden = scene.trades.length === 0;
    if (scene.chosen === -1) where.textContent = scene.trades.length ? plural(scene.trades.length, "trade") : "no trades";
  }
  const back = () => visit(scene.chosen === -1 ? scene.trades.length - 1 : scene.chosen - 1);
  const forth = () => visit(scene.chosen + 1);
  const before = button("◀ Trade", back, { "aria-label": "Previous trade" });
  const after = button("Trade ▶", forth, { "aria-label": "Next trade" });
  const whole = () => {
    scene.chosen = -1;
    scene.whole = true;
    all();
    steer();
  };

  controls.append(
    markets.length > 1 ? select("Symbol", markets.map((market) => market.symbol), 0, load) : el("b", {}, markets[0].symbol),
    before, after, button("−", () => zoom(1.6), { "aria-label": "Zoom out" }), button("+", () => zoom(0.625), { "aria-label": "Zoom in" }), button("All", whole), where);
  box.append(
    el("div", { class: "phases" },
      el("span", {}, el("span", { class: "mono", style: { color: "var(--champion)" } }, "▲"), "entry long"),
      el("span", {}, el("span", { class: "mono", style: { color: "var(--champion)" } }, "▼"), "entry short"),
      el("span", {}, el("span", { class: "mono gain" }, "■"), "exit with a gain"), el("span", {}, el("span", { class: "mono loss" }, "■"), "exit with a loss"),
      el("span", {}, el("span", { class: "mono" }, "●"), "partial exit or still open")),
    stretchKey() || "",
    hint(data.left_out.price) || "",
    el("p", { class: "hint" }, "Chart: ", el("a", { href: "https://www.tradingview.com/", rel: "noopener noreferrer" }, "TradingView Lightweight Charts™"), "."));
  frame.addEventListener("keydown", (event) => {
    const acts = { ArrowLeft: () => scroll(-0.15), ArrowRight: () => scroll(0.15), "+": () => zoom(0.625), "=": () => zoom(0.625), "-": () => zoom(1.6), n: forth, p: back, Home: whole };
    const act = acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });
  chart.subscribeCrosshairMove((event) => read(event.logical === undefined ? null : Math.min(scene.seconds.length - 1, Math.max(0, Math.round(event.logical)))));
  chart.timeScale().subscribeVisibleLogicalRangeChange(mark);
  new ResizeObserver(() => {
    if (onPaper || frame.clientWidth === 0) return;
    chart.resize(frame.clientWidth, frame.clientHeight);
    if (scene.whole) all();
  }).observe(frame);

  const recolour = () => {
    chart.applyOptions({
      layout: { textColor: ink("--soft") },
      grid: { vertLines: { color: ink("--grid") }, horzLines: { color: ink("--grid") } },
    });
    candles.applyOptions({ upColor: ink("--gain"), downColor: ink("--loss"), wickUpColor: ink("--gain"), wickDownColor: ink("--loss") });
    mark();
  };
  let picture = null;
  const print = (on) => {
    if (picture) picture.remove();
    picture = null;
    frame.hidden = on;
    if (!on) return;
    picture = chart.takeScreenshot();
    picture.style.width = "100%";
    picture.style.height = "auto";
    frame.after(picture);
  };
  addChart({ recolour, print });
  recolour();
  load(0);

  showTrade = (trade) => {
    const index = markets.indexOf(data.markets[trade.market]);
    if (index < 0) return;
    const list = box.querySelector("select");
    if (list) list.value = index;
    if (scene.market !== markets[index]) load(index);
    document.getElementById("price").scrollIntoView({ block: "start" });
    frame.focus({ preventScroll: true });
    visit(scene.trades.findIndex((one) => one.entry === trade.entry && one.exit === trade.exit && one.side === trade.side));
  };
}

/// The greatest index whose value is at most `sought`, -1 if there is none.
function lastAtOrBefore(rising, sought) {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] <= sought) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/// Draws the stretches of time and the lines from entry to exit behind the candles.
function backdrop(chart, candles, scene) {
  const draw = (target) =>
    target.useBitmapCoordinateSpace(({ context, bitmapSize, horizontalPixelRatio: wide, verticalPixelRatio: tall }) => {
      const scale = chart.timeScale();
      const along = (index) => scale.logicalToCoordinate(index) * wide;
      const half = (along(1) - along(0)) / 2;
      const place = (ms) => along(lastAtOrBefore(scene.seconds, ms / 1000 - 1)) + half;
      shadeStretches(context, 0, bitmapSize.height, place, [0, bitmapSize.width]);
      scene.trades.forEach((trade, index) => {
        const [left, right] = [along(trade.from), along(trade.to)];
        if (right < 0 || left > bitmapSize.width) return;
        context.strokeStyle = ink(trade.profit > 0 ? "--gain" : "--loss");
        context.lineWidth = (index === scene.chosen ? 3 : 1.5) * wide;
        context.setLineDash(index === scene.chosen ? [] : [4 * wide, 3 * wide]);
        context.beginPath();
        context.moveTo(left, candles.priceToCoordinate(trade.entry_price) * tall);
        context.lineTo(right, candles.priceToCoordinate(trade.exit_price) * tall);
        context.stroke();
        context.setLineDash([]);
      });
    });
  const view = { zOrder: () => "bottom", renderer: () => ({ draw }) };
  return { paneViews: () => [view], updateAllViews() {} };
}
