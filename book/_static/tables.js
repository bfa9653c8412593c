// Tables of data (dietsb_book.tables.shown): a switch for all columns, and headers that sort. Not a module, since a
// browser loads none from a file.
(() => {
  "use strict";

  const start = (shown) => {
    const table = shown.querySelector("table");
    const heads = [...table.querySelectorAll("thead th")];
    if (heads.length < 2) return;
    heads.forEach((head, column) => sortable(table, heads, head, column));
    if (heads.length > 2) fitting(shown, table, heads);
    name(shown);
  };

  // Columns: the main ones at first, the least important first to give way, and all of them on demand.
  const fitting = (shown, table, heads) => {
    const frame = shown.querySelector(".shown-frame");
    const ranks = heads.map((head) => Number(head.dataset.rank ?? heads.length));
    const main = ranks.filter((rank) => rank < heads.length).length;
    const all = addSwitch(shown, heads.length);
    const show = (count) => {
      for (const row of table.rows) {
        [...row.cells].forEach((cell, column) => cell.classList.toggle("off", ranks[column] >= count));
      }
    };
    const fit = () => {
      if (!frame.clientWidth) return; // in a closed box
      let count = all.checked ? heads.length + 1 : main;
      show(count);
      while (!all.checked && count > 2 && table.offsetWidth > frame.clientWidth) show(--count);
      all.closest("label").hidden = !all.checked && count >= heads.length;
      frame.toggleAttribute("tabindex", false);
      if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0; // keys scroll it then
    };
    all.addEventListener("change", fit);
    new ResizeObserver(fit).observe(frame);
    document.fonts?.ready.then(fit);
    fit();
  };

  const addSwitch = (shown, columns) => {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "checkbox", autocomplete: "off" });
    label.append(input, ` all ${columns} columns`);
    shown.querySelector(".shown-tools").prepend(label);
    return input;
  };

  // Sorting: up, down, and as it was. What is not known comes last.
  const sortable = (table, heads, head, column) => {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.append(...head.childNodes);
    head.append(button);
    const body = table.tBodies[0];
    const original = [...body.rows];
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: "none" }[head.getAttribute("aria-sort")] ?? "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      if (next !== "none") head.setAttribute("aria-sort", next);
      body.append(...(next === "none" ? original : sorted(original, column, next === "ascending" ? 1 : -1)));
    });
  };

  const sorted = (rows, column, sign) => [...rows].sort((a, b) => {
    const [left, right] = [key(a.cells[column]), key(b.cells[column])];
    if (left === null || right === null) return (left === null) - (right === null);
    if (typeof left === "number" && typeof right === "number") return sign * (left - right);
    return sign * String(left).localeCompare(String(right), undefined, { numeric: true });
  });

  const key = (cell) => {
    const text = cell.textContent.trim();
    if (cell.dataset.value !== undefined) return Number(cell.dataset.value);
    return text === "" || text === "–" ? null : text;
  };

  // The file of a table is called after its page, and its place there.
  const name = (shown) => {
    const page = location.pathname.split("/").pop().replace(/\.html$/, "") || "index";
    const nth = [...document.querySelectorAll(".shown, .board")].indexOf(shown) + 1;
    shown.querySelector("a[download]").download = `${page}-${nth}.csv`;
  };

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll(".shown").forEach(start);
    document.querySelectorAll(".board").forEach(name);
  });
})();
