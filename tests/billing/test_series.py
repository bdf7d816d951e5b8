"""Number series: what an operator may write, and what it makes."""

from datetime import UTC, datetime

import pytest

from app.billing.receipts.errors import InvalidSeries
from app.billing.receipts.series import series_at

SUMMER = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("pattern", "number"),
    [
        ("VS-{year}-{number:6}", "VS-2026-000042"),
        ("VS", "VS-2026-000042"),
        ("{year}/{number:4}", "2026/0042"),
        ("R{number}", "R42"),
    ],
)
def test_pattern_makes_the_number(pattern: str, number: str):
    """The year and the sequence are put where the pattern says."""
    series = series_at(pattern, issued_at=SUMMER, time_zone="Europe/Amsterdam")

    assert number == series.number(42)


@pytest.mark.parametrize(
    "pattern",
    [
        "VS-{year}",
        "{number}-{year}",
        "{number.__class__}",
        "VS {number}",
        "{0}",
        "{number:99}",
        "é{number}",
    ],
)
def test_other_patterns_are_refused(pattern: str):
    """The number stands last, and nothing else can be evaluated."""
    with pytest.raises(InvalidSeries):
        series_at(pattern, issued_at=SUMMER, time_zone="Europe/Amsterdam")


def test_numbers_longer_than_the_digits_go_on():
    """The millionth receipt needs a seventh digit and gets it."""
    series = series_at("VS", issued_at=SUMMER, time_zone="Europe/Amsterdam")

    assert "VS-2026-1000000" == series.number(1_000_000)
