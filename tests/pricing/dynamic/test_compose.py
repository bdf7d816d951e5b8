"""From a series to a tariff: the one engine prices it, locked or live, on every kind of day."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pricing.tariffs.convert import to_ocpi_221
from app.pricing.tariffs.dynamic.as_ocpi import as_ocpi
from app.pricing.tariffs.dynamic.compose import composed
from app.pricing.tariffs.dynamic.errors import SeriesInvalid
from app.pricing.tariffs.dynamic.formula import worked_out
from app.pricing.tariffs.dynamic.locked import locked, locked_as, start_tariffs, trimmed
from app.pricing.tariffs.dynamic.model import Band, Definition, Formula, Lock, ShareStep, Slot
from app.pricing.tariffs.dynamic.timetable import Timetable
from app.pricing.tariffs.engine import Sample, compile_tariff, plan_of, price_samples
from app.pricing.tariffs.engine.curve import price_curve
from app.pricing.tariffs.lint import lint_tariff
from app.pricing.tariffs.model import SeriesPart, Tariff, TariffVersion
from app.pricing.tariffs.ocpi import encode_tariff, parse_tariff
from tests.pricing.builders import AMSTERDAM, VAT, element, price, tariff

DEFAULT = tariff(
    element(price("PARKING_TIME", "3.00"), start_time="08:00", end_time="20:00"),
    element(price("ENERGY", "0.55", vat="21")),
    id="default",
)
SPOT = Definition("spot", AMSTERDAM, "EUR", default="default", minutes=15)
MIDNIGHT = datetime(2026, 11, 21, 23, tzinfo=UTC)  # in Amsterdam, of Sunday 22 November
QUARTER = timedelta(minutes=15)


def quarters(start: datetime, *values: str) -> list[Slot]:
    """Slots of a quarter of an hour, one after the other."""
    return [
        Slot(start + number * QUARTER, start + (number + 1) * QUARTER, Decimal(value))
        for number, value in enumerate(values)
    ]


def version(slots: list[Slot], now: datetime = MIDNIGHT) -> TariffVersion:
    """The tariff version that these slots make of the default, as of *now*."""
    found, dated = composed(DEFAULT, SPOT, slots, now)
    part = SeriesPart("default", 1, 1, dated)
    return TariffVersion(UUID(int=0), "spot", 1, found, series=part)


def cost(found: Tariff, start: datetime, minutes: int, kwh: str = "1") -> int:
    """Cents of a session that charges evenly."""
    end = start + timedelta(minutes=minutes)
    samples = [Sample(start, Decimal(0)), Sample(end, Decimal(kwh))]
    return price_samples(compile_tariff(found), samples, AMSTERDAM, end, VAT).gross.minor


def test_a_day_of_quarters_is_an_ordinary_tariff():
    """96 prices become 96 dated elements before those of the default, and it reads back."""
    values = [f"0.{20 + number % 7}" for number in range(96)]

    made = version(quarters(MIDNIGHT, *values))

    assert made.series is not None
    assert 96 == made.series.dated
    assert DEFAULT.elements == made.tariff.elements[96:]
    assert () == lint_tariff(made.tariff)
    assert made.tariff == parse_tariff(encode_tariff(made.tariff))
    first, last = made.tariff.elements[0].restrictions, made.tariff.elements[95].restrictions
    assert ("2026-11-22", "2026-11-23", None, "00:15") == (
        first.start_date,
        first.end_date,
        first.start_time,
        first.end_time,
    )
    assert ("23:45", None) == (last.start_time, last.end_time)


def test_the_price_of_the_moment_counts_and_the_default_where_there_is_none():
    """1 kWh in each of three quarters: 0.20, 0.40, and the default's 0.55."""
    made = version(quarters(MIDNIGHT, "0.20", "0.40"))

    # 0.20 + 0.40 + 0.55
    assert 115 == cost(made.tariff, MIDNIGHT, 45, "3")
    assert 55 == cost(made.tariff, MIDNIGHT + timedelta(days=1), 15)


def test_equal_neighbours_are_one_element():
    """A price that does not change is written once."""
    made = version(quarters(MIDNIGHT, "0.20", "0.20", "0.40"))

    assert 2 == made.series.dated


