// Which exits ended the trades, and every trade.

function drawTrades() {
  const box = body("trades");
  if (data.trades.length === 0) return box.append(nothing("The champion made no trade."));
  const total = data.exits.reduce((sum, exit) => sum + exit.count, 0);
  box.append(
    el("h3", {}, "Exit reasons"),
    table(
      [{ name: "Exit" }, { name: "Trades" }, { name: "Share", text: true }, { name: "Win rate" }, { name: "Mean" }, { name: "Worst" }, { name: "Best" }],
      data.exits.map((exit) => [exit.reason === "end" ? "end (still open)" : exit.reason, count(exit.count),
        el("div", { class: "share", title: percent(exit.count / total) }, el("i", { style: { width: `${(exit.count / total) * 100}%` } })),
        percent(exit.wins, 0), toned(exit.mean, percent(exit.mean, 2)), toned(exit.worst, percent(exit.worst)), toned(exit.best, percent(exit.best))]),
      { label: "Exit reasons" }),
    el("h3", {}, `Trades (${count(total)})`));
  const several = data.markets.length > 1;
  const columns = [
    { name: "Entry", key: (t) => t.entry ?? 0 }, ...(several ? [{ name: "Symbol", key: (t) => t.symbol, text: true }] : []), { name: "Side", key: (t) => t.side, text: true },
    { name: "Profit", key: (t) => t.profit }, { name: "Ended by", key: (t) => t.reason, text: true }, { name: "Exit", key: (t) => t.exit ?? 0, text: true },
    { name: "Bars", key: (t) => t.bars }, { name: "Entry price", key: (t) => t.entry_price }, { name: "Exit price", key: (t) => t.exit_price }, { name: "Part", key: (t) => t.phase ?? "", text: true },
  ];
  const cells = (t) => [
    button(moment(t.entry), () => showTrade(t), { title: "Show it in the price chart" }), ...(several ? [t.symbol] : []), t.side, toned(t.profit, percent(t.profit, 2)),
    t.open ? "still open" : t.reason + (t.partial ? " (part before)" : ""), moment(t.exit), count(t.bars), number(t.entry_price, 5), number(t.exit_price, 5),
    t.phase ? el("span", { class: `tag ${t.phase}` }, PHASES[t.phase]) : "",
  ];
  box.append(longTable(columns, data.trades, cells, { label: "Trades" }), hint(data.left_out.trades) || "");
}
