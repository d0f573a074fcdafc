"""The chapter "Revenue against promises": golden numbers from the record."""

from __future__ import annotations

import pytest

from capital_loop.chapters.revenue_promises.study import Study
from capital_loop.chapters.who_owes_whom.study import Study as Owed
from capital_loop.claims.rules import assess
from capital_loop.record import RecordError
from capital_loop.record.trace import reading


@pytest.fixture(scope="module")
def study(shared):
    return shared.study(Study)


def test_the_newspapers_parts_and_its_sum(study):
    # 500 + 300 + 300 + 22 by hand; the newspaper rounds to a trillion
    assert study.tally.table["tally"].sum() == pytest.approx(1.122e12)
    assert study.tally.stated.value == 1e12


def test_a_price_is_set_against_yearly_rates_only(study):
    """A booked year is another kind of revenue: 157 over the 3.7 booked in 2024 is no multiple like the
    others."""
    rates = {f.fact_id for f in study.run_rates}
    assert {c["revenue"].fact_id for c in study.choices("price") if c.get("revenue")} <= rates
    left = study.returns["multiple_of_revenue"].dropna()
    assert left.loc[["round-2025", "day", "round-2026", "tender-2026"]].is_monotonic_decreasing


def test_what_was_signed(study):
    assert study.tally.signed_then == pytest.approx(322.4e9)
    assert list(study.tally.table["key"]) == ["nvidia", "amd", "oracle", "coreweave"]


def test_run_rates_and_booked_years_are_told_apart(study):
    kinds = study.revenue.set_index("source")["kind"]
    assert kinds["OAI-018"] == "run_rate"
    assert kinds["OAI-020"] == "year"
    parts = study.revenue[study.revenue["kind"] == "part"].set_index("source")["value"]
    assert parts["OAI-005"] == pytest.approx(8.6e9)
    assert parts["OAI-045"] == pytest.approx(26.8e9)


def test_money_paid(record, study):
    assert study.money["paid"].sum() == pytest.approx(record.fact("REV-D42").value)
    assert study.money["paid"].sum() == pytest.approx(169.5e9)


def test_twenty_years_mean_a_revenue(study):
    twenty = study.twenty
    assert twenty.revenue == pytest.approx(125e9)
    years = twenty.table.set_index("key")["years"]
    assert years["day"] == pytest.approx(192.3, abs=0.1)
    assert years["plan-2028"] == pytest.approx(25)
    assert years["plan-2029"] == pytest.approx(20)
    # 30 + 62 + 113 + 184 + 280 at a fifth is 133.8; 366.2 is left, then 58.8 a year growing by 5 %
    assert twenty.along_plan == pytest.approx(10.55, abs=0.01)
    assert twenty.along_plan_low < twenty.along_plan < twenty.along_plan_high


def test_the_price_of_october_2025(study):
    assert study.inputs.years == pytest.approx(5.25, abs=0.01)
    # 500 * 1.15^5.25 / (0.95^5.25 * 23.1 * 0.2 * 1.05) by hand: the multiple is on the year after the plan
    assert study.needed.central == pytest.approx(
        500e9 * 1.15**5.2457 / (0.95**5.2457 * 23.1 * 0.2 * 1.05), rel=1e-3
    )
    assert study.margin_needed == pytest.approx(0.2948 / 1.05, abs=1e-4)


def test_each_later_price_leaves_less(study):
    left = study.prices.dropna(subset=["plan"]).set_index("fact_id")["returned"]
    rounds = left.loc[["OAI-109", "OAI-111", "OAI-128", "OAI-136"]]
    assert rounds.is_monotonic_decreasing
    assert rounds.iloc[0] == pytest.approx(0.178, abs=0.001)
    assert rounds.iloc[-1] == pytest.approx(0.048, abs=0.001)


def test_the_newest_round_reads_worse_to_the_year_of_the_older_plans(study):
    """By hand: 852 billion, 184 planned for 2029, 3.75 years on: levels hang on the year that is taken."""
    kept = 0.95**3.7536 * 23.1 * 0.2 * 184e9 * 1.05 / 852e9
    assert study.read_sooner == pytest.approx(kept ** (1 / 3.7536) - 1, abs=1e-4)
    assert study.read_sooner < 0 < study.returns.at["round-2026", "returned"]


def test_counting_the_planned_cash_instead_of_dilution_is_milder(study):
    by_rate = (1 - study.inputs.dilution) ** study.inputs.years
    assert by_rate < study.kept_by_plan < 1


