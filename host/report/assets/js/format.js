// Numbers and moments as text: English, UTC, the same on every machine.

const DAY = 86400000;
const PHASES = { "in-sample": "in-sample", "out-of-sample": "out-of-sample", holdout: "holdout" };

function isNumber(value) {
  return typeof value === "number" && Number.isFinite(value);
}

/// A number with about `digits` significant digits; grouped from 10,000 on.
function number(value, digits = 4) {
  if (!isNumber(value)) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e12 || size < 1e-6)) return value.toExponential(2).replace("-", "−").replace("e−", "e-");
  const decimals = size === 0 ? 0 : Math.min(8, Math.max(0, digits - 1 - Math.floor(Math.log10(size))));
  return sign(value.toLocaleString("en", { maximumFractionDigits: decimals, useGrouping: size >= 1e4 }));
}

function fixed(value, decimals = 2) {
  return isNumber(value) ? sign(value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals })) : "–";
}

function count(value) {
  return isNumber(value) ? value.toLocaleString("en") : "–";
}

function percent(value, decimals = 1) {
  return isNumber(value) ? `${fixed(value * 100, decimals)}\u00a0%` : "–";
}

/// A probability in percent; never rounded up to certainty.
function chance(value) {
  if (!isNumber(value)) return "–";
  if (value > 0.999 && value < 1) return "> 99.9\u00a0%";
  if (value < 0.001 && value > 0) return "< 0.1\u00a0%";
  return percent(value, 1);
}

function plural(amount, one, many = `${one}s`) {
  return `${count(amount)} ${amount === 1 ? one : many}`;
}

function sign(text) {
  return text.replace(/^-/, "−");
}

function moment(ms) {
  if (!isNumber(ms) || Math.abs(ms) > 8.64e15) return "–";
  const text = new Date(ms).toISOString();
  return ms % DAY === 0 ? text.slice(0, 10) : `${text.slice(0, 10)} ${text.slice(11, 16)}`;
}

function day(ms) {
  return isNumber(ms) ? moment(ms).slice(0, 10) : "–";
}

function span({ start, end }) {
  return `${day(start)} – ${day(end)}`;
}

/// The first digits of a hash.
function brief(hash) {
  return hash.length > 12 ? hash.slice(0, 12) : hash;
}

/// The value of a number that may have none.
function value(measured) {
  return measured && isNumber(measured.value) ? measured.value : null;
}

/// A number that may have none, as text or as the reason why not.
function shown(measured, format = (value) => fixed(value, 2)) {
  if (value(measured) !== null) return format(measured.value);
  return el("span", { class: "missing" }, (measured && measured.missing) || "no value");
}

function toned(value, text) {
  return el("span", { class: value > 0 ? "gain" : value < 0 ? "loss" : null }, text);
}
