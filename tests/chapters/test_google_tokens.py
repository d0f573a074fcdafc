"""The chapter's golden numbers, worked out by hand from the statements in the record."""

import math

import pytest

from capital_loop.chapters.google_tokens import charts
from capital_loop.chapters.google_tokens.study import Study
from capital_loop.models import growth


@pytest.fixture(scope="module")
def results(shared):
    return shared.study(Study)


def test_the_article_prints_what_google_stated_and_the_weekly_a_tenth_of_it(results):
    assert results.gaps == {"report": 1, "article": 0}
    assert results.implied["report"] == pytest.approx(130 / 9.7)
    assert results.implied["article"] == pytest.approx(1300 / 9.7)


def test_growth_to_the_documents(results):
    # over 1.3 quadrillion: 1.3 to 1.4; 9.7 trillion: 9.65 to 9.75
    assert results.growth_to_documents.low == pytest.approx(1300 / 9.75)
    assert results.growth_to_documents.high == pytest.approx(1400 / 9.65)


def test_the_printed_figure_would_have_been_a_fall(results):
    assert results.fall_percent == pytest.approx(100 * (1 - 130 / 485))


def test_doubling_times_by_hand(results):
    spring = results.pace.stretches.iloc[1]
    days = {"shortest": 30, "longest": 92}  # 16 May to 15 June; 15 April to 16 July
    assert spring["months_low"] * growth.DAYS_PER_MONTH == pytest.approx(days["shortest"])
    assert spring["months_high"] * growth.DAYS_PER_MONTH == pytest.approx(days["longest"])
    assert spring["doubling_months_high"] == pytest.approx(
        92 / growth.DAYS_PER_MONTH * math.log(2) / math.log(980 / 490)
    )


def test_the_summer_slowed_under_every_reading_but_the_loosest(results):
    verdicts = results.readings["summer"]
    assert list(verdicts[:6]) == ["slower for certain"] * 6
    assert list(verdicts[6:]) == ["not separable"] * 2


def test_later_pace_is_not_told_apart_from_the_summer_but_from_the_first_year(results):
    assert results.pace.changes[2] == "not separable"
    assert results.pace.first_year_to_latest == "slower for certain"
    assert set(results.readings["whole"]) == {"slower for certain"}


def test_a_reader_may_change_the_readings(record):
    sharp = Study(record, {"growth-month-doubt": 0, "growth-over-steps": 0})
    assert sharp.growth_to_documents.high == pytest.approx(1300 / 9.65)
    assert sharp.pace.stretches["months_low"].equals(sharp.pace.stretches["months_high"])


def test_share_of_the_api(results):
    first = results.shares.iloc[0]
    assert first["api"] == pytest.approx(7e9 * 60 * 24 * 365.2425 / 12)
    assert first["share"] == pytest.approx(23.6, abs=0.05)
    assert first["share_low"] < first["share"] < first["share_high"]
    assert first["api"] + first["own"] == pytest.approx(first["all"])


def test_tokens_times_price(results):
    early, late = results.revenue
    price = 0.9375 * 0.30 + 0.0625 * 2.50
    assert early.revenue.central == pytest.approx(
        12 * early.tokens_per_month.central / 1e6 * price * 0.6 * 0.8
    )
    assert early.cloud_per_year == pytest.approx(4 * 15.16e9)
    for revenue in (early, late):
        assert revenue.revenue.low < revenue.revenue.central < revenue.revenue.high


def test_a_new_count_moves_what_is_newest(record, results):
    assert results.newest == results.points[-1]
    assert [f.as_of for f in results.points] == ["2024-05", "2025-05", "2025-07", "2025-10", "2026-05"]
    assert results.revenue[1].cloud.as_of < results.api_points[-1].as_of
    assert list(results.shares["as_of"]) == ["2025-10", "2026-05"]


def test_the_tables_name_their_columns(results):
    assert charts.readings_table(results).iloc[0, 0] == "middle of the month of announcement"
