"""What a penny warrant is worth when price targets and deliveries stand before its shares.

A holder may buy shares for next to nothing, in tranches. Tranche k vests when the share price has
reached its hurdle and the k-th step of a purchase has been delivered, both before expiry.

Price. Under the pricing measure the share S follows geometric Brownian motion with growth r (the
risk-free rate, continuously compounded), volatility s and no dividend. Write h = ln(H/S), H > S, and
l = (r + s²/2)/s². One share bought for K at expiry T, if H was touched before, is an up-and-in call.
For K ≤ H (Reiner and Rubinstein, "Breaking Down the Barriers", Risk 4(8), 1991)::

    c = S N(x) − K e^(−rT) N(x − s√T) − S (H/S)^(2l) [N(−y) − N(−z)]
        + K e^(−rT) (H/S)^(2l−2) [N(−y + s√T) − N(−z + s√T)]
    x = −h/(s√T) + l s√T,   y = ln(H²/(SK))/(s√T) + l s√T,   z = h/(s√T) + l s√T

With K = 0 it is the asset-or-nothing one-touch S [N(x) + (H/S)^(2l) N(−z)]: the share times the
chance of a touch, counted in the share's own measure. With H ≤ S, or K ≥ H, it is the plain call.
A hurdle that is watched only every d years is moved up to H exp(b s √d), b = −ζ(1/2)/√(2π)
(Broadie, Glasserman and Kou, "A continuity correction for discrete barrier options", Mathematical
Finance 7(4), 1997).

Where the mean of n closes is watched, the hurdle is moved by a s √(n/252) instead; a was found by simulation.

Deliveries. The first step comes with chance p, each further one with chance q if the one before
came; step k is due at first + (k − 1) pace years. Where deliveries do not depend on the price, a
share without dividends is worth the same whenever it is handed over, so a tranche is worth
shares × c × chance of delivery, if it is due before expiry: the closed form is exact.

Together. Deliveries may move with the price (a Gaussian copula with correlation ρ to the price at
expiry), and touches may count only from the delivery d on. Given X = ln(S_T/S) under the share's own
measure the path is a Brownian bridge, so with w = exp(−2h(h − X)/(s²T)) for X < h

    P(touch in [d, T] | X) = N((X d/T − h)/g) + w N((h + (X − 2h) d/T)/g),  g = s √(d(T − d)/T),

and one for X ≥ h; the value is the integral of that times the chance of delivery given X
(``reading_value``, Gauss and Legendre's rule on both sides of the kink at X = h). ``simulate`` does the
same path by path, with uncertain dates besides.

Dilution. A price from before the news holds no warrant. If the order itself adds nothing for the holders,
their share falls to S' with S' + W(S')/N = S for N shares outstanding and a warrant worth W
(``undiluted_price``).

Rebate. The warrant's value over the present value of the purchase expected with it: each step's revenue
times its chance, discounted from its date of delivery at the risk-free rate plus a premium.

Everything is in USD, years, shares and GW; rates, volatilities and chances are fractions.

Example::

    >>> from capital_loop.models.warrants import hurdle_call
    >>> float(hurdle_call(spot=100, hurdle=150, volatility=0.5, rate=0.04, years=5, strike=0.01)).__round__(2)
    87.77
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr, ndtri

from capital_loop.models import guard

Floats = NDArray[np.float64]

CONTINUITY = 0.5825971579390107
"""−ζ(1/2)/√(2π): how far discrete watching moves a hurdle, in standard deviations of one interval."""
AVERAGING = 0.65
"""The same for a mean of several closes, in standard deviations of a day times the root of their number (by
simulation)."""
TRADING_DAYS = 252
"""Trading days a year, to annualise daily volatilities."""
_NODES, _REACH = 28, 8.0
"""Points of the integration on each side of the kink, and how many standard deviations it reaches."""
_ROUNDS = 60
"""Rounds of the search for a price that holds the warrant."""
_CHUNK = 250_000
"""Normals drawn at once: bounded memory, and few enough to stay in the processor's cache."""


