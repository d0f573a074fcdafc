/* Small helpers; every page is complete without them. */
(function () {
  "use strict";
  const me = document.currentScript;
  const root = me ? me.dataset.root || "" : "";
  const html = document.documentElement;

  /* What stands further below starts when it comes near the view, when it is touched, with the first key on the page, or
     for print, so that it does not hold up the page; at once where the address may carry its state. */
  window.capitalLoopNear = (element, start) => {
    const begin = () => { if (!start) return; const act = start; start = null; watch.disconnect(); act(); };
    const soon = () => (window.requestIdleCallback || setTimeout)(begin, window.requestIdleCallback ? { timeout: 500 } : 1);
    const watch = new IntersectionObserver((seen) => { if (seen.some((s) => s.isIntersecting)) soon(); }, { rootMargin: "60% 0px" });
    if (location.search) begin(); else watch.observe(element);
    for (const touch of ["pointerover", "pointerdown", "focus", "input", "change"]) element.addEventListener(touch, begin, { capture: true, once: true });
    for (const key of ["keydown", "focusin"]) addEventListener(key, soon, { once: true });
    addEventListener("beforeprint", begin, { once: true });
  };

  /* Light or dark. */
  const theme = document.querySelector(".to-theme");
  if (theme) {
    const dark = () => (html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
    const show = () => { theme.textContent = dark() ? theme.dataset.light : theme.dataset.dark; }; /* what a press brings */
    theme.hidden = false;
    show();
    theme.addEventListener("click", () => {
      html.dataset.theme = dark() ? "light" : "dark";
      try { localStorage.setItem("theme", html.dataset.theme); } catch (e) { /* private windows */ }
      show();
    });
  }

  /* The contents stand open where there is room; on phones they open on a tap. */
  const drawer = document.querySelector(".drawer");
  const wide = matchMedia("(min-width: 62rem)");
  const fold = () => { if (drawer) drawer.open = wide.matches; };
  wide.addEventListener("change", fold);

  /* Escape closes what one has opened and is in: a figure's menu, a citation, on phones the contents. */
  addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.activeElement.closest("details[open].cl-use, details[open].cl-data, details[open].drawer");
    if (!open || (open === drawer && wide.matches)) return;
    open.open = false;
    open.firstElementChild.focus();
  });

  /* The contents show where one is: the page at once, its heading while one reads. */
  const side = document.querySelector(".side");
  const here = side && side.querySelector(".here");
  if (here && wide.matches) side.scrollTop = here.offsetTop - side.clientHeight / 3;
  const marks = here ? Array.from(here.querySelectorAll(".heads a")).map((a) => [a, document.getElementById(decodeURIComponent(a.hash.slice(1)))]).filter((m) => m[1]) : [];
  if (marks.length && window.IntersectionObserver) {
    const above = new Set();
    const watch = new IntersectionObserver((seen) => {
      for (const s of seen) if (s.isIntersecting || s.boundingClientRect.top > 0) above.delete(s.target); else above.add(s.target);
      for (const s of seen) if (s.isIntersecting) above.add(s.target);
      const now = marks.filter((m) => above.has(m[1])).pop();
      for (const m of marks) if (m === now) m[0].setAttribute("aria-current", "true"); else m[0].removeAttribute("aria-current");
      if (now && wide.matches && (now[0].offsetTop < side.scrollTop || now[0].offsetTop + 40 > side.scrollTop + side.clientHeight)) side.scrollTop = now[0].offsetTop - side.clientHeight / 2;
    }, { rootMargin: "0px 0px -75% 0px" });
    for (const m of marks) watch.observe(m[1].querySelector("h2, h3") || m[1]);
    for (const m of marks) m[1] = m[1].querySelector("h2, h3") || m[1];
  }

  /* A heading that was given other words keeps the first ones of its address: the nearest answers for it. */
  const asked = decodeURIComponent(location.hash.slice(1));
  if (asked && !document.getElementById(asked)) {
    const words = asked.split("-");
    const alike = (id) => { const other = id.split("-"); let n = 0; while (n < words.length && words[n] === other[n]) n++; return n; };
    const near = Array.from(document.querySelectorAll("main section section[id]")).sort((a, b) => alike(b.id) - alike(a.id))[0];
    if (near && alike(near.id) > 1) near.scrollIntoView();
  }

  /* For print, folded text and figures open, and fold again afterwards; tables of figures stay files to take along. */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = Array.from(document.querySelectorAll("main details:not([open], .hide, .cl-use, .cl-data, .cl-trace)"));
    for (const d of opened) d.open = true;
  });
  addEventListener("afterprint", () => { for (const d of opened) d.open = false; });

  /* Every table can be taken along as CSV. */
  const quote = (text) => (/[",\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text);
  document.querySelectorAll("main .cl-scroll table").forEach((table, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "cl-save";
    button.textContent = "Download this table (CSV)";
    button.addEventListener("click", () => {
      for (const r of table.rows) r.style.contentVisibility = "visible"; /* what is not laid out has no text */
      const rows = Array.from(table.rows).filter((r) => !r.hidden).map((r) => Array.from(r.cells).map((c) => quote(c.innerText.trim().replace(/\s+/g, " "))).join(","));
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob(["\ufeff" + rows.join("\n") + "\n"], { type: "text/csv" }));
      link.download = location.pathname.split("/").pop().replace(".html", "") + "-table-" + (n + 1) + ".csv";
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
    });
    table.closest(".cl-scroll").after(button);
  });

  /* A button that copies: `{at}` in its text is where the site stands. */
  document.addEventListener("click", async (event) => {
    const button = event.target.closest && event.target.closest("button[data-copy]");
    if (!button) return;
    const at = me.dataset.address || new URL(root || ".", location.href).href;
    const words = button.dataset.copy.split("{at}").join(at);
    try {
      await navigator.clipboard.writeText(words);
    } catch (e) { /* no clipboard without https: the old way */
      const field = document.createElement("textarea");
      field.value = words;
      field.style.position = "fixed";
      field.style.opacity = "0";
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
      button.focus();
    }
    const said = button.dataset.said || (button.dataset.said = button.textContent);
    button.textContent = button.dataset.done;
    clearTimeout(button.timer);
    button.timer = setTimeout(() => { button.textContent = said; }, 2000);
  });

  /* Search, on its page only. */
  const search = document.getElementById("search");
  if (search) {
    const form = search.querySelector("form");
    const field = form.querySelector("input");
    const count = form.querySelector("output");
    const claimList = document.getElementById("found-claims");
    const pageList = document.getElementById("found-pages");
    const rest = search.querySelector(".cl-more");
    search.querySelectorAll(".cl-found-head").forEach((head, n) => { head.textContent = ["Claims", "Pages"][n]; });
    const known = window.capitalLoopClaims || { claims: [], aliases: {}, verdicts: {} };
    let engine = null;
    let turn = 0;
    let open = false;
    const signs = new RegExp("[" + Object.keys(known.signs || { "\0": "" }).join("") + "]", "g");
    const plain = (text) => text.toLowerCase().replace(signs, (c) => known.signs[c]).replace(/[$€¥,]/g, "").replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/(\d)\s+(?=[%万亿])/g, "$1");
    /* Words of the question; another name stands for the one that the book uses. */
    const terms = (text) => {
      for (const [other, name] of Object.entries(known.aliases)) text = text.split(other).join(" " + other + " ");
      return plain(text).split(/\s+/).filter(Boolean);
    };
    const same = {};
    for (const [other, name] of Object.entries(known.aliases)) same[plain(other)] = plain(name).replace(/\s*\(.*/, "");
    const has = (body, term) => {
      if (body.indexOf(term) < 0) return false;
      /* A figure is found as a whole, a word from its beginning: 39 is not in 139, nor z in size. */
      const before = /^[\d.]/.test(term) ? "(^|[^\\d.])" : /^[a-z]/.test(term) ? "(^|[^a-z])" : "";
      return new RegExp(before + term.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") + (/^[\d.]+$/.test(term) ? "(?![\\d]|[.]\\d)" : "")).test(body);
    };
    const bodies = known.claims.map((c) => plain([c.id, c.said, c.printed, c.more].join(" ")));
    const claims = (words) => known.claims.filter((c, i) => words.every((w) => has(bodies[i], w) || (same[w] && has(bodies[i], same[w]))))
      .sort((x, y) => rank(y, words) - rank(x, words));
    const rank = (c, words) => words.filter((w) => has(plain(c.printed + " " + c.said), w)).length + (words.some((w) => plain(c.id) === w) ? 9 : 0) + (words.some((w) => has(plain(c.printed), w)) ? 2 : 0);
    const claimItem = (c) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = root + "claims/" + c.id.toLowerCase() + ".html";
      link.textContent = c.said;
      const chip = document.createElement("span");
      chip.className = "cl-verdict v-" + c.verdict;
      chip.textContent = known.verdicts[c.verdict];
      const small = document.createElement("small");
      small.textContent = " " + c.id + (c.printed ? ", printed " + c.printed : "");
      const line = document.createElement("p");
      line.append(chip, small);
      item.append(link, line);
      return item;
    };
    const find = async () => {
      const mine = ++turn;
      const text = field.value.trim();
      const query = new URLSearchParams(text ? { q: text } : {}).toString();
      if (location.protocol !== "file:") history.replaceState(null, "", query ? "?" + query : location.pathname);
      if (!text) { claimList.replaceChildren(); pageList.replaceChildren(); rest.hidden = true; count.textContent = ""; return; }
      const words = terms(text);
      const hits = claims(words);
      const most = open ? hits.length : 8;
      claimList.replaceChildren(...hits.slice(0, most).map(claimItem));
      rest.hidden = hits.length <= most;
      const said = hits.length + (hits.length === 1 ? " claim" : " claims");
      count.textContent = said;
      if (location.protocol === "file:") { count.textContent = said + "; other pages are searched only where the site is served, for example by make serve"; return; }
      engine = engine || (await import(new URL(search.dataset.bundle + "pagefind.js", location.href).href));
      const found = await engine.search(words.map((w) => same[w] || w).join(" "));
      const first = await Promise.all(found.results.slice(0, 25).map((r) => r.data()));
      if (mine !== turn) return;
      /* The engine also gives what is only near; a page must hold each word or figure itself. */
      const pages = first.filter((p) => { const body = plain(p.content + " " + p.meta.title); return words.every((w) => has(body, w) || (same[w] && has(body, same[w])) || (w.length > 4 && has(body, w.replace(/(s|es|ing|ed)$/, "")))); });
      const late = (p) => (p.url.includes("/notebooks/") ? 0 : /\/(evidence|sources|bibliography|claims|corrections|editions)(\.html|\/)/.test(p.url) ? 2 : 1);
      pages.sort((x, y) => late(x) - late(y)); /* chapters first, registers last */
      count.textContent = said + ", " + pages.length + (pages.length === 1 ? " page" : " pages") + (hits.length + pages.length ? "" : ": nothing in the book says this");
      pageList.replaceChildren(...pages.map((page) => {
        const item = document.createElement("li");
        const best = (page.sub_results || [])[0] || page;
        const link = document.createElement("a");
        link.href = best.url;
        link.textContent = page.meta.title + (best.title && best.title !== page.meta.title ? ": " + best.title : "");
        const words = document.createElement("p");
        words.innerHTML = best.excerpt || page.excerpt;
        item.append(link, words);
        return item;
      }));
    };
    rest.firstElementChild.addEventListener("click", () => { open = true; find(); });
    form.addEventListener("submit", (event) => { event.preventDefault(); find(); });
    field.addEventListener("input", () => { open = false; clearTimeout(field.timer); field.timer = setTimeout(find, 200); });
    /* What was asked in the address, or typed before this script came. */
    const asked = new URLSearchParams(location.search).get("q") || field.value;
    if (asked) { field.value = asked; find(); }
  }
})();
