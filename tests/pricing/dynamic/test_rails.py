"""The guard rails: what is taken, clamped and refused, row by row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import pytest

from app.pricing.tariffs.dynamic.model import Definition, Rails, Row, Slot, Unit
from app.pricing.tariffs.dynamic.rails import Checked, Rail, check
from app.pricing.tariffs.dynamic.slots import gaps, laid_over

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SERIES = Definition("spot", "Europe/Amsterdam", "EUR", default="base", minutes=15)
QUARTER = timedelta(minutes=15)


def at(minutes: int) -> datetime:
    """An instant so many minutes after ten o'clock."""
    return NOW + timedelta(minutes=minutes)


def row(number: int, minutes: int, value: str, *, end: int | None = None) -> Row:
    """A row that begins so many minutes after ten."""
    return Row(number, at(minutes), None if end is None else at(end), Decimal(value))


def rails(rows: list[Row], known: tuple[Slot, ...] = (), **limits: object) -> Checked:
    """Check rows against a series with these rails, as of ten o'clock."""
    definition = msgspec.structs.replace(SERIES, rails=Rails(**limits))
    return check(rows, Rail(definition, known, NOW))


def test_rows_become_slots_of_the_series_interval():
    """A row without an end holds for the series' minutes, one with an end until then."""
    found = rails([row(2, 30, "0.30", end=60), row(1, 15, "0.25")])

    assert [
        Slot(at(15), at(30), Decimal("0.25")),
        Slot(at(30), at(60), Decimal("0.30")),
    ] == found.slots
    assert [] == found.refused


def test_a_day_ends_at_the_next_midnight():
    """Of the series' zone, also when clocks go back."""
    daily = msgspec.structs.replace(SERIES, minutes=1440, default=None)
    start = datetime(2026, 10, 24, 22, tzinfo=UTC)

    found = check([Row(1, start, None, Decimal("0.3"))], Rail(daily, (), start))

    assert timedelta(hours=25) == found.slots[0].end - found.slots[0].start


def test_what_begins_too_soon_is_refused():
    """With fifteen minutes of lead 10:10 is too late and 10:15 is not."""
    found = rails([row(1, 10, "0.25"), row(2, 15, "0.25", end=30)])

    assert [(1, at(10))] == [(note.row, note.start) for note in found.refused]
    assert "too late: what begins before 2026-11-22T10:15Z" in found.refused[0].reason
    assert [at(15)] == [slot.start for slot in found.slots]


def test_what_is_known_already_is_never_too_late():
    """The whole day can be sent again: what is the same is no change."""
    known = (Slot(at(-60), at(15), Decimal("0.25")), Slot(at(15), at(30), Decimal("0.25")))

    found = rails([row(1, -60, "0.25"), row(2, 0, "0.25", end=30), row(3, -30, "0.26")], known)

    assert 2 == found.unchanged
    assert [3] == [note.row for note in found.refused]


def test_a_mere_curve_may_be_corrected_at_any_time():
    """What no driver pays needs no lead."""
    curve = msgspec.structs.replace(SERIES, default=None)

    found = check([row(1, -60, "0.25")], Rail(curve, (), NOW))

    assert 1 == len(found.slots)


def test_prices_beyond_floor_and_ceiling_are_clamped_and_told():
    """They are taken at the rail."""
    found = rails(
        [row(1, 15, "-0.10"), row(2, 30, "0.30"), row(3, 45, "9")],
        floor=Decimal(0),
        ceiling=Decimal("0.80"),
    )

    assert ["0", "0.30", "0.80"] == [str(slot.value) for slot in found.slots]
    assert [(1, "-0.10 became 0"), (3, "9 became 0.80")] == [
        (note.row, note.reason) for note in found.clamped
    ]


def test_a_step_that_is_too_big_is_refused():
    """From the price right before it, in the document or known; a gap knows no step."""
    known = (Slot(at(0), at(15), Decimal("0.25")),)
    rows = [row(1, 15, "0.75"), row(2, 30, "0.30"), row(3, 45, "0.81")]

    found = rails(rows, known, biggest_step=Decimal("0.50"))

    assert [(3, "a step of 0.51 from 0.30: more than 0.50")] == [
        (note.row, note.reason) for note in found.refused
    ]
    lower = rails([row(1, 15, "0.76")], known, biggest_step=Decimal("0.50"))
    assert [1] == [note.row for note in lower.refused]


def test_of_two_rows_that_overlap_the_second_is_refused():
    """By its row, naming the other."""
    found = rails([row(1, 15, "0.25", end=45), row(2, 30, "0.26"), row(3, 45, "0.27")])

    assert [(2, "overlaps row 1")] == [(note.row, note.reason) for note in found.refused]
    assert 2 == len(found.slots)


ODD = {
    "off the grid": (replace(row(1, 15, "0.25"), start=at(16)), "five minutes"),
    "with seconds": (
        replace(row(1, 15, "0.25"), start=at(15) + timedelta(seconds=1)),
        "five minutes",
    ),
    "empty": (row(1, 15, "0.25", end=15), "five minutes to a day"),
    "longer than a day": (row(1, 15, "0.25", end=15 + 26 * 60), "five minutes to a day"),
    "too fine": (row(1, 15, "0.1234567"), "more than 6 decimals"),
    "absurd": (row(1, 15, "1001"), "no usable number"),
    "far away": (row(1, 9 * 24 * 60, "0.25"), "more than 8 days ahead"),
    "no price": (Row(1, None, None, None, "there is none"), "there is none"),
}


@pytest.mark.parametrize(("bad", "reason"), ODD.values(), ids=ODD)
def test_what_cannot_be_a_price_is_refused_alone(bad: Row, reason: str):
    """The other rows are taken."""
    found = rails([bad, replace(row(2, 30, "0.25"))])

    assert 1 == len(found.slots)
    assert 1 == found.refused[0].row
    assert reason in found.refused[0].reason


def test_a_share_is_a_percentage():
    """Of renewables."""
    share = msgspec.structs.replace(SERIES, default=None, unit=Unit.PERCENT)

    found = check([row(1, 15, "101"), row(2, 30, "100")], Rail(share, (), NOW))

    assert [1] == [note.row for note in found.refused]
    assert [Decimal(100)] == [slot.value for slot in found.slots]


def test_what_is_new_lies_over_what_was_known():
    """The old price remains before and after it; what is long over is dropped."""
    hour = Slot(at(0), at(60), Decimal("0.25"))
    over = Slot(at(-120), at(-60), Decimal("0.20"))
    quarter = Slot(at(15), at(30), Decimal("0.35"))

    assert (
        Slot(at(0), at(15), Decimal("0.25")),
        quarter,
        Slot(at(30), at(60), Decimal("0.25")),
    ) == laid_over([over, hour], [quarter], since=at(-60))


def test_gaps_lie_between_what_is_known():
    """From the given instant on."""
    slots = [Slot(at(0), at(15), Decimal(1)), Slot(at(30), at(45), Decimal(1))]

    assert [(at(15), at(30))] == list(gaps(slots, at(0)))
    assert [(at(-15), at(0)), (at(15), at(30))] == list(gaps(slots, at(-15)))