@dataclass(frozen=True)
class Tranche:
    """One step: ``shares`` vest at ``hurdle`` (USD/share) once ``capacity`` more GW are delivered.

    ``delivery`` is when they are due (years from the valuation), ``chance`` the probability that they
    are delivered at all. Raises ``ValueError`` outside the possible.
    """

    shares: float
    hurdle: float
    capacity: float
    delivery: float
    chance: float

    def __post_init__(self) -> None:
        for name in ("shares", "hurdle", "delivery"):
            guard.finite(name, getattr(self, name), low=0.0)
        guard.positive("capacity", self.capacity)
        guard.share("chance", self.chance)


@dataclass(frozen=True)
class Plan:
    """Everything the model needs that is not in the contract's public part.

    ``volatility`` and ``rate`` a year; ``hurdles`` one a tranche (USD/share); ``tilt`` of the tranche sizes
    (0 equal, positive towards the last, see ``sizes``); ``first_delivery`` and ``pace`` in years;
    ``first_chance`` and ``next_chance`` as fractions; ``revenue_per_gw`` in USD. How the terms are read:
    ``correlation`` of deliveries with the price, ``closes`` whose mean must reach a target (0 any trade),
    ``after_delivery`` if earlier touches do not count. ``premium`` a year over the rate discounts the
    purchase.
    """

    volatility: float
    rate: float
    hurdles: tuple[float, ...]
    tilt: float
    first_delivery: float
    pace: float
    first_chance: float
    next_chance: float
    revenue_per_gw: float
    correlation: float = 0.0
    closes: int = 0
    after_delivery: bool = False
    premium: float = 0.0

    def __post_init__(self) -> None:
        guard.volatility("volatility", self.volatility)
        guard.rate("rate", self.rate, low=-1.0)
        guard.numbers("hurdles", self.hurdles, above=0.0, least=1, axes=1)
        guard.finite("tilt", self.tilt, low=-1.0, high=1.0)
        for name in ("first_delivery", "pace"):
            guard.finite(name, getattr(self, name), low=0.0, unit="years")
        for name in ("first_chance", "next_chance"):
            guard.share(name, getattr(self, name))
        guard.positive("revenue_per_gw", self.revenue_per_gw)
        guard.finite("correlation", self.correlation, above=-1.0, below=1.0)
        guard.count("closes", self.closes)
        guard.rate("premium", self.premium)

    def tranches(self, shares: float, capacity: float) -> tuple[Tranche, ...]:
        """The warrant's ``shares`` and the purchase's ``capacity`` (GW) cut into one step a hurdle."""
        count = len(self.hurdles)
        guard.finite("capacity", capacity, low=0.0, unit="GW")
        cut = zip(sizes(shares, count, self.tilt), self.hurdles, strict=True)
        return tuple(
            Tranche(
                float(size), hurdle, capacity / count, self.first_delivery + k * self.pace,
                self.first_chance * self.next_chance**k,
            )
            for k, (size, hurdle) in enumerate(cut)
        )  # fmt: skip

    def certain(self, years: float) -> Plan:
        """The same plan, each delivery certain and at the latest at expiry in ``years``: targets alone."""
        first = min(self.first_delivery, years)
        steps = max(len(self.hurdles) - 1, 1)
        pace = min(self.pace, (years - first) / steps)
        return replace(self, first_delivery=first, pace=pace, first_chance=1.0, next_chance=1.0)


@dataclass(frozen=True)
class Valuation:
    """What a warrant is worth, tranche by tranche (arrays run over the tranches).

    ``values`` in USD; ``shares``; ``capacities`` in GW; ``chances`` of delivery before expiry;
    ``touches`` the pricing-measure chance that the hurdle is reached. ``face`` is shares times price,
    ``purchase`` the revenue of all steps, ``expected_purchase`` that of the steps weighted by chance,
    ``present_purchase`` the same discounted to the day of the valuation.
    """

    values: Floats
    shares: Floats
    capacities: Floats
    chances: Floats
    touches: Floats
    face: float
    purchase: float
    expected_purchase: float
    present_purchase: float

    @property
    def total(self) -> float:
        """Value of the whole warrant (USD)."""
        return float(self.values.sum())

    @property
    def per_gw(self) -> Floats:
        """Value of each tranche over the capacity that earns it (USD/GW)."""
        return self.values / self.capacities

    @property
    def discount(self) -> float:
        """The rebate: value over the present value of the expected purchase; ``nan`` if none is expected."""
        return self.total / self.present_purchase if self.present_purchase else math.nan

    @property
    def of_face(self) -> float:
        """Value as a share of shares times price."""
        return self.total / self.face


