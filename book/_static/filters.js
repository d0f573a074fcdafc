/* Filters, sorting and a first stretch of rows for a long table. Without scripts the table stands whole.
   The table says what can be asked for: data-filters="verdict: Verdict now, kind: Kind"; its rows carry data-verdict, data-kind.
   What is asked for stands in the address: Back, a bookmark and a link show it again. */
(function () {
  "use strict";
  const table = document.querySelector("table[data-filters]");
  if (!table) return;
  const STEP = 60;
  const body = table.tBodies[0];
  const filed = Array.from(body.rows);
  let rows = filed.slice();
  const noun = table.dataset.noun;
  const bar = document.createElement("form");
  bar.className = "cl-filters";
  bar.setAttribute("aria-label", "Filter the " + noun);
  const fields = table.dataset.filters.split(",").map((pair) => pair.split(":").map((x) => x.trim()));
  const keys = fields.map(([key]) => key).concat("text", "sort");
  const state = {};
  const inputs = {};
  let limit = STEP;
  const count = document.createElement("output");
  count.setAttribute("aria-live", "polite");
  const more = document.createElement("p");
  const button = (text, act) => {
    const b = document.createElement("button");
    b.type = "button";
    b.textContent = text;
    b.addEventListener("click", () => act(b));
    return b;
  };

  const values = (row, key) => (row.dataset[key] || "").split("|");
  function apply() {
    const text = (state.text || "").toLowerCase();
    const fits = (row) => fields.every(([key]) => !state[key] || values(row, key).includes(state[key])) && (!text || row.textContent.toLowerCase().includes(text));
    let found = 0;
    for (const row of rows) {
      const ok = fits(row);
      if (ok) found += 1;
      row.hidden = !(ok && found <= limit) && row.id !== decodeURIComponent(location.hash.slice(1));
    }
    table.classList.add("cl-ready");
    count.textContent = found + " of " + rows.length + " " + noun + (found ? "" : ": nothing fits; choose Show all");
    more.hidden = found <= limit;
    more.firstElementChild.textContent = "Show " + Math.min(STEP, found - limit) + " more";
    more.lastElementChild.textContent = "Show all " + found;
  }
  function sorted() {
    for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
    rows = filed.slice();
    const match = /^(\d+)(-?)$/.exec(state.sort || "");
    if (match && table.tHead.rows[0].cells[match[1]]) {
      const down = match[2] === "-";
      table.tHead.rows[0].cells[match[1]].setAttribute("aria-sort", down ? "descending" : "ascending");
      const key = (row) => row.cells[match[1]].dataset.sort || row.cells[match[1]].textContent;
      rows.sort((a, b) => key(a).localeCompare(key(b), undefined, { numeric: true }) * (down ? -1 : 1));
    }
    if (match || body.rows[0] !== filed[0]) body.append(...rows);
  }
  function read() {
    const query = new URLSearchParams(location.search);
    for (const key of keys) {
      const value = query.get(key) || "";
      const input = inputs[key];
      state[key] = input && input.options && !Array.from(input.options).some((o) => o.value === value) ? "" : value;
      if (input) input.value = state[key];
    }
    limit = STEP;
    sorted();
    apply();
  }
  function write() {
    const query = new URLSearchParams();
    for (const key of keys) if (state[key]) query.set(key, state[key]);
    const text = query.toString();
    history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash);
    limit = STEP;
    apply();
  }

  for (const [key, name] of fields) {
    const label = document.createElement("label");
    label.textContent = name + " ";
    const select = document.createElement("select");
    select.add(new Option("all", ""));
    const known = new Set();
    for (const row of rows) for (const value of values(row, key)) if (value) known.add(value);
    for (const value of Array.from(known).sort((a, b) => a.localeCompare(b))) select.add(new Option(value.replace(/[_-]/g, " "), value));
    select.addEventListener("change", () => { state[key] = select.value; write(); });
    inputs[key] = select;
    label.append(select);
    bar.append(label);
  }
  const label = document.createElement("label");
  label.textContent = "Containing ";
  const input = document.createElement("input");
  input.type = "search";
  input.addEventListener("input", () => { state.text = input.value; write(); });
  inputs.text = input;
  label.append(input);
  bar.append(
    label,
    button("Show all", () => { history.replaceState(null, "", location.pathname); read(); limit = Infinity; apply(); }),
    button("Copy link", (b) => { navigator.clipboard.writeText(location.href).then(() => { b.textContent = "Copied"; setTimeout(() => { b.textContent = "Copy link"; }, 1500); }); }),
    count,
  );
  bar.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("filters").append(bar);
  more.className = "cl-more";
  more.append(button("", () => { limit += STEP; apply(); }), " ", button("", () => { limit = Infinity; apply(); }));
  table.closest(".cl-scroll").after(more);
  Array.from(table.tHead.rows[0].cells).forEach((cell, column) => {
    const b = button(cell.textContent, () => {
      state.sort = column + (cell.getAttribute("aria-sort") === "ascending" ? "-" : "");
      sorted();
      write();
    });
    cell.textContent = "";
    cell.append(b);
  });
  read();
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && body.contains(target)) target.scrollIntoView();
  addEventListener("popstate", read);
  addEventListener("pageshow", (event) => { if (event.persisted) read(); });
  addEventListener("hashchange", () => { apply(); const row = document.getElementById(decodeURIComponent(location.hash.slice(1))); if (row) row.scrollIntoView(); });
  addEventListener("beforeprint", () => { limit = Infinity; apply(); });
})();
