/* Charts become live where they come into view: pointing at a mark, focusing it or tapping it says what it is, native
   inputs move what moves, an entry of a legend hides and shows its marks, and the data stands behind "data". */
(() => {
  const home = new URL("./", document.currentScript.src);
  const MARK = "g.mark-symbol.role-mark path, g.mark-rect.role-mark path, g.mark-arc.role-mark path";
  let runtime;

  function load() {
    runtime ??= new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = new URL("vega.js", home);
      script.onload = done;
      script.onerror = failed;
      document.head.append(script);
    });
    return runtime;
  }

  const tip = document.createElement("div");
  tip.className = "chart-tip";
  tip.hidden = true;

  function say(text, x, y) {
    tip.hidden = !text;
    if (!text) return;
    tip.textContent = text;
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(8, Math.min(x + 12, room))}px`;
    tip.style.top = `${y - tip.offsetHeight - 12 < 0 ? y + 16 : y - tip.offsetHeight - 12}px`;
  }

  /* Vega looks at its place when the window changes; a sidebar that comes or goes changes the place alone, or later. */
  const sized = new ResizeObserver(() => window.dispatchEvent(new Event("resize")));

  async function draw(figure) {
    const spec = JSON.parse(figure.querySelector("script").textContent);
    const [box, inputs] = ["chart-view", "chart-inputs"].map(name => figure.querySelector("." + name));
    await load();
    box.style.minHeight = `${box.offsetHeight}px`;  // nothing below jumps while it is drawn
    const {view} = await vegaEmbed(box, spec, {mode: "vega", renderer: "svg", actions: false, bind: inputs, defaultStyle: false,
      tooltip: (handler, event, item, value) => say(value == null ? "" : String(value), event.clientX, event.clientY)});
    box.style.minHeight = "";
    figure.view = view;
    new ResizeObserver(() => dispatchEvent(new Event("resize"))).observe(box);  // Vega fits its charts then
    reach(box);
    sized.observe(box);
    new MutationObserver(() => reach(box)).observe(box, {childList: true, subtree: true});
    for (const button of figure.querySelectorAll(".chart-legend button")) button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
      const off = [...figure.querySelectorAll('.chart-legend [aria-pressed="false"]')];
      // skip: where Vega's own legend sets it, as in JupyterLab, it is not computed anew.
      view.signal("hidden", off.map(each => each.textContent), {skip: true}).runAsync();
    });
    figure.append(...behind(spec));
  }

  /* The keyboard: Tab comes to a chart once, arrows go from mark to mark. */
  function reach(box) {
    const marks = [...box.querySelectorAll(MARK)].filter(mark => mark.getAttribute("aria-label"));
    if (!marks.some(mark => mark.tabIndex === 0))
      marks.forEach((mark, at) => { mark.setAttribute("tabindex", at ? -1 : 0); mark.setAttribute("role", "img"); });
  }

  document.addEventListener("keydown", event => {
    const here = event.target, box = here.closest?.(".chart-view");
    if (!box) return;
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity}[event.key];
    if (!step || !here.matches(MARK)) return;
    const marks = [...box.querySelectorAll(MARK)].filter(mark => mark.hasAttribute("tabindex"));
    const to = marks[Math.max(0, Math.min(marks.length - 1, marks.indexOf(here) + step))];
    here.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
    event.preventDefault();
  });
  document.addEventListener("focusin", event => {
    if (!event.target.matches?.(MARK)) return say("");
    const at = event.target.getBoundingClientRect();
    say(event.target.getAttribute("aria-label"), at.right, at.top);
  });
  document.addEventListener("scroll", () => say(""), {passive: true});

  /* The data that a chart was drawn from, as a table and as a file, made when they are asked for. */
  function behind(spec) {
    const sets = (spec.data ?? []).filter(set => Array.isArray(set.values) && set.values.length && !set.source
      && !set.name.endsWith("_store"));  // of a selection, which is Vega's own
    return sets.map((set, nth) => {
      const details = document.createElement("details");
      details.className = "chart-data";
      details.innerHTML = "<summary>data</summary><p><a>CSV</a></p><div tabindex='0' role='group' aria-label='data'><table></table></div>";
      if (nth) details.querySelector("summary").textContent = `data ${nth + 1}`;
      details.addEventListener("toggle", () => fill(details, set.values), {once: true});
      return details;
    });
  }

  function fill(details, rows) {
    const names = Object.keys(rows[0]).filter(name => name !== "said");
    const cell = value => typeof value === "string" && /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value ?? "";
    const lines = [names, ...rows.map(row => names.map(name => row[name]))].map(line => line.map(cell).join(","));
    const link = details.querySelector("a");
    link.href = URL.createObjectURL(new Blob([lines.join("\n") + "\n"], {type: "text/csv"}));
    link.download = `${details.closest("figure").id}.csv`;
    const table = details.querySelector("table");
    for (const row of [null, ...rows]) {
      const line = table.insertRow();
      for (const name of names) {
        const place = line.appendChild(document.createElement(row ? "td" : "th"));
        place.textContent = row ? row[name] ?? "–" : name;
      }
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.body.append(tip);
    const seen = new IntersectionObserver(entries => entries.filter(entry => entry.isIntersecting).forEach(entry => {
      seen.unobserve(entry.target);
      draw(entry.target);
    }), {rootMargin: "300px"});
    document.querySelectorAll("figure.chart").forEach(figure => seen.observe(figure));
  });
})();