@dataclass(frozen=True)
class Timing:
    """Uncertain dates of delivery: low, likeliest and high of the first step and of the pace, in years."""

    first: tuple[float, float, float]
    pace: tuple[float, float, float]

    def __post_init__(self) -> None:
        for name in ("first", "pace"):
            guard.ordered(name, tuple(guard.numbers(name, getattr(self, name), low=0.0, shape=(3,))))


@dataclass(frozen=True)
class Simulation:
    """Monte Carlo results: the warrant and its standard error (USD), chances that all and that none vest."""

    total: float
    standard_error: float
    all_vest: float
    none_vest: float


def touch_probability(
    spot: ArrayLike, hurdle: ArrayLike, volatility: ArrayLike, drift: ArrayLike, years: ArrayLike,
    monitoring: ArrayLike = 0.0,
) -> Floats:  # fmt: skip
    """Chance that the price reaches ``hurdle`` within ``years``; arguments broadcast.

    ``drift`` is the yearly growth of the expected price (the rate, under the pricing measure);
    ``monitoring`` the years between looks at the price, 0 for continuous. The reflection principle:
    N((−h + mT)/(s√T)) + (H/S)^(2m/s²) N((−h − mT)/(s√T)), m = drift − s²/2. Raises ``ValueError``
    for prices that are not positive, or a negative volatility, time or interval.
    """
    s0, h0, vol, _, t = _checked(spot, hurdle, volatility, 0.0, years, monitoring)
    mu = guard.numbers("drift", drift, above=-1.0, below=guard.VOLATILITY_CEILING**2)
    h = np.log(_watched(s0, h0, vol, monitoring) / s0)
    width = vol * np.sqrt(t)
    certain = np.where(h <= 0, True, (width == 0) & (mu * t >= h))
    safe = np.where(width > 0, width, 1.0)
    m = mu - vol**2 / 2
    power = 2 * m * h / np.where(vol > 0, vol, 1.0) ** 2
    chance = ndtr((-h + m * t) / safe) + np.exp(power + log_ndtr((-h - m * t) / safe))
    return np.asarray(np.where(certain, 1.0, np.where(width > 0, np.minimum(chance, 1.0), 0.0)))


def hurdle_call(
    spot: ArrayLike, hurdle: ArrayLike, volatility: ArrayLike, rate: ArrayLike, years: ArrayLike,
    strike: ArrayLike = 0.0, monitoring: ArrayLike = 0.0,
) -> Floats:  # fmt: skip
    """Value (USD) of one share bought at ``strike`` if the price reached ``hurdle`` within ``years``.

    The closed form above; arguments broadcast. ``strike`` 0 is the asset-or-nothing one-touch. Raises
    ``ValueError`` as ``touch_probability`` does, and for a negative strike.
    """
    s, h0, vol, r, t = _checked(spot, hurdle, volatility, rate, years, monitoring)
    k = guard.numbers("strike", strike, low=0.0)
    s, h0, vol, r, t, k = np.broadcast_arrays(s, h0, vol, r, t, k)
    h = _watched(s, h0, vol, monitoring)
    discount, width = np.exp(-r * t), vol * np.sqrt(t)
    safe, square = np.where(width > 0, width, 1.0), np.where(vol > 0, vol, 1.0) ** 2
    lam = (r + vol**2 / 2) / square
    with np.errstate(divide="ignore"):
        log_k = np.log(k)
    up = np.log(h / s)
    x, z = -up / safe + lam * width, up / safe + lam * width
    y = (2 * np.log(h) - np.log(s) - log_k) / safe + lam * width
    a, b = 2 * lam * up, (2 * lam - 2) * up
    knocked_in = (
        s * ndtr(x) - k * discount * ndtr(x - width)
        - s * (np.exp(a + log_ndtr(-y)) - np.exp(a + log_ndtr(-z)))
        + k * discount * (np.exp(b + log_ndtr(width - y)) - np.exp(b + log_ndtr(width - z)))
    )  # fmt: skip
    d = (np.log(s) - log_k + r * t) / safe + width / 2
    plain = s * ndtr(d) - k * discount * ndtr(d - width)
    still = np.maximum(s - k * discount, 0.0)
    reached = (h <= s) | (r * t >= up)
    moving = np.where((h <= s) | (k >= h), plain, knocked_in)
    return np.asarray(np.where(width > 0, np.clip(moving, 0.0, s), np.where(reached, still, 0.0)))


