// Draws every part; one that cannot be drawn says so and does not take the others with it.

const PARTS = {
  verdict: drawVerdict, benchmarks: drawBenchmarks, "walk-forward": drawWalkForward, equity: drawEquity, champion: drawChampion, price: drawPrice, trades: drawTrades,
  fitness: drawFitness, scatter: drawScatter, parameters: drawParameters, heat: drawHeat, lineage: drawLineage, failures: drawFailures, run: drawRun,
};

function drawHead() {
  const { run, markets, champion } = data;
  const symbols = markets.map((market) => market.symbol);
  const first = Math.min(...markets.filter((market) => market.time.length).map((market) => market.time[0]));
  const last = Math.max(...markets.filter((market) => market.time.length).map((market) => market.time[market.time.length - 1]));
  document.getElementById("run-title").textContent = champion ? `${champion.plugin} on ${few(symbols)}` : `${few(run.plugins)} on ${few(symbols)}`;
  const bars = markets.reduce((sum, market) => sum + market.bars, 0);
  document.getElementById("run-subtitle").textContent = [run.id, isNumber(first) && isNumber(last) ? `${day(first)} – ${day(last)}` : null, plural(bars, "bar"), run.algorithm, run.state]
    .filter(Boolean).join("  ·  ");
  const notices = document.getElementById("notices");
  const words = run.reproducible === "yes" ? run.notices : [`Not reproducible: ${run.reproducible.no}`, ...run.notices];
  for (const text of words) notices.append(el("p", { class: "notice" }, el("strong", {}, "Note: "), text));
}

function few(names) {
  if (names.length === 0) return "nothing";
  return names.length > 3 ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more` : names.join(", ");
}

function drawContents() {
  const list = document.getElementById("contents");
  const links = new Map();
  for (const section of document.querySelectorAll("main > section:not([hidden])")) {
    const link = el("a", { href: `#${section.id}` }, section.dataset.title);
    links.set(section, link);
    list.append(el("li", {}, link));
  }
  const inView = new Set();
  const watcher = new IntersectionObserver((changes) => {
    for (const { target, isIntersecting } of changes) inView[isIntersecting ? "add" : "delete"](target);
    const current = [...links.keys()].find((section) => inView.has(section));
    for (const [section, link] of links) {
      if (section === current) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-64px 0px -60% 0px" });
  for (const section of links.keys()) watcher.observe(section);
}

/// Where nothing was scored, the failures are what the reader came for, and empty parts only stand in the way.
function putFailuresFirst() {
  if (data.verdict.standing !== "failed") return;
  document.getElementById("verdict").after(document.getElementById("failures"));
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.querySelector(":scope > .body > :not(.empty)") === null;
}

function report(error, part) {
  errors.push(`${part}: ${error.message || error}`);
  const trouble = document.getElementById("trouble");
  trouble.hidden = false;
  trouble.append(el("p", {}, `A part of this page could not be drawn (${part}): ${error.message || error}`));
}

/// Presses every button, chooses every option and prints, so that the page's own test meets what a reader can meet.
function useEverything() {
  for (const list of document.querySelectorAll("select")) {
    for (const option of [...list.options, list.options[0]]) {
      list.value = option.value;
      list.dispatchEvent(new Event("change"));
    }
  }
  for (const pressed of document.querySelectorAll("button, summary, input")) pressed.click();
  for (const chart of document.querySelectorAll(".chart"))
    for (const key of ["ArrowRight", "End", "ArrowLeft", "+", "-", "n", "p", "Home"]) chart.dispatchEvent(new KeyboardEvent("keydown", { key }));
  for (const moment of ["beforeprint", "afterprint"]) window.dispatchEvent(new Event(moment));
}

/// What became of the page, on its root element, for its own test: open the file with #check behind its name.
function check() {
  useEverything();
  setTimeout(tell, 500);
}

function tell() {
  const painted = [...document.querySelectorAll("canvas")].filter((canvas) => {
    if (canvas.width === 0 || canvas.height === 0) return false;
    return canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte !== 0);
  });
  const root = document.documentElement.dataset;
  root.errors = JSON.stringify(errors);
  root.painted = String(painted.length);
  root.sections = String(document.querySelectorAll("main > section > .body > *").length);
  root.wide = String(document.documentElement.scrollWidth > document.documentElement.clientWidth);
  root.hacked = String("__hacked" in window);
  root.checked = "true";
}

applyTheme();
watchTheme();
for (const [part, draw] of [["head", drawHead], ...Object.entries(PARTS), ["order", putFailuresFirst], ["contents", drawContents]]) {
  try {
    draw();
  } catch (error) {
    report(error, part);
  }
}
if (location.hash === "#check") setTimeout(check, 500);
