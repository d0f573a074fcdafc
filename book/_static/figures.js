/* Charts become interactive when a reader touches, points at or focuses them; the drawing in the page is complete without.
   Expressions are interpreted, not compiled, so that no page needs to allow evaluation. */
(function () {
  "use strict";
  const me = document.querySelector("script[data-root]");
  const root = me.dataset.root || "";
  let embed = null;
  const load = () => (embed = embed || new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = root + "_static/vega.js";
    if (me.dataset.vega) script.integrity = me.dataset.vega; /* only here: browsers refuse integrity for files opened from a folder */
    script.onload = () => done(window.capitalLoopEmbed);
    script.onerror = fail;
    document.head.append(script);
  }));
  /* Charts over time: drag to move, turn the wheel with Shift held to zoom, double-click to go back. */
  function zoomable(spec) {
    const first = spec.layer ? spec.layer.find((l) => l.encoding && l.encoding.x && l.encoding.x.type === "temporal" && !l.layer) : spec;
    if (!first || !first.encoding || !first.encoding.x || first.encoding.x.type !== "temporal" || spec.vconcat || spec.hconcat || spec.facet) return;
    first.params = (first.params || []).concat({ name: "zoom", select: { type: "interval", encodings: ["x"], zoom: "wheel![event.shiftKey]" }, bind: "scales" });
    const clip = (l) => { if (l.mark && ["line", "area", "bar", "rect", "rule", "point"].includes(l.mark.type || l.mark)) l.mark = Object.assign({ clip: true }, typeof l.mark === "string" ? { type: l.mark } : l.mark); };
    (spec.layer || [spec]).forEach(clip);
  }
  /* A line says nothing by itself: its points do, unseen until they are met. */
  function pointed(spec) {
    const parts = spec.layer || (spec.mark ? [spec] : []);
    const made = [];
    for (const unit of parts) {
      const kind = unit.mark && (unit.mark.type || unit.mark);
      if (unit.layer || !["line", "area"].includes(kind) || !unit.encoding || !unit.encoding.tooltip) { if (unit.layer) pointed(unit); made.push(unit); continue; }
      const { tooltip, ...rest } = unit.encoding;
      const own = parts.some((u) => u.mark && (u.mark.type || u.mark) === "point" && u.encoding && u.encoding.x && rest.x && u.encoding.x.field === rest.x.field && (u.data || {}).name === (unit.data || {}).name && !u.transform);
      made.push(Object.assign({}, unit, { encoding: rest }));
      if (own) continue;
      const by = [rest.color, rest.strokeDash, rest.detail].find((c) => c && c.field);
      const place = { tooltip: tooltip };
      for (const side of ["x", "y"]) if (rest[side]) place[side] = rest[side];
      if (by) place.detail = { field: by.field, type: "nominal" };
      const point = { mark: { type: "point", opacity: 0, size: 90, filled: true }, encoding: place };
      for (const key of ["data", "transform"]) if (unit[key]) point[key] = unit[key];
      made.push(point);
    }
    if (spec.layer) spec.layer = made;
    else if (made.length > 1) {
      spec.layer = made.map(({ mark, encoding }) => ({ mark: mark, encoding: encoding }));
      delete spec.mark;
      delete spec.encoding;
    }
    for (const key of ["vconcat", "hconcat", "concat"]) (spec[key] || []).forEach(pointed);
    if (spec.spec) pointed(spec.spec);
  }

  /* What a mark says: its name, what the chart writes beside it, then figures with their words. One box for the page. */
  let box = null;
  let since = 0;
  const hide = () => { if (box) box.classList.remove("visible"); };
  function told(value, names) {
    if (!value || typeof value !== "object") return null;
    const blank = (x) => x === null || x === undefined || ["", "null", "undefined", "NaN"].includes(String(x).trim());
    const say = (x) => (Object.prototype.hasOwnProperty.call(names, x) ? names[x] : String(x));
    const lines = [];
    for (const [label, x] of Object.entries(value)) {
      if (blank(x) || lines.some((l) => l.text === say(x))) continue;
      lines.push({ head: label === "title", label: label === "title" || /^·+$/.test(label) ? "" : label, text: say(x) });
    }
    return lines.length ? lines : null;
  }
  function show(lines, x, y) {
    if (!box) {
      box = document.createElement("div");
      box.id = "vg-tooltip-element";
      box.setAttribute("aria-hidden", "true"); /* the chart's own line says it to screen readers */
      document.body.append(box);
    }
    box.replaceChildren(...lines.map((l) => {
      const p = document.createElement("p");
      if (l.head) { const b = document.createElement("strong"); b.textContent = l.text; p.append(b); } else {
        if (l.label) { const s = document.createElement("span"); s.textContent = l.label + ": "; p.append(s); }
        p.append(l.text);
      }
      return p;
    }));
    box.classList.add("visible");
    since = performance.now();
    const size = box.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    box.style.left = Math.max(6, Math.min(x + 12, room - size.width - 6)) + "px";
    box.style.top = (y + 14 + size.height > innerHeight ? Math.max(6, y - size.height - 12) : y + 14) + "px";
  }
  /* Arrow keys step through the marks, a touch takes the nearest; both show what pointing shows. */
  function readable(chart, names) {
    const voice = document.createElement("output");
    voice.className = "cl-read";
    voice.setAttribute("aria-live", "polite");
    chart.append(voice);
    const marks = Array.from(chart.querySelectorAll(".cl-live svg *")).filter((e) => e.__data__ && e.__data__.tooltip && told(e.__data__.tooltip, names));
    const middle = (e) => { const b = e.getBoundingClientRect(); return [b.left + b.width / 2, b.top + b.height / 2]; };
    const placed = marks.map((e) => ({ e: e, at: middle(e) })).sort((p, q) => p.at[0] - q.at[0] || p.at[1] - q.at[1]);
    const upright = new Set(placed.map((p) => Math.round(p.at[1]))).size;
    const across = new Set(placed.map((p) => Math.round(p.at[0]))).size;
    if (across <= 2 || (upright < 25 && chart.querySelector(".mark-rect path") && !chart.querySelector(".mark-symbol path"))) placed.sort((p, q) => p.at[1] - q.at[1] || p.at[0] - q.at[0]);
    let here = -1;
    const take = (n) => {
      placed.forEach((p) => p.e.classList.remove("on"));
      here = n;
      if (n < 0) { hide(); voice.textContent = ""; return; }
      const mark = placed[n].e;
      mark.classList.add("on");
      const lines = told(mark.__data__.tooltip, names);
      const [x, y] = middle(mark);
      show(lines, x, y);
      voice.textContent = lines.map((l) => (l.label ? l.label + ": " : "") + l.text).join("; ");
    };
    chart.dataset.marks = placed.length;
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.target !== chart || !placed.length) return;
      if (event.key === "Escape") { take(-1); return; }
      if (event.key === "Home" || event.key === "End") { event.preventDefault(); take(event.key === "Home" ? 0 : placed.length - 1); return; }
      if (!step) return;
      event.preventDefault();
      take(here < 0 ? (step > 0 ? 0 : placed.length - 1) : Math.min(Math.max(here + step, 0), placed.length - 1));
    });
    chart.addEventListener("blur", () => take(-1));
    chart.near = (x, y) => {
      const far = (e) => { const b = e.getBoundingClientRect(); return Math.hypot(Math.max(b.left - x, 0, x - b.right), Math.max(b.top - y, 0, y - b.bottom)); };
      const best = placed.map((p, n) => [far(p.e), n]).sort((p, q) => p[0] - q[0])[0];
      take(best && best[0] < 32 ? best[1] : -1);
    };
  }
  async function enliven(figure) {
    if (figure.dataset.live) return;
    figure.dataset.live = "loading";
    try {
      const name = figure.id.replace(/^fig-/, "");
      const [draw, answer] = await Promise.all([load(), fetch(root + "figures/" + name + ".json")]);
      if (!answer.ok) throw new Error(answer.status);
      const specs = await answer.json();
      const drawings = Array.from(figure.querySelectorAll("svg.cl-wide, svg.cl-narrow"));
      const chart = figure.querySelector(".cl-chart");
      const shown = drawings.find((s) => getComputedStyle(s).display !== "none");
      if (!shown) { figure.dataset.live = ""; return; }
      const spec = Object.assign(shown.classList.contains("cl-wide") ? specs.wide : specs.narrow, specs.shared);
      const names = (spec.usermeta || {}).names || {};
      pointed(spec);
      zoomable(spec);
      const place = document.createElement("div");
      place.className = "cl-live";
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", shown.getAttribute("aria-label"));
      await draw(place, spec, { ast: true, renderer: "svg", actions: false, logLevel: 1, defaultStyle: false, tooltip: (handler, event, item, value) => {
        const lines = told(value, names);
        if (lines) show(lines, event.clientX, event.clientY); else hide();
      } });
      const live = place.querySelector("svg");
      if (!live) throw new Error("no drawing");
      live.setAttribute("aria-hidden", "true");
      /* Letters are measured a little otherwise here: the room stays, the drawing fits itself in. */
      const [, , wide, high] = shown.getAttribute("viewBox").split(" ");
      place.style.aspectRatio = wide + " / " + high;
      place.style.maxWidth = wide + "px";
      drawings.forEach((s) => s.remove());
      chart.prepend(place);
      readable(chart, names);
      figure.dataset.live = "yes";
    } catch (e) {
      figure.dataset.live = ""; /* the drawing in the page stays */
    }
  }
  if (location.protocol === "file:") return;
  document.querySelectorAll("figure[data-chart]").forEach((figure) => {
    let wait = 0;
    const chart = figure.querySelector(".cl-chart");
    chart.tabIndex = 0;
    chart.addEventListener("click", async (event) => {
      await enliven(figure);
      if (chart.near && !(event.target.__data__ && event.target.__data__.tooltip && event.pointerType === "mouse")) chart.near(event.clientX, event.clientY);
    });
    figure.addEventListener("pointerenter", () => { wait = setTimeout(() => enliven(figure), 250); });
    figure.addEventListener("pointerleave", () => clearTimeout(wait));
    figure.addEventListener("focusin", () => enliven(figure));
  });
  addEventListener("scroll", () => { if (performance.now() - since > 300) hide(); }, { passive: true }); /* not the scroll that brought a mark into view */
})();
