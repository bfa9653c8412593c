/* What moves in a browser of the training set: dietsb_book/images/browser.py puts this behind its HTML, in a page and in
   JupyterLab. The tiles that are there are filled anew, so nothing is lost where no script runs. */
(() => {
  const figure = document.currentScript.closest("figure");
  const find = (query) => figure.querySelector(query);
  const { tiles, classes, epochs, total, score, columns } = JSON.parse(find("script[type='application/json']").textContent);
  const [slider, choice, range, list] = ["input", "select", ".range", "ul.tiles"].map(find);
  const buttons = [...list.querySelectorAll("button")], uses = [...figure.querySelectorAll("ul.uses li")];
  const ownPage = !figure.closest(".jp-OutputArea");  // the address of JupyterLab is not ours to write
  const clamp = (value, low, high) => Math.max(low, Math.min(value, high));
  const count = (number) => number.toLocaleString("en");
  let shown = tiles, first = 0, at = 0, later;  // what the class leaves; the first in sight; the one that is told of

  function fill(button, [place, label, , value]) {
    const [image, name, number] = button.children;
    image.style.setProperty("--x", place % columns);
    image.style.setProperty("--y", Math.floor(place / columns));
    [name.textContent, number.textContent] = [classes[label], value];
  }

  function tell([, label, rank, value, counts]) {
    const said = find("[role=status]");
    said.firstElementChild.textContent = classes[label];
    said.lastElementChild.textContent = `: ${score} ${value}, rank ${count(rank)} of ${count(total)}`;
    uses.forEach((line, i) => {
      line.style.setProperty("--share", counts[i] / epochs[i]);
      line.lastElementChild.textContent = `${counts[i]} / ${epochs[i]}`;
    });
  }

  function mark() {
    buttons.forEach((button, i) => {
      button.tabIndex = first + i === at ? 0 : -1;
      button.setAttribute("aria-current", first + i === at);
    });
    tell(shown[at]);
  }

  function draw() {
    const most = Math.max(0, shown.length - buttons.length);
    first = clamp(first, 0, most);
    const last = Math.min(first + buttons.length, shown.length) - 1;
    at = clamp(at, first, last);
    buttons.forEach((button, i) => {
      button.parentElement.hidden = first + i > last;
      if (first + i <= last) fill(button, shown[first + i]);
    });
    [slider.max, slider.value, slider.disabled] = [most, first, most === 0];
    range.textContent = `${first + 1} to ${last + 1} of ${shown.length}: ${score} ${shown[first][3]} to ${shown[last][3]}`;
    slider.setAttribute("aria-valuetext", range.textContent);
    mark();
  }

  function choose(label, from) {
    choice.value = label;
    shown = label === "" ? tiles : tiles.filter((tile) => tile[1] === Number(label));
    first = at = from;
    draw();
  }

  function remember() {
    if (!ownPage) return;
    clearTimeout(later);  // a browser refuses a hundred changes in a row
    later = setTimeout(() => {
      const address = new URL(location.href), state = { class: classes[choice.value], from: first || undefined };
      for (const [name, value] of Object.entries(state)) {
        if (value === undefined) address.searchParams.delete(name);
        else address.searchParams.set(name, value);
      }
      history.replaceState(history.state, "", address);
    }, 200);
  }

  slider.addEventListener("input", () => { first = Number(slider.value); draw(); remember(); });
  choice.addEventListener("change", () => { choose(choice.value, 0); remember(); });
  for (const kind of ["pointerover", "focusin", "click"]) {  // by mouse, by key, by touch
    list.addEventListener(kind, (event) => {
      const button = event.target.closest("button");
      if (button) { at = first + buttons.indexOf(button); mark(); }
    });
  }
  list.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const line = buttons.filter((button) => button.offsetParent && button.offsetTop === buttons[0].offsetTop).length;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -line, ArrowDown: line, Home: -Infinity, End: Infinity }[event.key];
    if (!step) return;
    event.preventDefault();
    at = clamp(at + step, 0, shown.length - 1);
    first = clamp(first, at - buttons.length + 1, at);  // those in sight follow
    draw();
    buttons[at - first].focus();
    remember();
  });

  const asked = new URLSearchParams(ownPage ? location.search : ""), label = classes.indexOf(asked.get("class"));
  find(".controls").hidden = false;
  choose(label < 0 ? "" : String(label), Math.floor(Number(asked.get("from"))) || 0);
})();