def test_days_that_are_over_are_left_out():
    """What a session under way may still need stays: two days."""
    old = [Slot(MIDNIGHT - timedelta(days=days), MIDNIGHT, Decimal("0.3")) for days in (1,)]
    made = version(old, MIDNIGHT + timedelta(days=1, hours=23))
    later = version(old, MIDNIGHT + timedelta(days=2))

    assert (1, 0) == (made.series.dated, later.series.dated)


def test_a_default_without_a_lasting_price_per_kwh_is_refused():
    """A missing price would be none at all: never free by accident."""
    only_nights = tariff(element(price("ENERGY", "0.3"), start_time="22:00", end_time="06:00"))

    with pytest.raises(SeriesInvalid) as refused:
        composed(only_nights, SPOT, [], MIDNIGHT)
    assert "default" == refused.value.facts["field"]


CLOCKS = [
    (datetime(2026, 3, 28, 23, tzinfo=UTC), 92, 92),
    # The hour from 2:00 to 3:00 comes twice: its four wall-clock quarters have one price each.
    (datetime(2026, 10, 24, 22, tzinfo=UTC), 100, 96),
]


@pytest.mark.parametrize(("start", "count", "elements"), CLOCKS, ids=["forward", "back"])
def test_days_on_which_clocks_change_are_priced_quarter_by_quarter(
    start: datetime, count: int, elements: int
):
    """Each quarter of 92 or 100 has its price; of the hour that comes twice the lower one."""
    values = [Decimal(20 + number * 7 % 50) / 100 for number in range(count)]
    made = version(quarters(start, *map(str, values)), start)
    doubled = datetime(2026, 10, 25, 0, tzinfo=UTC)

    assert elements == made.series.dated
    for number, own in enumerate(values):
        at, value = start + number * QUARTER, own
        if doubled <= at < doubled + timedelta(hours=2):
            other = number + (4 if at < doubled + timedelta(hours=1) else -4)
            value = min(own, values[other])
        assert int(value * 100) == cost(made.tariff, at, 15), at


def test_a_locked_price_holds_for_the_whole_session():
    """0.20 at the start, 0.40 a quarter later: locked it stays at 0.20, live it follows."""
    made = version(quarters(MIDNIGHT, "0.20", "0.40", "0.40", "0.40"))
    kept = locked(made, MIDNIGHT + timedelta(minutes=14), AMSTERDAM)

    # 4 kWh in an hour: 4 x 0.20, and 0.20 + 3 x 0.40
    assert 80 == cost(kept.tariff, MIDNIGHT, 60, "4")
    assert 140 == cost(made.tariff, MIDNIGHT, 60, "4")
    assert "spot-202611220000" == kept.tariff.id
    assert kept == locked_as(made, kept.variant)


def test_a_price_that_is_not_known_locks_the_default():
    """And says so in its name."""
    made = version(quarters(MIDNIGHT, "0.20"))
    kept = locked(made, MIDNIGHT + QUARTER, AMSTERDAM)

    assert "spot-default" == kept.tariff.id
    assert 55 == cost(kept.tariff, MIDNIGHT, 15)
    assert kept == locked_as(made, kept.variant)


def test_what_is_no_series_locks_nothing():
    """A tariff with times of day stays as it is."""
    static = TariffVersion(UUID(int=0), "T", 1, DEFAULT)

    assert static is locked(static, MIDNIGHT, AMSTERDAM)


def test_versions_and_their_locked_prices_have_plans_of_their_own():
    """The cache of plans knows them apart."""
    made = version(quarters(MIDNIGHT, "0.20", "0.40"))
    first, second = (locked(made, MIDNIGHT + part, AMSTERDAM) for part in (0 * QUARTER, QUARTER))

    assert 3 == len({id(plan_of(each)) for each in (made, first, second)})
    assert plan_of(first) is plan_of(locked(made, MIDNIGHT + timedelta(minutes=5), AMSTERDAM))


