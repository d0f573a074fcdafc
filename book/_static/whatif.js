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
    if (match[1] === "share") return sign + plain(100 * size, digits === null ? 0 : digits) + " %";
    if (match[1] === "years") return sign + plain(size, digits === null ? 0 : digits) + " years";
    if (match[1] === "num") return sign + plain(size, digits === null ? 0 : digits);
    if (match[1] === "int") return sign + plain(size, 0);
    for (const [scale, name] of [[1e12, "tn"], [1e9, "bn"], [1e6, "m"]]) if (size >= scale * 0.9995) return sign + "$" + plain(size / scale, digits === null ? 0 : digits) + name;
    return sign + "$" + plain(size, digits === null ? 0 : digits);
  }
  document.querySelectorAll(".cl-whatif").forEach((box, n) => {
    const spec = JSON.parse(box.querySelector("script").textContent);
    const state = {};
    spec.sliders.forEach((s) => { state[s.key] = s.value; });
    const lines = Array.from(box.querySelectorAll(".cl-answer output"));
    const note = box.querySelector(".cl-state");
    const form = document.createElement("form");
    const outputs = {};
    function show() {
      const found = formulas[spec.kind](state, spec.constants);
      found.forEach((value, i) => { lines[i].textContent = put(value, spec.answers[i][1]); lines[i].dataset.value = value; });
      spec.sliders.forEach((s) => { outputs[s.key].textContent = put(state[s.key], s.form); });
      const recorded = spec.sliders.every((s) => Math.abs(state[s.key] - s.value) < 1e-9 * Math.max(1, Math.abs(s.value)));
      note.textContent = recorded ? spec.words.recorded : spec.words.moved;
    }
    spec.sliders.forEach((s) => {
      const label = document.createElement("label"), name = document.createElement("span"), range = document.createElement("input"), out = document.createElement("output");
      name.textContent = s.name;
      range.type = "range"; range.min = s.low; range.max = s.high; range.step = s.form === "int" ? 1 : (s.high - s.low) / 200; range.value = s.value; range.name = s.key; range.id = "w" + n + s.key;
      range.addEventListener("input", () => { state[s.key] = Number(range.value); range.setAttribute("aria-valuetext", put(state[s.key], s.form)); show(); });
      outputs[s.key] = out;
      label.append(name, range, out);
      form.append(label);
    });
    const back = document.createElement("button");
    back.type = "button"; back.textContent = spec.words.back;
    back.addEventListener("click", () => { spec.sliders.forEach((s) => { state[s.key] = s.value; form.elements[s.key].value = s.value; }); show(); });
    form.append(back);
    box.querySelector(".cl-inputs").replaceWith(form);
    show();
  });
})();
