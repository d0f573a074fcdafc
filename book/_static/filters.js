/* Filters, sorting and more rows for a long table. Without scripts its other rows stand below it, or on pages of their own.
   Only the rows that are shown are in the page. The others stand as text in a <noscript> element or come as a script, which
   files opened from a folder may load too; they are read when something asks for them.
   What is asked for stands in the address: Back, a bookmark and a link show it again. */
(function () {
  "use strict";
  const form = document.querySelector("form.cl-filters[data-table]");
  if (!form) return;
  const table = document.getElementById(form.dataset.table), body = table.tBodies[0];
  const words = JSON.parse(form.dataset.words), total = Number(form.dataset.total), STEP = Number(form.dataset.step);
  const inputs = Array.from(form.querySelectorAll("select, input"));
  const fields = inputs.filter((i) => i.tagName === "SELECT").map((i) => i.name);
  const count = form.querySelector("output"), more = document.querySelector("p.cl-more");
  const state = {};
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => values[key]);
  const hash = () => decodeURIComponent(location.hash.slice(1));
  let limit = STEP;
  let rows = null;

  /* A row that stands on another page: its place is in the list of all of them. */
  const keys = document.querySelector("noscript.cl-keys");
  function forward() {
    const id = hash();
    if (!keys || !/^[\w.-]+$/.test(id)) return;
    const at = keys.textContent.indexOf('id="' + id + '" href="');
    if (at >= 0) location.replace(/href="([^"]+)"/.exec(keys.textContent.slice(at))[1]);
  }
  forward();

  const parsed = (text) => Array.from(new DOMParser().parseFromString(text, "text/html").querySelectorAll("tbody > tr"));
  function load(file) {
    return new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = file;
      script.onload = () => done(parsed("<table><tbody>" + window.capitalLoopRows + "</tbody></table>"));
      script.onerror = fail;
      document.head.append(script);
    });
  }
  /* All rows, as they are filed; at once where they stand in the page. */
  function whole(then) {
    const begin = (rest) => { rows = Array.from(body.rows).concat(rest); then(); };
    if (rows) then();
    else if (body.rows.length >= total) begin([]);
    else if (form.dataset.file) load(form.dataset.file).then(begin, () => { count.textContent = words.failed; });
    else begin(parsed(table.closest(".cl-scroll").parentNode.querySelector("noscript:not(.cl-keys)").textContent));
  }
  const text = (row) => (row.said = row.said || row.textContent.toLowerCase());
  function fits(row) {
    return fields.every((key) => !state[key] || (row.dataset[key] || "").split("|").includes(state[key])) && (!state.text || text(row).includes(state.text.toLowerCase()));
  }
  function order(list) {
    const match = /^(\d+)(-?)$/.exec(state.sort || "");
    for (const cell of table.tHead.rows[0].cells) cell.removeAttribute("aria-sort");
    const head = match && table.tHead.rows[0].cells[match[1]];
    if (!head) return list;
    head.setAttribute("aria-sort", match[2] ? "descending" : "ascending");
    const key = (row) => row.cells[match[1]].dataset.sort || row.cells[match[1]].textContent;
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    return list.map((row) => [key(row), row]).sort((a, b) => compare(a[0], b[0]) * (match[2] ? -1 : 1)).map((pair) => pair[1]);
  }
  /* The first of the rows that fit, and the one that the address names. */
  function apply() {
    whole(() => {
      const found = order(rows.filter(fits)), id = hash();
      const shown = found.filter((row, n) => n < limit || (id && row.id === id));
      if (id && !shown.some((row) => row.id === id)) shown.push(...rows.filter((row) => row.id === id));
      if (shown.length !== body.rows.length || shown.some((row, n) => row !== body.rows[n])) body.replaceChildren(...shown);
      count.textContent = fill(found.length ? words.count : words.none, { found: found.length, all: total });
      if (!more) return;
      more.hidden = found.length <= limit;
      more.firstElementChild.textContent = fill(words.more, { count: Math.min(STEP, found.length - limit) });
      more.lastElementChild.textContent = fill(words.rest, { count: found.length });
    });
  }
  const named = () => { const row = hash() && document.getElementById(hash()); return row && body.contains(row) ? row : null; };
  function lead() {
    apply();
    for (const row of body.querySelectorAll(".here")) row.classList.remove("here");
    const row = named();
    if (!row) return;
    row.classList.add("here"); /* a row that comes late is no target of the address */
    row.scrollIntoView();
  }
  function read() {
    const query = new URLSearchParams(location.search);
    for (const input of inputs) {
      const value = query.get(input.name) || "";
      if (input.value !== value) input.value = value;
      state[input.name] = input.value === value ? value : "";
      if (input.value !== state[input.name]) input.value = "";
    }
    state.sort = query.get("sort") || "";
    limit = STEP;
    if (rows || Object.values(state).some(Boolean)) apply();
    if (location.hash && !named()) lead();
    else if (named()) named().classList.add("here");
  }
  function write() {
    const query = new URLSearchParams();
    for (const key of inputs.map((i) => i.name).concat("sort")) if (state[key]) query.set(key, state[key]);
    history.replaceState(null, "", (query.toString() ? "?" + query : location.pathname) + location.hash);
    limit = STEP;
    apply();
  }

  for (const input of inputs) input.addEventListener("input", () => { state[input.name] = input.value; write(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.querySelector(".reset").addEventListener("click", () => { history.replaceState(null, "", location.pathname); read(); limit = Infinity; apply(); });
  const copy = form.querySelector(".link");
  copy.addEventListener("click", () => {
    const said = () => { copy.textContent = words.copied; setTimeout(() => { copy.textContent = words.copy; }, 1500); };
    navigator.clipboard.writeText(location.href).then(said, () => prompt(words.copy, location.href));
  });
  if (more) {
    more.firstElementChild.addEventListener("click", () => { limit += STEP; apply(); });
    more.lastElementChild.addEventListener("click", () => { limit = Infinity; apply(); });
  }
  read();
  /* Headings that sort, as soon as the browser has time. */
  (window.requestIdleCallback || setTimeout)(() => {
    Array.from(table.tHead.rows[0].cells).forEach((cell, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...cell.childNodes);
      cell.append(button);
      button.addEventListener("click", () => { state.sort = column + (cell.getAttribute("aria-sort") === "ascending" ? "-" : ""); write(); });
    });
    table.classList.add("cl-ready");
  });
  addEventListener("popstate", read);
  addEventListener("pageshow", (event) => { if (event.persisted) read(); });
  addEventListener("hashchange", () => { forward(); lead(); });
  addEventListener("beforeprint", () => { limit = Infinity; apply(); });
})();
