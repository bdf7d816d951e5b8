"""Random tariffs and sessions, of the kinds that occur and of some that should not."""

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine import Sample, compile_tariff
from app.pricing.tariffs.lint import lint_tariff
from app.pricing.tariffs.model import DayOfWeek
from app.pricing.tariffs.ocpi import read_tariff

# A few per run keep the suite quick; PRICING_EXAMPLES=2000 looks harder.
# `make mutate` wants to know that a test fails, and not by the smallest example.
examples = settings(
    max_examples=int(os.environ.get("PRICING_EXAMPLES", "25")),
    deadline=None,
    phases=tuple(Phase) if "MUTANT_UNDER_TEST" not in os.environ else (Phase.generate,),
)
ZONES = ("Europe/Amsterdam", "Europe/Lisbon", "Atlantic/Azores", "UTC")
# Around both clock changes of 2026, around new year, and on a plain day.
STARTS = ("2026-03-28T18:00", "2026-10-24T18:00", "2026-12-31T18:00", "2026-06-10T06:00")

_prices = st.decimals(min_value=0, max_value=9, places=4)
_vats = st.none() | st.sampled_from([Decimal(0), Decimal(9), Decimal(21), Decimal("5.5")])
_clock = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30]))


def _component(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    steps = st.just(1) | st.sampled_from([0, 60, 300, 1000])
    return st.fixed_dictionaries(
        {"type": st.just(kind), "price": _prices, "vat": _vats, "step_size": steps}
    )


_components = st.lists(
    st.sampled_from(["FLAT", "ENERGY", "TIME", "PARKING_TIME"]), min_size=1, max_size=4, unique=True
).flatmap(lambda kinds: st.tuples(*(_component(kind) for kind in kinds)))

_reservations = st.sampled_from([None, None, None, "RESERVATION", "RESERVATION_EXPIRES"])
_days = st.sampled_from([("2026-03-29", "2026-03-30"), ("2026-10-25", "2027-01-01"), (None, None)])


def _range(name: str, most: int, unit: int) -> st.SearchStrategy[dict[str, int]]:
    """Bounds of a restriction: both, one, or none."""
    bounds = st.lists(st.integers(0, most), min_size=2, max_size=2, unique=True).map(sorted)
    sides = st.lists(st.sampled_from([f"min_{name}", f"max_{name}"]), unique=True)
    return st.builds(
        lambda found, kept: {
            side: bound * unit
            for side, bound in zip((f"min_{name}", f"max_{name}"), found, strict=True)
            if side in kept
        },
        bounds,
        sides,
    )


@st.composite
def _elements(
    draw: st.DrawFn, ranges: tuple[str, ...], *, steps: bool, reservations: bool
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found |= {"start_time": draw(_clock), "end_time": draw(_clock)}
    if draw(st.booleans()):
        found["day_of_week"] = draw(st.lists(st.sampled_from(list(DayOfWeek)), unique=True))
    found["start_date"], found["end_date"] = draw(_days)
    limits = {"kwh": (60, 1), "duration": (20, 900), "power": (60, 1), "current": (60, 1)}
    for name in ranges:
        if draw(st.booleans()):
            found |= draw(_range(name, *limits[name]))
    if reservations:
        found["reservation"] = draw(_reservations)
    components = draw(_components)
    if not steps:
        components = tuple({**component, "step_size": 1} for component in components)
    return {"price_components": components, "restrictions": found}


@st.composite
def _limits(draw: st.DrawFn) -> dict[str, Any]:
    low, high = sorted((draw(_prices), draw(_prices)))
    sides = draw(
        st.lists(st.sampled_from(["before_taxes", "after_taxes"]), min_size=1, unique=True)
    )
    found: dict[str, Any] = {}
    if draw(st.booleans()):
        found["min_price"] = dict.fromkeys(sides, low)
    if draw(st.booleans()):
        found["max_price"] = dict.fromkeys(sides, high)
    return found


@st.composite
def tariff_bodies(
    draw: st.DrawFn,
    ranges: tuple[str, ...] = ("kwh", "duration", "power"),
    *,
    steps: bool = True,
    reservations: bool = False,
) -> dict[str, Any]:
    """The JSON of a random tariff; its elements may be restricted in these *ranges*."""
    elements = _elements(ranges, steps=steps, reservations=reservations)
    return {
        "id": "R",
        "currency": draw(st.sampled_from(["EUR", "ISK", "SEK"])),
        "tax_included": draw(st.sampled_from(["YES", "NO", "N/A"])),
        "elements": draw(st.lists(elements, min_size=1, max_size=6)),
        **draw(_limits()),
    }


@st.composite
def plans(
    draw: st.DrawFn, ranges: tuple[str, ...] = ("kwh", "duration", "power"), *, steps: bool = True
) -> Plan:
    """The plan of a random tariff."""
    tariff = read_tariff(draw(tariff_bodies(ranges, steps=steps)))
    assert [*lint_tariff(tariff)] == []
    return compile_tariff(tariff)


@st.composite
def sessions(draw: st.DrawFn) -> list[Sample]:
    """The samples of a session: even seconds and even watt-hours, so that halves are exact."""
    start = datetime.fromisoformat(draw(st.sampled_from(STARTS))).replace(tzinfo=UTC)
    second = draw(st.integers(0, 6 * 3600)) * 2
    energy = 0
    found = [Sample(start + timedelta(seconds=second), Decimal(0))]
    for _ in range(draw(st.integers(0, 12))):
        second += draw(st.sampled_from([30, 60, 900, 3600]) | st.integers(1, 9000)) * 2
        energy += draw(st.just(0) | st.integers(0, 9000)) * 2
        found.append(Sample(start + timedelta(seconds=second), Decimal(energy).scaleb(-3)))
    return found


zones = st.sampled_from(ZONES)
country_rates = st.none() | st.sampled_from([Decimal(0), Decimal(21), Decimal("25.5")])