def test_a_session_keeps_only_the_days_that_it_saw():
    """The CDR's tariff prices it just the same, and is short."""
    made = version([*quarters(MIDNIGHT, "0.20"), *quarters(MIDNIGHT + timedelta(days=1), "0.40")])
    short = trimmed(made, MIDNIGHT, MIDNIGHT + timedelta(hours=1), AMSTERDAM)

    assert 3 == len(short.elements)
    assert cost(made.tariff, MIDNIGHT, 60) == cost(short, MIDNIGHT, 60)


def test_others_price_a_session_that_locks_by_the_tariff_of_its_start():
    """Each published tariff begins and ends where its price does, the default's comes last."""
    made = version(quarters(MIDNIGHT, "0.20", "0.40"))

    found = list(start_tariffs(made, MIDNIGHT, AMSTERDAM))

    assert [
        ("spot-202611220000", MIDNIGHT, MIDNIGHT + QUARTER),
        ("spot-202611220015", MIDNIGHT + QUARTER, MIDNIGHT + 2 * QUARTER),
        ("spot-default", MIDNIGHT + 2 * QUARTER, None),
    ] == [(each.id, each.start_date_time, each.end_date_time) for each in found]
    assert [] == [finding for each in found for finding in lint_tariff(each)]
    assert [80, 160, 220] == [cost(each, MIDNIGHT, 60, "4") for each in found]


STARTS = st.sampled_from(
    [
        datetime(2026, 3, 28, 22, tzinfo=UTC),
        datetime(2026, 10, 24, 21, tzinfo=UTC),
        MIDNIGHT - timedelta(hours=3),
    ]
)
CENTS = st.lists(st.integers(1, 90), min_size=1, max_size=40)
OFFSETS = st.integers(0, 10 * 60 // 5)


@given(start=STARTS, cents=CENTS, offset=OFFSETS, minutes=st.integers(1, 300))
def test_the_engine_prices_a_series_as_minute_by_minute(
    start: datetime, cents: list[int], offset: int, minutes: int
):
    """A kWh a minute: the sum of the prices that the timetable has for each of them."""
    slots = quarters(start, *(f"{cent / 100:.2f}" for cent in cents))
    made = version(slots, start)
    table = Timetable(made, AMSTERDAM)
    began = start + timedelta(minutes=5 * offset)

    def at(minute: int) -> int:
        found = table.at(began + timedelta(minutes=minute))
        return 55 if found is None else int(found.price_components[0].price * 100)

    assert sum(at(minute) for minute in range(minutes)) == cost(
        made.tariff, began, minutes, str(minutes)
    )


@given(start=STARTS, cents=CENTS, offset=OFFSETS)
def test_what_is_published_for_a_start_is_what_is_locked_then(
    start: datetime, cents: list[int], offset: int
):
    """Exactly one published tariff is valid at any instant, and it is the locked one."""
    made = version(quarters(start, *(f"{cent / 100:.2f}" for cent in cents)), start)
    at = start + timedelta(minutes=5 * offset)

    valid = [
        each
        for each in start_tariffs(made, start, AMSTERDAM)
        if each.start_date_time <= at and (each.end_date_time is None or at < each.end_date_time)
    ]

    kept = locked(made, at, AMSTERDAM).tariff
    assert [kept.id] == [each.id for each in valid]
    assert kept.elements == valid[0].elements


def test_a_partner_gets_tariffs_by_how_prices_lock():
    """Locked: one for each price; live: one with today's; and 2.2.1 says the same, before VAT."""
    default = tariff(
        element(price("ENERGY", "0.50")), id="default", tax_included="NO", currency="EUR"
    )
    found, dated = composed(default, SPOT, quarters(MIDNIGHT, "0.20", "0.40"), MIDNIGHT)
    made = TariffVersion(UUID(int=0), "spot", 1, found, series=SeriesPart("default", 1, 1, dated))
    later = MIDNIGHT + timedelta(days=2)

    kept = as_ocpi(made, Lock.SESSION_START, MIDNIGHT, AMSTERDAM)
    (live,) = as_ocpi(made, Lock.LIVE, MIDNIGHT, AMSTERDAM)
    (over,) = as_ocpi(made, Lock.LIVE, later, AMSTERDAM)

    assert [3, 3, 1] == [len(kept), len(live.elements), len(over.elements)]
    assert ["0.2", "0.4", "0.5"] == [
        str(float(to_ocpi_221(each).body["elements"][0]["price_components"][0]["price"]))
        for each in kept
    ]
    static = TariffVersion(UUID(int=0), "T", 1, default)
    assert (default,) == as_ocpi(static, Lock.LIVE, MIDNIGHT, AMSTERDAM)


def test_the_curve_has_a_step_for_every_change():
    """Incl. VAT, from the engine's own plan; behind the last price the default's."""
    made = version(quarters(MIDNIGHT, "0.20", "0.20", "0.40"))

    steps = price_curve(
        compile_tariff(made.tariff), MIDNIGHT, MIDNIGHT + timedelta(days=2), AMSTERDAM, VAT
    )

    assert [
        (MIDNIGHT, Decimal("0.20")),
        (MIDNIGHT + 2 * QUARTER, Decimal("0.40")),
        (MIDNIGHT + 3 * QUARTER, Decimal("0.55")),
    ] == [tuple(step) for step in steps]


def test_the_timetable_knows_its_end_and_the_next_change():
    """In instants, over the night on which clocks go back."""
    start = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)  # 01:30, before the hour that comes twice
    table = Timetable(version(quarters(start, "0.20", "0.30", "0.40"), start), AMSTERDAM)

    assert start + QUARTER == table.change_after(start)
    # 0.40 from 2:00 to 2:15 holds at both of them.
    assert datetime(2026, 10, 25, 0, 15, tzinfo=UTC) == table.change_after(start + 2 * QUARTER)
    assert datetime(2026, 10, 25, 1, 15, tzinfo=UTC) == table.known_until
    empty = Timetable(version([]), AMSTERDAM)
    assert (None, None) == (empty.known_until, empty.change_after(MIDNIGHT))