def test_the_ranges_of_the_assumptions_are_those_of_their_sources(record):
    study = Study(record)

    def ends(key):
        return [getattr(study.assumed(key), c) for c in ("low", "central", "high")]

    def values(*ids):
        return [record.fact(i).value for i in ids]

    assert ends("valuation-multiple") == values("REV-162", "REV-161", "REV-163")
    assert ends("valuation-rate") == pytest.approx([v / 100 for v in values("REV-153", "REV-152", "REV-151")])
    assert ends("valuation-margin")[::2] == pytest.approx([v / 100 for v in values("REV-164", "REV-165")])
    rounds = values("REV-D11", "REV-D12", "REV-D13")
    assert ends("valuation-dilution")[2] == pytest.approx(max(rounds) / 100, abs=5e-4)
    assert ends("valuation-dilution")[1] == pytest.approx(record.fact("REV-D14").value / 100 / 5, abs=5e-3)


def test_an_end_that_rests_on_a_fact_is_that_fact_and_counts_as_read(study):
    assert len(study.bounds) == 7
    for (key, end), fact in study.bounds.items():
        value = fact.value / 100 if fact.unit == "percent" else fact.value
        assert getattr(study.assumed(key), end) == pytest.approx(value, abs=5e-4)
    with reading() as read:
        _ = study.needed
    assert {f.fact_id for f in study.bounds.values()} <= set(read.facts)


def test_same_study_twice_and_changed_study_differ(record, study):
    again = Study(record)
    assert again.prices.equals(study.prices)
    richer = Study(record, {"valuation-margin": 0.35})
    assert richer.needed.central < study.needed.central
    assert richer.ranges["margin"][1] == 0.35
    with pytest.raises(RecordError, match="no assumption named valuation-moon"):
        Study(record, {"valuation-moon": 1})


def test_what_editors_chose_is_what_the_series_hold(study):
    assert [f.fact_id for f in study.sales] == ["OAI-104", "OAI-106", "OAI-128", "REV-105"]
    assert set(study.sales) <= {study.record.fact(i) for i in study.valuations["fact_id"]}
    assert list(study.chronology["claim"]) == ["D-08", "D-09", "D-11", "D-13"]
    assert study.later_steps_hold
    assert study.plans_rise
    moves = study.plan_moves.set_index("year") / 1e9
    assert moves.to_dict("index") == {
        2029: {"first": 100, "newest": 184}, 2030: {"first": 200, "newest": 280}
    }  # fmt: skip
    assert study.years_late == 1


def test_the_price_of_the_day_is_read_with_what_was_known_then(study):
    assert study.day.price.as_of.startswith(study.day_revenue.as_of)
    assert study.rate_at_year_end.value == 20e9
    assert study.first_plan[1] == 11.6e9


def test_verdicts_that_the_text_leans_on(record):
    verdicts = assess(record)
    assert verdicts["T-57"].on_day.verdict == "contradicted"
    assert verdicts["R-05"].on_day.verdict == "supported_imprecise"
    assert verdicts["D-15"].now.verdict == "contradicted"
    assert verdicts["T-59"].on_day.verdict == verdicts["D-10"].now.verdict == "contradicted"
    assert verdicts["T-61"].now.verdict == "supported"
    assert verdicts["L-37"].now.verdict == "outdated"


def test_every_unverifiable_claim_says_what_was_looked_for(record):
    looked = record.editorial.set_index("claim_id")["looked_for"]
    for c in record.claims[record.claims["chapter"] == "revenue-promises"].itertuples():
        if assess(record)[c.claim_id].now.verdict == "unverifiable":
            assert str(looked.get(c.claim_id, "")).strip()


def test_what_is_paid_is_the_same_money_as_on_the_page_of_who_owes_whom(record, study):
    money = study.choices("money")
    here = {c.key: sum(c[r].value for r in c.ids if r.startswith("paid")) for c in money}
    there: dict[str, float] = {}
    for line in Owed(record).lines:
        there[line.key] = there.get(line.key, 0.0) + (line.paid or 0.0)
    for mine, deal in {
        "amazon": "amazon-openai-equity",
        "softbank": "softbank-openai-follow-on",
        "nvidia": "nvidia-openai-purchase",
        "microsoft": "microsoft-openai-equity",
    }.items():
        assert here[mine] == there[deal], deal
