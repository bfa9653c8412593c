/* The slider of redundancy: of the table's regimes it shows the measured ones next to the slider's position. */
"use strict";
(() => {
  function start(box) {
    const slider = box.querySelector("input"), said = box.querySelector("[role=status]");
    if (!slider) return;
    const columns = [...box.querySelectorAll("th[data-fit]")], fits = columns.map((column) => Math.round(column.dataset.fit));

    function update() {
      const at = Number(slider.value), below = fits.findLastIndex((fit) => fit <= at), above = fits.findIndex((fit) => fit >= at);
      const near = [below, above].filter((i, nth, all) => i >= 0 && all.indexOf(i) === nth);
      for (const row of box.querySelectorAll("tr")) {
        [...row.children].slice(1).forEach((cell, i) => { cell.hidden = !near.includes(i); });
      }
      const names = near.map((i) => columns[i].innerText.replace(/\s+/g, " ")).join(" and ");
      const words = `${at} %: ${near.length > 1 ? "between" : "measured at"} ${names}`;
      said.textContent = words;
      slider.setAttribute("aria-valuetext", words);
    }

    slider.addEventListener("input", update);
    box.querySelector(".redundancy-slider").hidden = false;
    update();
  }

  addEventListener("DOMContentLoaded", () => document.querySelectorAll(".redundancy").forEach(start));
})();
