// Tables: plain ones, and long ones that sort and turn pages.

/// `columns`: {name, text (left-aligned), key (to sort by), wide}; `rows`: arrays of cells. The first cell heads its row.
function table(columns, rows, { label, pinned = true, sort } = {}) {
  const head = el("tr", {}, columns.map((column, index) => {
    const name = column.key && sort ? button(column.name, () => sort.by(index)) : column.name;
    const order = sort && sort.column === index ? (sort.rising ? "ascending" : "descending") : null;
    return el("th", { scope: "col", class: column.text || index === 0 ? "text" : null, "aria-sort": order }, name);
  }));
  const line = (row) =>
    row.group
      ? el("tr", { class: "group" }, el("th", { scope: "colgroup", colspan: columns.length }, row.group))
      : el("tr", { class: row.class }, (row.cells || row).map((cell, index) =>
          index === 0
            ? el("th", { scope: "row", title: typeof cell === "string" ? cell : null }, cell)
            : el("td", { class: [columns[index].text ? "text" : "", columns[index].wide ? "wide" : ""].join(" ").trim() || null }, cell),
        ));
  const grid = el("table", { class: pinned ? "pinned" : null, "aria-label": label }, el("thead", {}, head), el("tbody", {}, rows.map(line)));
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label }, grid);
}

/// A table of many `items`: `cells(item)` makes a row, a column's `key(item)` sorts. Only one page of rows is in the document.
function longTable(columns, items, cells, { label, size = 25, column = 0, rising = true } = {}) {
  const box = el("div");
  const sort = { column, rising, by };
  let page = 0;
  let focus = null;
  let sorted = [];

  function by(index) {
    sort.rising = sort.column === index ? !sort.rising : true;
    sort.column = index;
    page = 0;
    focus = index;
    order();
  }
  function order() {
    const key = columns[sort.column].key;
    const direction = sort.rising ? 1 : -1;
    sorted = items
      .map((item, index) => ({ item, index, key: key(item) }))
      .sort((a, b) => direction * (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) || a.index - b.index)
      .map(({ item }) => item);
    draw();
  }
  function turn(to) {
    page = to;
    draw();
  }
  function draw() {
    const pages = Math.max(1, Math.ceil(sorted.length / size));
    const rows = sorted.slice(page * size, (page + 1) * size);
    const pager =
      pages > 1
        ? el("div", { class: "pager" },
            el("span", { "aria-live": "polite" }, `Rows ${count(page * size + 1)}–${count(page * size + rows.length)} of ${count(sorted.length)}`),
            el("div", {}, button("Previous", () => turn(page - 1), { disabled: page === 0 }), button("Next", () => turn(page + 1), { disabled: page === pages - 1 })))
        : null;
    box.replaceChildren(table(columns, rows.map(cells), { label, sort }), ...(pager ? [pager] : []));
    if (focus !== null) box.querySelectorAll("thead th")[focus].querySelector("button").focus();
    focus = null;
  }
  order();
  return box;
}
