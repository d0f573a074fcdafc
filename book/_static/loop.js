/* The network by day: a slider, a player, filters and tooltips. Words, sums and drawings stand in the page; this only shows those of a day.
   Day and filters stand in the address. Without scripts the page shows the last day. */
(window.capitalLoopNear || ((element, start) => start()))(document.getElementById("moving"), function () {
  "use strict";
  const root = document.getElementById("moving");
  const data = JSON.parse(root.querySelector("script").textContent);
  const words = data.words;
  const DAY = 864e5, SPEED = 30, STEP = 1500; /* milliseconds; days a second; milliseconds a step where motion is unwanted */
  const number = (iso) => Math.round((Date.parse(iso) - Date.parse(data.first)) / DAY);
  const iso = (n) => new Date(Date.parse(data.first) + n * DAY).toISOString().slice(0, 10);
  const inWords = (day) => new Date(day).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  const one = (selector) => root.querySelector(selector);
  const end = number(data.last);
  const changes = data.days.map((d) => number(d.day));
  const flows = new Map(data.flows.map((f) => [f.id, f]));
  const edges = Array.from(root.querySelectorAll("a.edge"));
  const range = one("input[name=date]"), play = one(".play"), shown = one(".shown"), event = one(".cl-moving-event"), count = one(".count");
  const selects = Array.from(root.querySelectorAll("select"));
  const title = root.closest("figure").querySelector(".cl-title").lastChild;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const state = { date: end, party: "", gives: "", stage: "" };
  let timer = 0;

  const at = (flow, day) => flow.states.findLastIndex((s) => s.day <= day);
  const fits = (flow, s) => (!state.party || flow.parties.includes(state.party)) && (!state.gives || flow.key === state.gives) && (!state.stage || s.level === state.stage);
  let last = "";
  function show() {
    const day = iso(state.date), today = data.days.findLast((d) => d.day <= day);
    const busy = new Set();
    let standing = 0, fitting = 0;
    for (const flow of flows.values()) {
      const n = at(flow, day), s = flow.states[n];
      flow.n = n;
      flow.on = Boolean(s) && fits(flow, s);
      if (s) { standing += 1; flow.parties.forEach((p) => busy.add(p)); }
      if (flow.on) fitting += 1;
    }
    for (const edge of edges) {
      const flow = flows.get(edge.dataset.deal);
      edge.style.display = flow.n < 0 ? "none" : "";
      edge.classList.toggle("off", flow.n >= 0 && !flow.on);
      if (flow.n < 0 || edge.dataset.shows === String(flow.n)) continue;
      for (const g of edge.children) g.style.display = g.dataset.n === String(flow.n) ? "" : "none";
      edge.dataset.shows = flow.n;
      edge.setAttribute("aria-label", flow.states[flow.n].said);
    }
    root.querySelectorAll(".party").forEach((p) => { p.style.opacity = busy.has(p.dataset.party) ? "" : 0.25; });
    const when = inWords(day);
    shown.textContent = when;
    range.value = state.date;
    range.setAttribute("aria-valuetext", when);
    title.textContent = " " + fill(today.title, { day: when });
    count.textContent = fill(words.count, { shown: fitting, all: standing });
    one(".before").disabled = state.date <= changes[0];
    one(".after").disabled = !changes.some((c) => c > state.date);
    const key = today.day;
    if (key === last && !show.filters) return;
    last = key;
    show.filters = false;
    event.textContent = fill(words.event, { day: inWords(today.day), events: today.events || words.none });
    root.querySelectorAll("#moving-levels tbody tr").forEach((row, i) => { today.rows[i].forEach((text, k) => { row.cells[k + 1].textContent = text; }); });
    one(".cl-moving-apart").textContent = today.apart;
    for (const row of root.querySelectorAll("#moving-list tbody tr")) {
      const flow = flows.get(row.dataset.deal), s = flow.states[flow.n];
      row.hidden = !flow.on;
      if (s) row.querySelectorAll("[data-field]").forEach((cell) => { cell.textContent = s[cell.dataset.field]; });
    }
  }

  /* The address: what this picture does not know stays in it. */
  function write() {
    const query = new URLSearchParams(location.search);
    const put = (key, value) => (value ? query.set(key, value) : query.delete(key));
    put("date", state.date === end ? "" : iso(state.date));
    for (const select of selects) put(select.name, state[select.name]);
    const text = query.toString();
    history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash);
  }
  function read() {
    const query = new URLSearchParams(location.search);
    const asked = Date.parse(query.get("date") || data.last);
    state.date = Number.isNaN(asked) ? end : Math.min(end, Math.max(0, Math.round((asked - Date.parse(data.first)) / DAY)));
    for (const select of selects) {
      const value = query.get(select.name) || "";
      state[select.name] = Array.from(select.options).some((o) => o.value === value) ? value : "";
      select.value = state[select.name];
    }
    show.filters = true;
    show();
  }
  const go = (day) => { state.date = Math.min(end, Math.max(0, day)); show(); };

  /* The player. */
  function stop() {
    if (!timer) return;
    cancelAnimationFrame(timer);
    clearTimeout(timer);
    timer = 0;
    root.classList.remove("lively");
    play.textContent = words.play;
    play.setAttribute("aria-pressed", "false");
    event.setAttribute("aria-live", "polite");
    write();
  }
  function start() {
    hide();
    root.classList.add("lively");
    if (state.date >= end) go(0);
    play.textContent = words.pause;
    play.setAttribute("aria-pressed", "true");
    event.setAttribute("aria-live", "off");
    if (still.matches) {
      const step = () => {
        const next = changes.find((c) => c > state.date);
        go(next === undefined ? end : next);
        if (state.date >= end) stop(); else timer = setTimeout(step, STEP);
      };
      timer = setTimeout(step, STEP);
      return;
    }
    const from = state.date, began = performance.now();
    const move = (now) => {
      go(from + Math.floor(Math.max(0, now - began) / 1000 * SPEED));
      if (state.date >= end) stop(); else timer = requestAnimationFrame(move);
    };
    timer = requestAnimationFrame(move);
  }
  range.max = end;
  play.addEventListener("click", () => (timer ? stop() : start()));
  range.addEventListener("input", () => { stop(); go(Number(range.value)); write(); });
  one(".before").addEventListener("click", () => { stop(); go(changes.findLast((c) => c < state.date)); write(); });
  one(".after").addEventListener("click", () => { stop(); go(changes.find((c) => c > state.date)); write(); });
  for (const select of selects) select.addEventListener("change", () => { state[select.name] = select.value; show.filters = true; show(); write(); });
  const copy = one(".copy");
  copy.addEventListener("click", () => {
    const said = () => { copy.textContent = words.copied; setTimeout(() => { copy.textContent = words.copy; }, 1500); };
    navigator.clipboard.writeText(location.href).then(said, () => prompt(words.copy, location.href));
  });
  root.querySelectorAll("form").forEach((form) => form.addEventListener("submit", (e) => e.preventDefault()));

  /* Tooltips: they stay while pointed at, go with Escape; a first touch shows one, a second follows the arrow. */
  const tip = one(".cl-tip"), picture = one(".cl-moving-picture");
  let leaving = 0, touched = null;
  function tell(edge, x, y) {
    clearTimeout(leaving);
    const flow = flows.get(edge.dataset.deal);
    tip.firstElementChild.textContent = flow.states[flow.n].said;
    tip.querySelector(".to-deal").href = edge.getAttribute("href");
    const chapter = tip.querySelector(".to-chapter");
    chapter.textContent = flow.chapter;
    chapter.href = edge.getAttribute("href").replace(/book\/.*/, flow.page + ".html");
    tip.hidden = false;
    const box = picture.getBoundingClientRect();
    tip.style.left = Math.max(0, Math.min(x - box.left - tip.offsetWidth / 2, box.width - tip.offsetWidth)) + "px";
    const below = y - box.top + 14;
    tip.style.top = (below + tip.offsetHeight > box.height ? y - box.top - tip.offsetHeight - 14 : below) + "px";
    edges.forEach((e) => e.classList.toggle("lit", e === edge));
  }
  function hide() { tip.hidden = true; edges.forEach((e) => e.classList.remove("lit")); }
  const later = () => { clearTimeout(leaving); leaving = setTimeout(hide, 250); };
  tip.addEventListener("pointerenter", () => clearTimeout(leaving));
  tip.addEventListener("pointerleave", later);
  const middle = (edge) => { const b = edge.querySelector(":scope > g:not([style*=none]) > .reach").getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; };
  addEventListener("keydown", (e) => { if (e.key === "Escape") hide(); });
  document.addEventListener("pointerdown", (e) => { if (!picture.contains(e.target)) { touched = null; hide(); } });
  edges.forEach((edge) => {
    edge.addEventListener("pointerenter", (e) => { if (e.pointerType !== "touch") tell(edge, e.clientX, e.clientY); });
    edge.addEventListener("pointerleave", (e) => { if (e.pointerType !== "touch") later(); });
    edge.addEventListener("focus", () => { stopAt(edge); tell(edge, ...middle(edge)); });
    edge.addEventListener("blur", later);
    edge.addEventListener("pointerdown", (e) => { edge.dataset.touch = e.pointerType === "touch" && touched !== edge ? "first" : ""; touched = edge; });
    edge.addEventListener("click", (e) => { if (edge.dataset.touch === "first") { e.preventDefault(); edge.dataset.touch = ""; tell(edge, e.clientX, e.clientY); } });
  });
  /* One stop for the keyboard in each drawing; arrow keys go from arrow to arrow. */
  const mates = (edge) => Array.from(edge.parentNode.querySelectorAll("a.edge")).filter((e) => e.style.display !== "none" && !e.classList.contains("off"));
  const stopAt = (edge) => { Array.from(edge.parentNode.querySelectorAll("a.edge")).forEach((e) => e.setAttribute("tabindex", e === edge ? "0" : "-1")); };
  root.querySelectorAll("svg").forEach((svg) => {
    stopAt(svg.querySelector("a.edge"));
    svg.addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[e.key];
      const edge = e.target.closest("a.edge");
      if (!by || !edge) return;
      e.preventDefault();
      const list = mates(edge);
      const to = list[(list.indexOf(edge) + by + list.length) % list.length];
      stopAt(to);
      to.focus();
    });
  });
  addEventListener("popstate", read);
  addEventListener("pageshow", (e) => { if (e.persisted) read(); });
  read();
});
