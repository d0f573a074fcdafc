/* What-if calculators. The formulas are those of capital_loop.models; tests compare the two. Without scripts the recorded state stays. */
(function () {
  "use strict";
  /* Normal distribution function (W. J. Cody's erfc by a series and a continued fraction). */
  function cdf(x) {
    if (x < 0) return 1 - cdf(-x);
    if (x > 38) return 1;
    const density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    if (x < 3.5) {
      let term = x, sum = x;
      for (let n = 1; Math.abs(term) > 1e-17 * sum && n < 200; n += 1) { term *= x * x / (2 * n + 1); sum += term; }
      return 0.5 + density * sum;
    }
    let tail = 0;
    for (let n = 80; n > 0; n -= 1) tail = n / (x + tail);
    return 1 - density / (x + tail);
  }
  const annuity = (k, n, r) => (Math.abs(r) < 1e-12 ? k / n : k * r / -Math.expm1(-n * Math.log1p(r)));
  /* One share bought for a penny if the price reached the target: Reiner and Rubinstein. */
  function hurdleCall(s, h, vol, r, t, k) {
    const width = vol * Math.sqrt(t), lam = (r + vol * vol / 2) / (vol * vol), pay = k * Math.exp(-r * t);
    if (h <= s || k >= h) {
      const d = (Math.log(s / k) + r * t) / width + width / 2;
      return s * cdf(d) - pay * cdf(d - width);
    }
    const up = Math.log(h / s), x = -up / width + lam * width, z = up / width + lam * width;
    const y = (2 * Math.log(h) - Math.log(s) - Math.log(k)) / width + lam * width;
    const a = Math.exp(2 * lam * up), b = Math.exp((2 * lam - 2) * up);
    return s * cdf(x) - pay * cdf(x - width) - s * a * (cdf(-y) - cdf(-z)) + pay * b * (cdf(width - y) - cdf(width - z));
  }
  /* The years of a server's life: length, end and price of each, the last one perhaps a part. */
  function yearsOf(life, change) {
    return Array.from({ length: Math.ceil(life) }, (_, k) => {
      const end = Math.min(k + 1, life);
      return { length: end - k, end: end, price: Math.pow(1 + change, k) };
    });
  }
  function returnOf(years, first, running, cost) {
    const worth = (r) => years.reduce((s, y) => s + y.length * Math.max(0, first * y.price - running) * Math.pow(1 + r, -y.end), 0) - cost;
    let low = -0.99, high = 1000;
    if (worth(low) <= 0) return -1;
    for (let i = 0; i < 200; i += 1) { const mid = (low + high) / 2; if (worth(mid) > 0) low = mid; else high = mid; }
    return (low + high) / 2;
  }
  const formulas = {
    rental(x, c) {
      const first = x.price_per_gpu_hour * x.utilisation * c.hours, years = yearsOf(x.depreciation_years, x.price_change);
      const running = c.power_kw * c.lease_per_kw_month * 12 + c.power_kw * c.pue * c.hours * x.power_price + c.other_per_year;
      const revenue = first * years.reduce((s, y) => s + y.length * y.price, 0) / x.depreciation_years;
      return [1 - (x.server_cost / x.depreciation_years + running) / revenue, returnOf(years, first, running, x.server_cost)];
    },
    gigawatt(x) {
      const gpus = 1e6 / (x.power_kw * x.pue);
      return [gpus, gpus * x.server_cost / x.server_share];
    },
    required(x) {
      const need = annuity(x.spending * x.fast_share, x.fast_life, x.required_return) + annuity(x.spending * (1 - x.fast_share), x.slow_life, x.required_return);
      return [need / (1 - x.cash_cost)];
    },
    tokens(x, c) {
      const revenue = 12 * x.tokens / 1e6 * x.billed_share * x.paid_share * (x.input_share * x.input_price + (1 - x.input_share) * x.output_price);
      return [revenue, revenue / c.cloud];
    },
    growth(x, c) {
      const needed = x.price * Math.pow(1 + x.rate, x.years) / (Math.pow(1 - x.dilution, x.years) * x.multiple * x.margin * (1 + c.after));
      return [needed, Math.pow(needed / c.revenue, 1 / x.years) - 1];
    },
    loop(x, c) {
      const v = { ...c, ...x };
      const capacity = (t) => v.capacity + (v.capacity_target - v.capacity) * Math.min(Math.max((t - v.delay) / v.ramp, 0), 1);
      const run = (kept) => {
        let revenue = v.revenue, cash = v.cash, owed = 0, last = 0;
        for (let t = 0; t < v.quarters; t += 1) {
          if (t) revenue *= Math.pow(1 + v.growth * Math.pow(v.fade, Math.floor((t - 1) / 4)), 0.25);
          owed += v.price * capacity(t) / 4;
          const wanted = v.other_costs * revenue, limit = v.funding / 4;
          const hand = cash + revenue + (kept ? limit : Math.min(limit, Math.max(0, owed + wanted - revenue - cash)));
          const costs = Math.min(wanted, hand), paid = Math.min(owed, hand - costs);
          cash = hand - costs - paid;
          owed -= paid;
          if (t >= v.quarters - 4) last += revenue;
        }
        return [owed, last];
      };
      return [run(false)[0], ...run(true)];
    },
    warrant(x, c) {
      let total = 0, count = 0;
      c.hurdles.forEach((hurdle, k) => {
        const target = k < x.passed ? Math.min(hurdle, x.spot) : hurdle;
        const h = target > x.spot ? target * Math.exp(c.shift * x.volatility) : target;
        total += c.shares[k] * x.first_chance * Math.pow(x.next_chance, k) * hurdleCall(x.spot, h, x.volatility, c.rate, x.years, c.strike);
        count += c.shares[k];
      });
      return [total, total / (count * x.spot)];
    },
  };
  function put(value, form) {
    const match = /^([a-z]+)(\d?)$/.exec(form), digits = match[2] === "" ? null : Number(match[2]);
    const plain = (v, d) => v.toLocaleString("en-US", { minimumFractionDigits: d, maximumFractionDigits: d });
    const sign = value < 0 ? "−" : "", size = Math.abs(value);
    if (match[1] === "share") return sign + plain(100 * size, digits === null ? 0 : digits) + "\u00a0%";
    if (match[1] === "years") return sign + plain(size, digits === null ? 0 : digits) + "\u00a0years";
    if (match[1] === "num") {
      for (const [scale, name] of [[1e15, " quadrillion"], [1e12, " trillion"], [1e9, " billion"], [1e6, " million"]]) if (size >= scale * 0.9995) return sign + plain(size / scale, digits === null ? 0 : digits) + name;
      return sign + plain(size, digits === null ? 0 : digits);
    }
    if (match[1] === "int") return sign + plain(size, 0);
    if (match[1] === "about") return sign + plain(Number(size.toPrecision(2)), 0);
    for (const [scale, name] of [[1e12, "tn"], [1e9, "bn"], [1e6, "m"]]) if (size >= scale * 0.9995) return sign + "$" + plain(size / scale, digits === null ? 0 : digits) + name;
    return sign + "$" + plain(size, digits === null ? 0 : digits);
  }
  /* The address: what a calculator does not know stays in it. */
  const asked = () => new URLSearchParams(location.search);
  const NS = "http://www.w3.org/2000/svg", POINTS = 80;
  const draw = (name, attributes, text) => {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };
  /* Three to five round values between two. */
  function ticks(low, high) {
    const rough = (high - low) / 4, size = Math.pow(10, Math.floor(Math.log10(rough)));
    const step = [1, 2, 5, 10].map((k) => k * size).find((k) => k >= rough);
    const out = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k += 1) out.push(k * step);
    return out;
  }
  /* Ticks in words, with as many decimals as keep them apart. */
  function named(values, form) {
    const base = form.replace(/\d$/, "");
    for (let d = 0; d < 4; d += 1) {
      const said = values.map((v) => put(v, base === "int" ? "int" : base + d));
      if (base === "int" || new Set(said).size === said.length) return said;
    }
    return values.map((v) => put(v, form));
  }
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, key) => (key in values ? values[key] : all));
  document.querySelectorAll(".cl-whatif").forEach((box, n) => window.capitalLoopNear(box, () => {
    const spec = JSON.parse(box.querySelector("script").textContent), words = spec.words;
    const recorded = Object.fromEntries(spec.sliders.map((s) => [s.key, s.value]));
    const state = { ...recorded };
    const view = { over: spec.sliders[0].key, answer: "0" };
    const lines = Array.from(box.querySelectorAll(".cl-answer output"));
    const note = box.querySelector(".cl-state");
    const form = document.createElement("form");
    const outputs = {};
    const answer = (x) => formulas[spec.kind](x, spec.constants);
    const still = (s) => Math.abs(state[s.key] - s.value) < 1e-9 * Math.max(1, Math.abs(s.value));

    /* The chart beside the sliders: one answer over one input, as recorded and as moved. */
    const figure = document.createElement("div"), svg = draw("svg", { role: "img", "aria-label": box.getAttribute("aria-label") }), picks = document.createElement("p");
    figure.className = "cl-curve";
    picks.className = "cl-curve-picks";
    function pick(key, name, options) {
      const label = document.createElement("label"), select = document.createElement("select");
      for (const [value, text] of options) select.add(new Option(text, value));
      select.name = key;
      select.addEventListener("change", () => { view[key] = select.value; curve(); write(); });
      label.append(name + " ", select);
      picks.append(label);
      return select;
    }
    const selects = [
      pick("answer", words.curve, spec.answers.map((a, i) => [String(i), a[0]])),
      pick("over", words.over, spec.sliders.map((s) => [s.key, s.name])),
    ];
    let room = 0; /* width of the chart; nothing is drawn before it is known */
    function curve() {
      if (!room) return;
      const s = spec.sliders.find((x) => x.key === view.over), which = Number(view.answer), [title, shape] = spec.answers[which];
      const xs = s.form === "int" ? Array.from({ length: s.high - s.low + 1 }, (_, k) => s.low + k) : Array.from({ length: POINTS + 1 }, (_, k) => s.low + k * (s.high - s.low) / POINTS);
      const over = (others) => xs.map((x) => answer({ ...others, [s.key]: x })[which]);
      const before = over(recorded), after = over(state), here = answer(state)[which], there = answer(recorded)[which];
      const finite = before.concat(after, here, there).filter(Number.isFinite);
      let low = Math.min(...finite), high = Math.max(...finite);
      if (high - low < 1e-9 * Math.max(1, Math.abs(high))) { const half = Math.max(1e-9, Math.abs(high) * 0.1); low -= half; high += half; }
      const width = Math.max(260, room), height = 230, top = 16, bottom = 34, right = 14;
      const marks = ticks(low, high), said = named(marks, shape), left = 14 + Math.max(...said.map((x) => x.length)) * 6.6;
      const px = (x) => left + (x - s.low) / (s.high - s.low) * (width - left - right);
      const py = (y) => height - bottom - (y - low) / (high - low) * (height - top - bottom);
      const path = (ys) => ys.map((y, i) => (Number.isFinite(y) ? (i && Number.isFinite(ys[i - 1]) ? "L" : "M") + px(xs[i]).toFixed(1) + " " + py(y).toFixed(1) : "")).join("");
      const parts = [];
      marks.forEach((y, i) => parts.push(
        draw("line", { x1: left, x2: width - right, y1: py(y), y2: py(y), class: "grid" }),
        draw("text", { x: left - 7, y: py(y) + 4, "text-anchor": "end" }, said[i]),
      ));
      [s.low, s.high].forEach((x, i) => parts.push(draw("text", { x: px(x), y: height - 14, "text-anchor": i ? "end" : "start" }, put(x, s.form))));
      const moved = !spec.sliders.every(still);
      parts.push(draw("path", { d: path(before), class: "before" }));
      if (moved) parts.push(draw("path", { d: path(after), class: "after" }));
      parts.push(draw("circle", { cx: px(recorded[s.key]), cy: py(there), r: 4.5, class: "was" }));
      const mark = draw("circle", { cx: px(state[s.key]), cy: py(here), r: 6, class: "is" });
      mark.dataset.value = here;
      /* The figure stands above the line: left of a rising one, right of a falling one, below where that has no room. */
      const x = px(state[s.key]), y = py(here), near = answer({ ...state, [s.key]: Math.min(s.high, state[s.key] + (s.high - s.low) / 40) })[which];
      const rising = near > here, fits = rising ? x - left > 74 : width - right - x > 74;
      parts.push(mark, draw("text", { x: x + (rising === fits ? -9 : 9), y: Math.min(height - bottom - 4, Math.max(top, y + (fits ? -9 : 20))), "text-anchor": rising === fits ? "end" : "start", class: "value" }, put(here, shape)));
      const gap = py(before[before.length - 1]) - py(after[after.length - 1]);
      if (moved && Math.abs(gap) > 20) parts.push(draw("text", { x: width - right, y: py(before[before.length - 1]) + (gap > 0 ? 17 : -7), "text-anchor": "end" }, words.grey));
      svg.setAttribute("viewBox", "0 0 " + width + " " + height);
      svg.replaceChildren(...parts);
      svg.setAttribute("aria-label", fill(words.described, {
        answer: title, input: s.name, low: put(s.low, s.form), high: put(s.high, s.form), first: put(after[0], shape), last: put(after[after.length - 1], shape), here: put(here, shape), at: put(state[s.key], s.form),
      }));
    }

    function show() {
      const found = answer(state);
      found.forEach((value, i) => { lines[i].textContent = put(value, spec.answers[i][1]); lines[i].dataset.value = value; });
      spec.sliders.forEach((s) => {
        outputs[s.key].textContent = put(state[s.key], s.form);
        form.elements[s.key].setAttribute("aria-valuetext", put(state[s.key], s.form));
      });
      note.textContent = spec.sliders.every(still) ? words.recorded : words.moved;
      curve();
    }
    function write() {
      const query = asked();
      spec.sliders.forEach((s) => (still(s) ? query.delete(s.key) : query.set(s.key, String(Number(state[s.key].toPrecision(6))))));
      (view.over === spec.sliders[0].key ? query.delete("over") : query.set("over", view.over));
      (view.answer === "0" ? query.delete("answer") : query.set("answer", view.answer));
      const text = query.toString();
      history.replaceState(null, "", (text ? "?" + text : location.pathname) + location.hash);
    }
    function read() {
      const query = asked();
      spec.sliders.forEach((s) => {
        const value = query.get(s.key) === null ? NaN : Number(query.get(s.key));
        state[s.key] = Number.isFinite(value) ? Math.min(s.high, Math.max(s.low, s.form === "int" ? Math.round(value) : value)) : s.value;
        form.elements[s.key].value = state[s.key];
      });
      if (spec.sliders.some((s) => s.key === query.get("over"))) view.over = query.get("over");
      if (spec.answers[query.get("answer")]) view.answer = query.get("answer");
      selects.forEach((select) => { select.value = view[select.name]; });
      show();
    }
    let wait = 0;
    const soon = () => { clearTimeout(wait); wait = setTimeout(write, 150); }; /* browsers allow few changes a second */
    spec.sliders.forEach((s) => {
      const label = document.createElement("label"), name = document.createElement("span"), range = document.createElement("input"), out = document.createElement("output");
      name.textContent = s.name;
      range.type = "range"; range.min = s.low; range.max = s.high; range.step = s.form === "int" ? 1 : "any"; range.value = s.value; range.name = s.key; range.id = "w" + n + s.key;
      range.addEventListener("input", () => {
        state[s.key] = Number(range.value);
        if (view.over !== s.key) { view.over = s.key; selects[1].value = s.key; }
        show();
        soon();
      });
      outputs[s.key] = out;
      label.append(name, range, out);
      form.append(label);
    });
    const button = (name, text, act) => {
      const made = document.createElement("button");
      made.type = "button"; made.textContent = text; made.className = name;
      made.addEventListener("click", () => act(made));
      form.append(made, " ");
    };
    button("back", words.back, () => { spec.sliders.forEach((s) => { state[s.key] = s.value; form.elements[s.key].value = s.value; }); show(); write(); });
    button("copy", words.copy, (made) => {
      clearTimeout(wait);
      write();
      navigator.clipboard.writeText(location.href).then(() => { made.textContent = words.copied; setTimeout(() => { made.textContent = words.copy; }, 1500); }, () => prompt(words.copy, location.href));
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    figure.append(picks, svg);
    box.querySelector(".cl-inputs").replaceWith(figure, form);
    read();
    new ResizeObserver((seen) => { room = seen[0].contentRect.width; curve(); }).observe(figure);
    addEventListener("popstate", read);
    addEventListener("pageshow", (event) => { if (event.persisted) read(); });
  }));
})();