FORMULA = Formula(
    curve="day-ahead",
    factor=Decimal("1.1"),
    plus=Decimal("0.20"),
    bands=(Band("17:00", "20:00", Decimal("0.05"), days=("SUNDAY",)),),
    renewables="green",
    steps=(ShareStep(Decimal(50), Decimal("-0.01")), ShareStep(Decimal(80), Decimal("-0.04"))),
)


def test_a_formula_adds_its_parts():
    """1.1 x 0.10 + 0.20, and 0.05 from 17:00 on, less 0.04 while renewables reach 80 %."""
    definition = Definition("spot", AMSTERDAM, formula=FORMULA)
    afternoon = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)  # 16:30 in Amsterdam
    curve = [Slot(afternoon, afternoon + timedelta(hours=1), Decimal("0.10"))]
    share = [Slot(afternoon + QUARTER, afternoon + 2 * QUARTER, Decimal(85))]

    found = worked_out(definition, {"day-ahead": curve, "green": share}, afternoon)

    assert [
        (afternoon, Decimal("0.3100")),
        (afternoon + QUARTER, Decimal("0.2700")),
        (afternoon + 2 * QUARTER, Decimal("0.3600")),
    ] == [(slot.start, slot.value) for slot in found]
    assert curve[0].end == found[-1].end


def test_a_formula_has_no_price_where_its_curve_has_none():
    """The default tariff's holds then; what has begun is left alone."""
    definition = Definition("spot", AMSTERDAM, formula=FORMULA)
    curve = quarters(MIDNIGHT, "0.10", "0.10")

    found = worked_out(definition, {"day-ahead": curve}, MIDNIGHT + timedelta(minutes=1))

    assert [MIDNIGHT + QUARTER] == [slot.start for slot in found]


def test_a_formula_rounds_half_up():
    """1.5 x 0.00005 = 0.000075 becomes 0.0001 with four decimals, 0.00 with two."""
    curve = quarters(MIDNIGHT, "0.00005")
    values = [
        worked_out(
            Definition(
                "spot",
                AMSTERDAM,
                formula=Formula(curve="c", factor=Decimal("1.5"), decimals=decimals),
            ),
            {"c": curve},
            MIDNIGHT,
        )[0].value
        for decimals in (4, 2)
    ]

    assert ["0.0001", "0.00"] == [str(value) for value in values]