def reading_value(
    spot: ArrayLike, hurdle: ArrayLike, volatility: ArrayLike, rate: ArrayLike, years: ArrayLike,
    strike: ArrayLike, chance: ArrayLike, correlation: ArrayLike, delivery: ArrayLike = 0.0,
    monitoring: ArrayLike = 0.0,
) -> Floats:  # fmt: skip
    """Value (USD) of a share for ``strike`` if ``hurdle`` is reached from ``delivery`` on and the step comes.

    Deliveries have ``chance`` and ``correlation`` with the price at expiry ("Together" above); arguments
    broadcast. A ``delivery`` of 0 lets every touch count. Raises ``ValueError`` outside the possible;
    volatility and years must be positive.
    """
    s, h0, vol, r, t = _checked(spot, hurdle, volatility, rate, years, monitoring)
    guard.numbers("volatility", vol, above=0.0)
    guard.numbers("years", t, above=0.0)
    k, d = guard.numbers("strike", strike, low=0.0), guard.numbers("delivery", delivery, low=0.0)
    p = guard.shares("chance", chance)
    rho = guard.numbers("correlation", correlation, above=-1.0, below=1.0)
    s, h0, vol, r, t, k, p, rho, d, m = (
        a[..., None]
        for a in np.broadcast_arrays(s, h0, vol, r, t, k, p, rho, d, np.asarray(monitoring, dtype=np.float64))
    )
    in_time, d = d <= t, np.minimum(d, t)
    h, width = np.log(_watched(s, h0, vol, m) / s), vol * np.sqrt(t)
    drift = (r + vol**2 / 2) * t
    kink = np.clip((h - drift) / width, -_REACH, _REACH)
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    below, over = (kink + _REACH) / 2, (_REACH - kink) / 2
    z = np.concatenate([(kink - _REACH) / 2 + below * nodes, below + over * nodes], axis=-1)
    w = np.concatenate([below * weights, over * weights], axis=-1)
    x = drift + width * z
    gap = vol * np.sqrt(d * (t - d) / t)
    safe = np.where(gap > 0, gap, 1.0)
    at_delivery = np.where(gap > 0, ndtr((x * d / t - h) / safe), (np.where(d < t, 0.0, x) >= h) & (d < t))
    later = np.exp(
        -2 * h * (h - x) / width**2 + np.where(gap > 0, log_ndtr((h + (x - 2 * h) * d / t) / safe), 0.0)
    )
    later = np.where((gap > 0) | (d < t), later, 0.0)
    reached = np.where(x >= h, 1.0, np.where((d == 0) & (h <= 0), 1.0, np.minimum(at_delivery + later, 1.0)))
    delivered = ndtr((rho * (z + width) + ndtri(p)) / np.sqrt(1 - rho**2))
    paid = np.maximum(s - k * np.exp(-x), 0.0)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    return np.asarray((w * density * reached * delivered * paid * in_time).sum(axis=-1))


def watched_every(closes: int) -> float:
    """The years between looks at the price that move a hurdle as a rule on ``closes`` does (0: any trade)."""
    n = guard.count("closes", closes)
    return n / TRADING_DAYS * ((AVERAGING / CONTINUITY) ** 2 if n > 1 else 1.0)


def sizes(shares: float, count: int, tilt: float) -> Floats:
    """``shares`` cut into ``count`` tranches that grow evenly from 1 − ``tilt`` to 1 + ``tilt`` parts.

    Raises ``ValueError`` for fewer than one tranche or a tilt outside −1 to 1.
    """
    guard.finite("shares", shares, low=0.0)
    guard.count("count", count, low=1)
    guard.finite("tilt", tilt, low=-1.0, high=1.0)
    return shares * (1 + tilt * np.linspace(-1, 1, count) * (count > 1)) / count


