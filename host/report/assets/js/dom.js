// Errors first, so that none goes unseen; then the data, and the only way in which nodes are made.

const errors = (window.__errors = []);
window.addEventListener("error", (event) => errors.push(String(event.message)));
window.addEventListener("unhandledrejection", (event) => errors.push(String(event.reason)));
document.addEventListener("securitypolicyviolation", (event) => errors.push(`blocked: ${event.violatedDirective} ${event.blockedURI}`));

const data = JSON.parse(document.getElementById("data").textContent);

/// An element. Children and attribute values may be hostile texts: they become text nodes and plain attributes, never markup.
/// `on…` attributes are listeners and `style` is an object; both come from this page only.
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (key === "style") for (const [property, set] of Object.entries(value)) node.style.setProperty(property, set);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return node;
}

/// A drawing of one path on a 24 by 24 grid.
function icon(path) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["fill", "none"], ["stroke", "currentColor"], ["stroke-width", "2.2"], ["stroke-linecap", "round"], ["stroke-linejoin", "round"], ["aria-hidden", "true"]])
    node.setAttribute(key, value);
  line.setAttribute("d", path);
  node.append(line);
  return node;
}

function body(section) {
  return document.querySelector(`#${section} > .body`);
}

function hint(text) {
  return text ? el("p", { class: "hint" }, text) : null;
}

function nothing(text) {
  return el("p", { class: "empty" }, text);
}

function select(label, options, chosen, choose) {
  const list = el("select", { onchange: (event) => choose(Number(event.target.value)) });
  options.forEach((text, index) => list.append(el("option", { value: index, selected: index === chosen }, text)));
  return el("label", {}, label, list);
}

function button(text, act, attributes = {}) {
  return el("button", { type: "button", onclick: act, ...attributes }, text);
}
