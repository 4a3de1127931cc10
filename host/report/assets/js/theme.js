// Light and dark: the system's choice until the reader chooses; and paper, which is always light.

const THEMES = ["auto", "light", "dark"];
const charts = [];
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
let theme = "auto";
let onPaper = false;

/// The colour of a variable of assets/css/base.css in the theme of the moment.
function ink(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/// Registers a chart: `recolour()` after a change of theme, `resize(width)` and `print(on)` around printing.
function addChart(chart) {
  charts.push(chart);
}

function applyTheme() {
  const dark = !onPaper && (theme === "dark" || (theme === "auto" && systemDark.matches));
  document.documentElement.dataset.theme = dark ? "dark" : "light";
  for (const chart of charts) chart.recolour();
}

function watchTheme() {
  const toggle = document.getElementById("theme");
  const name = () => {
    toggle.textContent = `Theme: ${theme}`;
  };
  toggle.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    name();
    applyTheme();
  });
  name();
  systemDark.addEventListener("change", applyTheme);
  const closed = [];
  window.addEventListener("beforeprint", () => {
    onPaper = true;
    applyTheme();
    for (const details of document.querySelectorAll("details:not([open])")) closed.push(details);
    for (const details of closed) details.open = true;
    for (const chart of charts) chart.print(true);
  });
  window.addEventListener("afterprint", () => {
    onPaper = false;
    for (const details of closed.splice(0)) details.open = false;
    for (const chart of charts) chart.print(false);
    applyTheme();
  });
}
