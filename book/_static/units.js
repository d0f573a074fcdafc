/* The claims as marks: regrouped and recoloured on request. Without scripts they stand by document, coloured as of now. */
(function () {
  "use strict";
  const root = document.getElementById("units");
  if (!root) return;
  const groups = document.getElementById("units-groups");
  const line = document.getElementById("units-line");
  const marks = Array.from(groups.querySelectorAll(".u"));
  const hint = line.textContent;
  const names = {};
  root.querySelectorAll(".cl-units-key span").forEach((s) => { names[s.firstElementChild.className.match(/v-(\w+)/)[1]] = s.childNodes[1].textContent.trim(); });
  const home = new Map(); /* the document of each mark */
  for (const section of groups.querySelectorAll(".g")) for (const m of section.querySelectorAll(".u")) home.set(m, section.querySelector(".gh").firstChild.textContent.trim());
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const state = { by: "document", when: "now" };

  const verdict = (m) => m.dataset[state.when];
  const title = (m) => (state.by === "verdict" ? names[verdict(m)] || verdict(m) : state.by === "document" ? home.get(m) : m.dataset[state.by]);
  function draw(first) {
    const before = first || still.matches ? null : marks.map((m) => m.getBoundingClientRect());
    const sets = new Map();
    for (const m of marks) {
      m.className = "u v-" + verdict(m);
      const key = title(m);
      if (!sets.has(key)) sets.set(key, []);
      sets.get(key).push(m);
    }
    const order = Array.from(sets);
    if (state.by === "verdict") order.sort((a, b) => b[1].length - a[1].length);
    groups.replaceChildren(...order.map(([key, list]) => {
      const section = document.createElement("section");
      section.className = "g";
      section.setAttribute("aria-label", key);
      const head = document.createElement("p");
      head.className = "gh";
      const small = document.createElement("small");
      head.append(key + " ", small);
      small.textContent = list.length + " claims";
      const p = document.createElement("p");
      p.className = "us";
      const rank = Object.keys(names);
      if (state.by !== "verdict") list.sort((a, b) => rank.indexOf(verdict(a)) - rank.indexOf(verdict(b)));
      p.append(...list);
      section.append(head, p);
      return section;
    }));
    const counts = {};
    for (const m of marks) counts[verdict(m)] = (counts[verdict(m)] || 0) + 1;
    root.querySelectorAll("[data-count]").forEach((b) => { b.textContent = counts[b.dataset.count] || 0; });
    if (before) {
      marks.forEach((m, i) => {
        const now = m.getBoundingClientRect();
        const dx = before[i].left - now.left, dy = before[i].top - now.top;
        if (dx || dy) m.animate([{ transform: "translate(" + dx + "px," + dy + "px)" }, { transform: "none" }], { duration: 450, easing: "ease-in-out" });
      });
    }
  }

  /* State in the address: ?by=chapter&when=then */
  const wanted = new URLSearchParams(location.search);
  function control(key, text, options) {
    const set = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.textContent = text;
    set.append(legend);
    if (options.some(([value]) => value === wanted.get(key))) state[key] = wanted.get(key);
    for (const [value, name] of options) {
      const label = document.createElement("label");
      const radio = document.createElement("input");
      radio.type = "radio";
      radio.name = "units-" + key;
      radio.value = value;
      radio.checked = state[key] === value;
      radio.addEventListener("change", () => {
        state[key] = value;
        const query = new URLSearchParams(location.search);
        query.set(key, value);
        history.replaceState(null, "", "?" + query + location.hash);
        draw();
      });
      label.append(radio, " " + name);
      set.append(label);
    }
    document.getElementById("units-bar").append(set);
  }
  control("by", "Group by", [["document", "document"], ["chapter", "chapter"], ["verdict", "verdict"]]);
  control("when", "Verdict", [["then", "on its day"], ["now", "now"]]);
  if (state.by !== "document" || state.when !== "now") draw(true); /* else the page stands so already */

  /* One stop for the keyboard; arrows go from mark to mark. */
  let current = marks[0];
  const all = () => Array.from(groups.querySelectorAll(".u"));
  const stop = (m) => { marks.forEach((x) => { x.tabIndex = -1; }); m.tabIndex = 0; current = m; };
  setTimeout(() => stop(all()[0])); /* a task of its own: on a slow phone 364 marks take a while */
  const tell = (m) => { line.textContent = m.getAttribute("href").split("/").pop().replace(".html", "").toUpperCase() + ": " + m.dataset.said + " On its day: " + names_of(m.dataset.then) + ". Now: " + names_of(m.dataset.now) + "."; };
  const names_of = (key) => (names[key] || key.replace(/_/g, " ")).toLowerCase();
  groups.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 10, ArrowUp: -10, Home: -1e6, End: 1e6 }[event.key];
    if (!step || !event.target.classList.contains("u")) return;
    event.preventDefault();
    const list = all();
    const to = list[Math.max(0, Math.min(list.length - 1, list.indexOf(event.target) + step))];
    stop(to);
    to.focus();
  });
  groups.addEventListener("focusin", (event) => { if (event.target.classList.contains("u")) { stop(event.target); tell(event.target); } });
  groups.addEventListener("pointerover", (event) => { if (event.target.classList.contains("u")) tell(event.target); });
  groups.addEventListener("pointerleave", () => { line.textContent = hint; });
  /* A first touch tells; a second one on the same mark opens its page. */
  let touched = null;
  groups.addEventListener("pointerdown", (event) => { if (event.pointerType === "touch") { event.target.dataset.touch = touched === event.target ? "again" : "first"; touched = event.target; } });
  groups.addEventListener("click", (event) => { if (event.target.dataset && event.target.dataset.touch === "first") { event.preventDefault(); tell(event.target); } });
})();
