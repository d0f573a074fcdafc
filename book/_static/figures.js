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
  async function enliven(figure) {
    if (figure.dataset.live) return;
    figure.dataset.live = "loading";
    try {
      const name = figure.id.replace(/^fig-/, "");
      const [draw, answer] = await Promise.all([load(), fetch(root + "figures/" + name + ".json")]);
      if (!answer.ok) throw new Error(answer.status);
      const specs = await answer.json();
      const drawings = Array.from(figure.querySelectorAll("svg.cl-wide, svg.cl-narrow"));
      const shown = drawings.find((s) => getComputedStyle(s).display !== "none");
      if (!shown) { figure.dataset.live = ""; return; }
      const spec = Object.assign(shown.classList.contains("cl-wide") ? specs.wide : specs.narrow, specs.shared);
      zoomable(spec);
      const place = document.createElement("div");
      place.className = "cl-live";
      place.setAttribute("role", "img");
      place.setAttribute("aria-label", shown.getAttribute("aria-label"));
      await draw(place, spec, { ast: true, renderer: "svg", actions: false, logLevel: 1, defaultStyle: false, tooltip: { theme: "custom" } });
      const live = place.querySelector("svg");
      if (!live) throw new Error("no drawing");
      live.setAttribute("aria-hidden", "true");
      /* Letters are measured a little otherwise here: the room stays, the drawing fits itself in. */
      const [, , wide, high] = shown.getAttribute("viewBox").split(" ");
      place.style.aspectRatio = wide + " / " + high;
      place.style.maxWidth = wide + "px";
      drawings.forEach((s) => s.remove());
      const anchor = figure.querySelector("figcaption");
      anchor.after(place);
      figure.dataset.live = "yes";
    } catch (e) {
      figure.dataset.live = ""; /* the drawing in the page stays */
    }
  }
  if (location.protocol === "file:") return;
  document.querySelectorAll("figure[data-chart]").forEach((figure) => {
    let wait = 0;
    figure.addEventListener("pointerenter", () => { wait = setTimeout(() => enliven(figure), 250); });
    figure.addEventListener("pointerleave", () => clearTimeout(wait));
    figure.addEventListener("focusin", () => enliven(figure));
  });
})();
