"""A driver's months: which there are, and what belongs to each of them."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.directpay.model import Ending, Stage
from app.directpay.owned.model import OwnSession
from app.directpay.owned.months import asked_month, last_months, sums_of
from app.kernel.money import Money

MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


def session(
    began_at: datetime, charged: Money | None, zone: str = "Europe/Amsterdam"
) -> OwnSession:
    """Return a session of ten kilowatt-hours."""
    return OwnSession(
        token="t",
        stage=Stage.ENDED,
        ending=Ending.CHARGED,
        began_at=began_at,
        location="Kade",
        city="Rotterdam",
        evse_id="NL*VLT*E1*1",
        time_zone=zone,
        energy_kwh=Decimal(10),
        charged=charged,
    )


def test_the_last_months_go_back_over_the_year():
    """The present one last."""
    assert (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)) == last_months(
        date(2026, 2, 28), 3
    )


@given(st.dates(min_value=date(2001, 1, 1)), st.integers(1, 24))
def test_months_are_one_after_the_other(today: date, count: int):
    """So many, each one month after the one before, and the last is this."""
    found = last_months(today, count)

    numbers = [each.year * 12 + each.month for each in found]
    assert list(range(numbers[0], numbers[0] + count)) == numbers
    assert today.replace(day=1) == found[-1]


def test_a_session_belongs_to_the_month_of_its_place():
    """At 23:30 UTC on 31 March it is April in Rotterdam, and March in New York."""
    late = datetime(2026, 3, 31, 23, 30, tzinfo=UTC)

    assert APRIL == session(late, None).month
    assert MARCH == session(late, None, "America/New_York").month


def test_sums_are_by_currency_and_of_what_was_charged():
    """What was not charged counts nowhere, nor does what began in another month."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    sessions = [
        session(at, Money(617, "EUR")),
        session(at, Money(383, "EUR")),
        session(at, Money(21000, "SEK")),
        session(at, None),
        session(at.replace(year=2025), Money(100, "EUR")),
    ]

    march, april = sums_of(sessions, (MARCH, APRIL))

    assert (3, Decimal(30)) == (march.sessions, march.energy_kwh)
    assert (Money(1000, "EUR"), Money(21000, "SEK")) == march.charged
    assert (0, ()) == (april.sessions, april.charged)


def test_an_address_names_a_month():
    """What names none is none."""
    assert MARCH == asked_month("2026-03")
    assert [None] * 5 == [
        asked_month(mark) for mark in ("", "2026-13", "2026-3", "x", "2026-03-01")
    ]
