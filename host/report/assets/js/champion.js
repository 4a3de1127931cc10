// The champion: what it is made of.

function drawChampion() {
  const box = body("champion");
  const { champion } = data;
  if (!champion) return box.append(nothing("No candidate was scored, so there is no champion."));
  box.append(
    el("div", { class: "champion-head" },
      el("b", {}, champion.plugin),
      el("span", { class: "small" }, "genome ", el("code", { title: champion.genome }, brief(champion.genome))),
      el("span", { class: "small" }, `fitness ${number(champion.fitness)}, first seen in generation ${champion.generation}`)),
    champion.about ? el("p", { class: "lead champion-about" }, champion.about) : "",
    el("div", { class: "columns" }, settings("Parameters", champion.parameters), exits(champion.exits)),
    champion.rules.length ? el("ul", { class: "rules" }, champion.rules.map((rule) => el("li", {}, rule))) : "",
    champion.document ? el("details", {}, el("summary", {}, "Genome file (for seedbed evaluate --genome)"), el("pre", { tabindex: "0" }, champion.document)) : "");
}

const SETTING_COLUMNS = [{ name: "Name" }, { name: "Value" }, { name: "Started at" }, { name: "Allowed", text: true }];

function settings(title, parameters) {
  return el("div", {}, el("h3", {}, title),
    parameters.length ? table(SETTING_COLUMNS, parameters.map(settingRow), { label: title, pinned: false }) : nothing("It has no parameters of its own."));
}

function exits(list) {
  const rows = list.flatMap((exit) => [{ group: `${exit.mechanism} (${exit.slot})` }, ...exit.parameters.map(settingRow)]);
  return el("div", {}, el("h3", {}, "Exits"), rows.length ? table(SETTING_COLUMNS, rows, { label: "Exits", pinned: false }) : nothing("No exits."));
}

function settingRow({ name, value, label, start, bounds, about }) {
  return [about ? el("span", { title: about }, name) : name, el("b", {}, label ?? number(value)), isNumber(start) && !label ? number(start) : "–",
    bounds && !label ? `${number(bounds[0])} – ${number(bounds[1])}` : "–"];
}