def value_plan(
    plan: Plan, shares: float, capacity: float, spot: float, years: float, strike: float
) -> Valuation:
    """Value of a warrant on ``shares`` for ``capacity`` GW, ``spot`` and ``strike`` in USD/share.

    In closed form, or by ``reading_value`` where deliveries and price belong together. Tranches due after
    expiry in ``years`` are worth nothing, and the purchase behind them does not count as expected. Raises
    ``ValueError`` for impossible inputs.
    """
    tranches = guard.kind("plan", plan, Plan).tranches(shares, capacity)
    guard.positive("spot", spot)
    guard.finite("strike", strike, low=0.0)
    guard.finite("years", years, low=0.0)
    counts, hurdles, capacities, dates = (
        np.array([getattr(t, name) for t in tranches])
        for name in ("shares", "hurdle", "capacity", "delivery")
    )
    chances = np.array([t.chance if t.delivery <= years else 0.0 for t in tranches])
    interval = watched_every(plan.closes)
    market = (spot, hurdles, plan.volatility, plan.rate, years)
    if plan.correlation or plan.after_delivery:
        from_day = dates if plan.after_delivery else 0.0
        each = reading_value(*market, strike, chances, plan.correlation, from_day, interval)
    else:
        each = hurdle_call(*market, strike, interval) * chances
    expected = capacities * chances * plan.revenue_per_gw
    return Valuation(
        values=counts * each,
        shares=counts,
        capacities=capacities,
        chances=chances,
        touches=touch_probability(*market, interval),
        face=float(counts.sum() * spot),
        purchase=float(capacities.sum() * plan.revenue_per_gw),
        expected_purchase=float(expected.sum()),
        present_purchase=float((expected * np.exp(-(plan.rate + plan.premium) * dates)).sum()),
    )


def value_plans(
    plans: Sequence[Plan], shares: float, capacity: float, spot: ArrayLike, years: float, strike: float
) -> tuple[Floats, Floats]:
    """Many plans at once: value of each tranche (plans by tranches) and the purchase's present value (USD).

    ``spot`` is one price, or one a plan; all plans have as many targets. The same as ``value_plan`` of each.
    """
    plans = guard.several("plans", plans, Plan)
    guard.finite("years", years, above=0.0)
    cut = [p.tranches(shares, capacity) for p in plans]

    def steps(name: str) -> Floats:
        return np.array([[getattr(t, name) for t in one] for one in cut])

    def own(name: str) -> Floats:
        return np.array([[float(getattr(p, name))] for p in plans])

    dates, chances = steps("delivery"), steps("chance")
    given = guard.numbers("spot", spot, above=0.0)
    price = np.broadcast_to(
        guard.numbers("spot", given, shape=(len(plans),) if given.ndim else ()), len(plans)
    )[:, None]
    interval = np.array([[watched_every(p.closes)] for p in plans])
    each = reading_value(
        price, steps("hurdle"), own("volatility"), own("rate"), years, strike, chances,
        own("correlation"), np.where(own("after_delivery") > 0, dates, 0.0), interval,
    ) * (dates <= years)  # fmt: skip
    purchase = steps("capacity") * chances * (dates <= years) * own("revenue_per_gw")
    present = purchase * np.exp(-(own("rate") + own("premium")) * dates)
    return steps("shares") * each, present.sum(axis=1)


def undiluted_price(worth: Callable[[Floats], ArrayLike], spot: float, outstanding: float) -> Floats:
    """The share (USD) once a warrant is counted that the price ``spot`` does not hold yet.

    ``worth`` gives the warrant's value (USD) at a share price, or one for each of many plans; ``outstanding``
    is the number of shares. Solves S' + worth(S') / outstanding = spot by iteration, which closes in on it
    while the warrant is small beside the company. Raises ``ValueError`` where it does not.
    """
    guard.positive("spot", spot)
    guard.positive("outstanding", outstanding)
    price = np.asarray(spot, dtype=np.float64)
    for _ in range(_ROUNDS):
        found = spot - np.asarray(worth(price), dtype=np.float64) / outstanding
        if (found <= 0).any():
            break
        if np.abs(found - price).max() <= 1e-7 * spot:
            return found
        price = found
    raise ValueError("the warrant is not small beside the company: no price was found that holds it")


