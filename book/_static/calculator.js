/* The cost calculator: arithmetic on the coefficients that its form carries. The formulas are those of
   dietsb_core/evidence/calculator/bill.py, with which a test compares. */
"use strict";
(() => {
  const PAUSE = 500; // ms without a change before a screen reader is told
  const NUMBERS = ["keep", "hours", "price", "epochs", "g", "networks", "score_epochs", "runs"], STATE = ["method", ...NUMBERS];
  const line = ([a, b], keep) => a + b * keep;

  /* [share trained on, forward passes] of a measured method: on a straight line between two rates. */
  function measured(points, keep) {
    const after = Math.max(points.findIndex((point) => point[0] >= keep), 0), before = Math.max(after - 1, 0);
    const [low, high] = [points[before], points[after]];
    const share = high[0] > low[0] ? (keep - low[0]) / (high[0] - low[0]) : 0;
    return [1, 2].map((i) => low[i] + share * (high[i] - low[i]));
  }

  /* [training, forward passes of selection], in passes over all examples. */
  function spent(rule, of) {
    if (rule.points.length) return measured(rule.points, of.keep).map((share) => share * of.epochs);
    const first = Math.max(Math.ceil(rule.start * of.epochs), rule.whole);
    const selecting = Math.max(0, Math.ceil(rule.end * of.epochs) - first);
    return [of.epochs - selecting + selecting * line(rule.trained, of.keep),
      Math.ceil(selecting / rule.every) * line(rule.passed, of.keep)];
  }

  function scored({ scoring }, of) {
    const [networks, epochs] = scoring?.whole ? [1, of.epochs] : [of.networks, of.score_epochs];
    return scoring ? networks * (epochs + scoring.passes * of.g) : 0;
  }

  /* All costs in epochs of full training. */
  function bill(rule, of) {
    const [training, passes] = spent(rule, of), selection = of.g * passes, scoring = scored(rule, of);
    const alone = training + selection, share = scoring / of.runs;
    const floor = of.epochs * (line(rule.floor, of.keep) + of.g * line(rule.floor_passed, of.keep));
    const saving = Math.round((of.epochs - alone) * 1e9) / 1e9;
    const reuses = saving > 0 ? Math.max(1, Math.ceil(scoring / saving - 1e-9)) : null;
    return { training, selection, scoring, share, total: alone + share, full: of.epochs, floor: Math.min(floor, alone), reuses };
  }

  const shown = (value) => value.toLocaleString("en", { maximumFractionDigits: value >= 100 ? 0 : value >= 10 ? 1 : 2 });

  function sentences(rule, of, made) {
    const over = made.total / of.epochs - 1, word = Math.abs(over) < 1e-9 ? "as much as" : over > 0 ? "more than" : "less than";
    const hours = shown(made.total * of.hours / of.epochs);
    const dearer = `${rule.label[0].toUpperCase()}${rule.label.slice(1)}: one run costs ${shown(made.total)} epochs or ${hours} hours, ${word} full training.`
      + (rule.where ? ` What it leaves out was measured on ${rule.where}.` : "");
    const never = `Break-even: never. Without the score a run costs ${shown(made.training + made.selection)} epochs, no less than full training.`;
    const reuses = !rule.scoring ? "Break-even: there is no score to reuse." : made.reuses === null ? never
      : `Break-even: the score is repaid from ${made.reuses.toLocaleString("en")} ${made.reuses > 1 ? "runs" : "run"} on that share it.`;
    const shorter = `The same cost buys full training with a schedule of ${shown(made.total)} epochs.`;
    return { dearer, reuses, shorter };
  }

  function record(matches, rule, of) {
    const mine = matches.filter((one) => one.name === rule.name).map((one) => [
      Math.round(Math.abs(one.keep - of.keep) * 1e9), Math.abs(Math.log(one.epochs / of.epochs)), one.said]);
    mine.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    return mine.length ? `On record, closest to this setting: ${mine[0][2]}` : rule.name === "full" ? ""
      : "On record: nothing of this method with full training of its cost beside it.";
  }

  function start(form) {
    const { rules, matches } = JSON.parse(form.dataset.calculator);
    const at = (name) => form.elements[name];
    let timer = 0, kept = at("keep").value;

    const fault = (name, words) => {
      at(name).parentElement.querySelector(".calculator-error").textContent = words;
      at(name).setAttribute("aria-invalid", String(words !== ""));
      return !words;
    };

    const number = (name) => {
      const text = at(name).value.trim(), value = text === "" && name !== "price" ? NaN : Number(text);
      return name === "keep" ? value / 100 : value;
    };

    function good(name, value, rule) {
      if (at(name).closest("[hidden]")) return fault(name, "");
      if (name === "keep") {
        const [low, high] = rule.allowed, ends = rule.points.length || !rule.rated;
        return fault(name, (ends ? value >= low && value <= high : value > low && value < high) ? "" : rule.words);
      }
      const { least, most, whole, words } = at(name).dataset;
      const holds = value >= Number(least) && value <= Number(most) && (whole === "0" || Number.isInteger(value));
      return fault(name, holds ? "" : words);
    }

    function fill(made, of) {
      for (const row of form.querySelectorAll("[data-row]")) {
        const epochs = made && made[row.dataset.row], units = of && { epochs, hours: epochs * of.hours / of.epochs,
          money: epochs * of.hours / of.epochs * of.price, share: 100 * epochs / of.epochs };
        for (const cell of row.querySelectorAll("td")) {
          cell.textContent = made ? shown(units[cell.dataset.unit]) : "–";
          cell.dataset.value = made ? units[cell.dataset.unit] : "";
        }
      }
      Object.assign(form.dataset, { money: of && of.price > 0 ? "yes" : "no", reuses: made ? made.reuses ?? "never" : "" });
    }

    const say = (words) => {
      clearTimeout(timer);
      timer = setTimeout(() => { form.querySelector("[role=status]").textContent = words; }, PAUSE);
    };

    function fit(rule) {
      form.querySelector(".calculator-score").hidden = !rule.scoring;
      for (const name of ["networks", "score_epochs"]) at(name).closest("div").hidden = Boolean(rule.scoring && rule.scoring.whole);
      if (!at("keep").readOnly) kept = at("keep").value;
      at("keep").readOnly = rule.allowed[0] === rule.allowed[1];
      at("keep").value = at("keep").readOnly ? String(100 * rule.allowed[0]) : kept;
    }

    function update() {
      const rule = rules.find((one) => one.name === at("method").value);
      if (!fault("method", rule ? "" : "Choose a method of this list.")) return fill(null, null) ?? "Choose a method.";
      fit(rule);
      const of = Object.fromEntries(NUMBERS.map((name) => [name, number(name)]));
      const bad = NUMBERS.filter((name) => !good(name, of[name], rule));
      const made = bad.length ? null : bill(rule, of);
      const said = made ? { ...sentences(rule, of, made), record: record(matches, rule, of) } : {};
      fill(made, made && of);
      for (const item of form.querySelectorAll("[data-said]")) item.textContent = said[item.dataset.said] || "";
      return made ? said.dearer : "A field needs another value.";
    }

    function remember() {
      const address = new URL(location.href);
      for (const name of STATE) {
        if (at(name).closest("[hidden]") || at(name).value === "") address.searchParams.delete(name);
        else address.searchParams.set(name, at(name).value);
      }
      history.replaceState(null, "", address);
    }

    form.addEventListener("input", () => { say(update()); remember(); });
    at("copy").addEventListener("click", async () => {
      remember();
      const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
      say(copied ? "The link is copied." : "The browser does not allow copying. The address of this page is the link.");
    });
    form.hidden = false;
    for (const [name, value] of new URL(location.href).searchParams) if (STATE.includes(name)) at(name).value = value;
    kept = at("keep").value;
    update();
  }

  addEventListener("DOMContentLoaded", () => document.querySelectorAll("form[data-calculator]").forEach(start));
})();
