"""The engine against a second one that was written from the specification: the same prices."""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.pricing.tariffs.cdrs.command import price_line
from tests.pricing import oracle
from tests.pricing.strategies import STARTS, ZONES, examples, tariff_bodies

# Ten decimals are written; they may be rounded in the last one.
CLOSE = Fraction(1, 10**9)
PARTS = {
    "total_energy_cost": [("ENERGY", False)],
    "total_time_cost": [("TIME", False)],
    "total_parking_cost": [("PARKING_TIME", False)],
    "total_fixed_cost": [("FLAT", False)],
    "total_reservation_cost": [("FLAT", True), ("TIME", True)],
}

_energy = st.builds(lambda wh: Decimal(wh).scaleb(-3), st.integers(0, 30_000))
_hours = st.builds(lambda parts: Decimal(parts).scaleb(-4), st.integers(0, 30_000))
_values = st.integers(0, 70)


@st.composite
def _periods(draw: st.DrawFn, ids: list[str]) -> list[dict[str, Any]]:
    """Periods of a reservation, if there was one, then of charging and parking in any order."""
    at = datetime.fromisoformat(draw(st.sampled_from(STARTS)) + ":00+00:00")
    found = []
    reserved = draw(st.integers(0, 2))
    for number in range(reserved + draw(st.integers(0 if reserved else 1, 5))):
        length = timedelta(seconds=draw(st.sampled_from([0, 300, 3600]) | st.integers(0, 20_000)))
        volumes = _volumes(draw, length, is_reservation=number < reserved)
        found.append(
            {
                "start_date_time": at.isoformat(),
                "dimensions": [{"type": kind, "volume": one} for kind, one in volumes.items()],
                "tariff_id": draw(st.none() | st.sampled_from(ids)),
            }
        )
        at += length
    return [*found, {"end": at.isoformat()}]


def _volumes(draw: st.DrawFn, length: timedelta, *, is_reservation: bool) -> dict[str, Decimal]:
    exact = Decimal(length // timedelta(milliseconds=1)) / 3_600_000
    hours = st.just(exact.quantize(Decimal("0.0001"))) | _hours
    if is_reservation:
        return {"RESERVATION_TIME": draw(hours) + Decimal("0.0001")}
    found: dict[str, Decimal] = {}
    for kind, values in (("ENERGY", _energy), ("TIME", hours), ("PARKING_TIME", hours)):
        if draw(st.booleans()):
            found[kind] = draw(values)
    for kind in ("POWER", "CURRENT"):
        low, high = sorted((draw(_values), draw(_values)))
        sides = draw(st.sampled_from(["", "low", "high", "both"]))
        if sides in {"low", "both"}:
            found[f"MIN_{kind}"] = Decimal(low)
        if sides in {"high", "both"}:
            found[f"MAX_{kind}"] = Decimal(high)
    return found


@st.composite
def cases(draw: st.DrawFn) -> dict[str, Any]:
    """A CDR under one or two tariffs with everything that OCPI knows."""
    ranges = ("kwh", "duration", "power", "current")
    bodies = st.lists(tariff_bodies(ranges, reservations=True), min_size=1, max_size=2)
    tariffs = [{**one, "id": f"T{number}"} for number, one in enumerate(draw(bodies))]
    tariffs = [{**one, "currency": tariffs[0]["currency"]} for one in tariffs]
    *periods, end = draw(_periods([one["id"] for one in tariffs]))
    disorder = draw(st.permutations(periods)) if draw(st.booleans()) else periods
    starts = [one["start_date_time"] for one in periods]
    if len({*starts}) < len(starts):
        disorder = periods  # of two that start at once, the first one listed comes first
    return {
        "timezone": draw(st.sampled_from(ZONES)),
        "tariffs": tariffs,
        "cdr": {
            "start_date_time": starts[0],
            "end_date_time": end["end"],
            "charging_periods": disorder,
        },
    }


@examples
@given(cases())
def test_both_engines_have_the_same_prices(case: dict[str, Any]):
    """Totals before and after taxes, and the cost of each dimension."""
    found = price_line(json.dumps(case, default=str).encode())

    net, gross = oracle.total(case)
    assert abs(net - Fraction(found["total_cost"]["before_taxes"])) < CLOSE
    assert abs(gross - Fraction(found["total_cost"]["after_taxes"])) < CLOSE
    parts = oracle.by_dimension(case)
    for name, kinds in PARTS.items():
        expected = sum((parts.get(kind, Fraction(0)) for kind in kinds), Fraction(0))
        assert abs(expected - Fraction(found[name]["after_taxes"])) < CLOSE, name
