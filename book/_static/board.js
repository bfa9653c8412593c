// The board of verdicts (dietsb_book.tables.board): its tally becomes buttons that filter by word and by source.
(() => {
  "use strict";

  const start = (board) => {
    const rows = [...board.querySelectorAll("tbody tr[data-word]")];
    const buttons = [...board.querySelectorAll(".tally li")].map(press);
    const status = Object.assign(document.createElement("p"), { className: "board-status" });
    status.setAttribute("role", "status");
    const clear = Object.assign(document.createElement("button"), { type: "button", textContent: "show all" });
    const apply = () => {
      const [words, sources] = ["word", "source"].map((name) => chosen(buttons, name));
      for (const row of rows) {
        row.hidden = !fits(words, row.dataset.word) || !fits(sources, row.dataset.source);
      }
      for (const part of board.querySelectorAll("tbody")) {
        part.hidden = ![...part.querySelectorAll("tr[data-word]")].some((row) => !row.hidden);
      }
      const shown = rows.filter((row) => !row.hidden).length;
      status.textContent = words.size || sources.size ? `${shown} of ${rows.length} claims shown ` : "";
      if (status.textContent) status.append(clear);
    };
    buttons.forEach((button) => button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true");
      apply();
    }));
    clear.addEventListener("click", () => {
      buttons.forEach((button) => button.setAttribute("aria-pressed", "false"));
      apply();
      buttons[0].focus();
    });
    board.querySelector(".board-frame").before(status);
  };

  const press = (item) => {
    const button = Object.assign(document.createElement("button"), { type: "button" });
    button.setAttribute("aria-pressed", "false");
    Object.assign(button.dataset, item.dataset);
    button.append(...item.childNodes);
    item.append(button);
    return button;
  };

  const chosen = (buttons, name) => new Set(buttons
    .filter((button) => button.dataset[name] && button.getAttribute("aria-pressed") === "true")
    .map((button) => button.dataset[name]));

  const fits = (set, value) => !set.size || set.has(value);

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".board[data-filter]").forEach(start));
})();