def simulate(
    tranches: Sequence[Tranche], spot: float, volatility: float, rate: float, years: float, strike: float,
    *, paths: int, seed: int, steps: int, average: int = 1,
    correlation: float = 0.0, after_delivery: bool = False, timing: Timing | None = None,
) -> Simulation:  # fmt: skip
    """The same warrant by Monte Carlo, with what the closed form leaves out.

    ``paths`` price paths of ``steps`` equal steps, the same for the same ``seed``. The price counts at the
    ends of steps; with ``average`` above 1 it is the mean of so many ends of steps that must reach the target
    (the price before the valuation counts as ``spot``).
    ``correlation`` ties deliveries to the price at expiry by a Gaussian copula. ``after_delivery``: the
    target must be reached once the step is delivered, earlier touches do not count. ``timing`` draws
    the dates of delivery path by path in place of the tranches' own.

    Paths come in mirrored pairs; the chance of delivery enters as its expectation given the path
    (conditional Monte Carlo); what is left is regressed on the share price at expiry and on the shares
    above each target at expiry, whose values are known in closed form (control variates; Glasserman,
    Monte Carlo Methods in Financial Engineering, 2004, chapter 4). Raises ``ValueError`` for
    impossible arguments.
    """
    tranches = guard.several("tranches", tranches, Tranche)
    guard.count("paths", paths, low=2)
    guard.count("seed", seed)
    guard.count("steps", steps, low=1)
    guard.count("average", average, low=1)
    guard.finite("correlation", correlation, low=-1.0, high=1.0)
    guard.finite("strike", strike, low=0.0)
    _price_inputs(spot, volatility, rate, years)
    rng, dt = np.random.default_rng(seed), years / steps
    levels = np.array([math.log(max(t.hurdle, 1e-300) / spot) for t in tranches])
    bars = -ndtri(np.array([t.chance for t in tranches]))
    drift = (rate - volatility**2 / 2) * dt * np.arange(steps + 1)
    scale = volatility * math.sqrt(dt)
    pairs = (paths + 1) // 2
    size = max(1, min(_CHUNK // steps, pairs))
    walk = np.zeros((size, steps + 1))
    normals, path = np.empty((size, steps)), np.empty((size, steps + 1))
    controls = np.unique(np.concatenate([[-math.inf], levels]))
    wanted, known, every, none = [], [], 0.0, 0.0
    for begin in range(0, pairs, size):
        n = min(size, pairs - begin)
        rng.standard_normal(out=normals[:n])
        np.cumsum(normals[:n], axis=1, out=walk[:n, 1:])
        walk[:n] *= scale
        dates = _dates(tranches, timing, n, rng)
        got, seen = np.zeros((n, len(tranches))), np.zeros((n, len(controls)))
        for add in (np.add, np.subtract):
            add(drift, walk[:n], out=path[:n])
            end = path[:n, -1].copy()
            reached = _reached(path[:n], levels, dates, dt, average, after_delivery)
            z = (end - drift[-1]) / (scale * math.sqrt(steps)) if scale else np.zeros(n)
            chance = np.where(dates <= years, _chance_given(z, bars, correlation), 0.0)
            price = spot * np.exp(end - rate * years)
            paid = np.maximum(price - strike * math.exp(-rate * years), 0.0)
            got += reached * chance * paid[:, None]
            seen += (end[:, None] >= controls) * price[:, None]
            # Steps are delivered in turn, so the least likely one stands for all, the likeliest for any.
            every += float((reached.all(axis=1) * chance.min(axis=1)).sum())
            none += float((1 - (reached * chance).max(axis=1)).sum())
        wanted.append(got / 2)
        known.append(seen / 2)
    shares = np.array([t.shares for t in tranches])
    each = (np.concatenate(wanted) * shares).sum(axis=1)
    means = hurdle_at_end(spot, spot * np.exp(controls), volatility, rate, years)
    total, error = _controlled(each, np.concatenate(known) - means)
    return Simulation(total, error, every / (2 * pairs), none / (2 * pairs))


def hurdle_at_end(spot: float, level: ArrayLike, volatility: float, rate: float, years: float) -> Floats:
    """Value (USD) of the share at expiry if it then stands at ``level`` or above: asset or nothing."""
    _price_inputs(spot, volatility, rate, years)
    if (at := np.asarray(level)).dtype.kind not in "fiu" or not (at >= 0).all():  # infinite: never reached
        raise ValueError("level must be numbers, none below 0")
    width = volatility * math.sqrt(years)
    with np.errstate(divide="ignore"):
        distance = math.log(spot) - np.log(at.astype(np.float64)) + rate * years
    if width == 0:
        return np.where(distance >= 0, spot, 0.0)
    return np.asarray(spot * ndtr(distance / width + width / 2))


def _dates(tranches: Sequence[Tranche], timing: Timing | None, n: int, rng: np.random.Generator) -> Floats:
    """Delivery of each step in years, one row a path."""
    if timing is None:
        return np.tile([t.delivery for t in tranches], (n, 1))
    first, pace = (_triangular(rng, x, n) for x in (timing.first, timing.pace))
    return np.asarray(first[:, None] + pace[:, None] * np.arange(len(tranches)))


def _triangular(rng: np.random.Generator, x: tuple[float, float, float], n: int) -> Floats:
    return rng.triangular(*x, n) if x[0] < x[2] else np.full(n, x[1])


def _reached(
    path: Floats, levels: Floats, dates: Floats, dt: float, average: int, after_delivery: bool
) -> NDArray[np.bool_]:
    """Whether each path reached each level in time, paths by tranches; ``path`` is overwritten."""
    if average > 1:
        prices = np.exp(path, out=path)
        total = np.cumsum(np.pad(prices[:, 1:], ((0, 0), (average, 0)), constant_values=1.0), axis=1)
        path[:, 1:] = np.log((total[:, average:] - total[:, :-average]) / average)
        path[:, 0] = 0.0
    if not after_delivery:
        return np.asarray(path.max(axis=1)[:, None] >= levels)
    later = np.maximum.accumulate(path[:, ::-1], axis=1)[:, ::-1]
    starts = np.minimum(np.ceil(dates / dt - 1e-9), path.shape[1] - 1).astype(int)
    return np.asarray(np.take_along_axis(later, starts, axis=1) >= levels)


def _chance_given(z: Floats, bars: Floats, correlation: float) -> Floats:
    """Chance of each delivery given the standardised price at expiry, paths by tranches."""
    rest = math.sqrt(1 - correlation**2)
    if rest == 0:
        return np.asarray((correlation * z[:, None] >= bars).astype(float))
    return np.asarray(ndtr((correlation * z[:, None] - bars) / rest))


def _controlled(samples: Floats, controls: Floats) -> tuple[float, float]:
    """Mean and standard error of ``samples`` after regression on zero-mean ``controls``."""
    n = len(samples)
    keep = controls.std(axis=0) > 1e-12 * (1 + np.abs(controls).max(axis=0))
    design = np.column_stack([np.ones(n), controls[:, keep]])
    if n <= 2 * design.shape[1]:
        return float(samples.mean()), float(samples.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
    found, *_ = np.linalg.lstsq(design, samples, rcond=None)
    left = samples - design @ found
    return float(found[0]), float(left.std(ddof=design.shape[1])) / math.sqrt(n)


def realised_volatility(closes: ArrayLike) -> float:
    """Yearly volatility of daily closes: sample deviation of their log changes, times √252.

    Raises ``ValueError`` for fewer than three closes or prices that are not positive.
    """
    prices = guard.numbers("closes", closes, above=0.0, least=3, axes=1)
    return float(np.diff(np.log(prices)).std(ddof=1) * math.sqrt(TRADING_DAYS))


def _price_inputs(spot: float, volatility: float, rate: float, years: float) -> None:
    guard.positive("spot", spot)
    guard.volatility("volatility", volatility)
    guard.rate("rate", rate, low=-1.0)
    guard.finite("years", years, low=0.0)


def _checked(
    spot: ArrayLike, hurdle: ArrayLike, volatility: ArrayLike, rate: ArrayLike, years: ArrayLike,
    monitoring: ArrayLike,
) -> tuple[Floats, Floats, Floats, Floats, Floats]:  # fmt: skip
    guard.numbers("monitoring", monitoring, low=0.0, unit="years")
    return (
        guard.numbers("spot", spot, above=0.0),
        guard.numbers("hurdle", hurdle, above=0.0),
        guard.numbers("volatility", volatility, low=0.0, high=guard.VOLATILITY_CEILING),
        guard.numbers("rate", rate, above=-1.0, below=1.0),
        guard.numbers("years", years, low=0.0),
    )


def _watched(spot: Floats, hurdle: Floats, volatility: Floats, monitoring: ArrayLike) -> Floats:
    """The hurdle moved up for discrete watching; one that is already reached stays."""
    moved = hurdle * np.exp(CONTINUITY * volatility * np.sqrt(monitoring))
    return np.asarray(np.where(hurdle > spot, moved, hurdle))
