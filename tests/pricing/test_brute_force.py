"""Sessions minute by minute, each a period of its own for the slow engine: the same price."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.pricing.tariffs.engine import Sample, compile_tariff, price_samples, split_samples
from app.pricing.tariffs.model import Dimension, Tariff
from app.pricing.tariffs.ocpi import read_tariff
from tests.pricing import oracle
from tests.pricing.strategies import STARTS, examples, tariff_bodies, zones

CLOSE = Fraction(1, 10**9)
MINUTE = timedelta(minutes=1)
# 0.1 kW: below it a vehicle is idle.
IDLE = Fraction(1, 10)
# A stretch between two samples: minutes, and watt-hours a minute.
_stretches = st.lists(
    st.tuples(st.integers(1, 120), st.sampled_from([0, 0, 1, 2, 183, 367]) | st.integers(0, 1500)),
    min_size=1,
    max_size=8,
)


@st.composite
def _sessions(draw: st.DrawFn) -> list[Sample]:
    """Samples on whole minutes, of whole watt-hours a minute."""
    start = datetime.fromisoformat(draw(st.sampled_from(STARTS))).replace(tzinfo=UTC)
    minutes = energy = 0
    found = [Sample(start, oracle.kwh(0))]
    for length, gain in draw(_stretches):
        minutes += length
        energy += length * gain
        found.append(Sample(start + minutes * MINUTE, oracle.kwh(energy)))
    return found


def _minutes(rows: list[Sample], *, prices_parking: bool) -> list[dict[str, Any]]:
    """A period a minute, with its energy, its time of charging or parking, and its power."""
    found = []
    for before, after in pairwise(rows):
        length = (after.at - before.at) // MINUTE
        energy = Fraction(after.energy_kwh - before.energy_kwh) / length
        idle = prices_parking and energy * 60 < IDLE
        volumes = {
            "ENERGY": energy,
            "PARKING_TIME" if idle else "TIME": Fraction(1, 60),
            "MIN_POWER": energy * 60,
            "MAX_POWER": energy * 60,
        }
        found += [
            {
                "start_date_time": (before.at + number * MINUTE).isoformat(),
                "dimensions": [{"type": kind, "volume": one} for kind, one in volumes.items()],
            }
            for number in range(length)
        ]
    return found


def _prices_parking(tariff: Tariff) -> bool:
    kinds = {one.type for element in tariff.elements for one in element.price_components}
    return Dimension.PARKING_TIME in kinds


@examples
@given(tariff_bodies(("duration", "power")), _sessions(), zones)
def test_a_session_costs_what_its_minutes_cost(body: dict[str, Any], rows: list[Sample], zone: str):
    """Split by the fast engine or cut into minutes for the slow one: the same to a billionth."""
    tariff = read_tariff(body)
    found = price_samples(compile_tariff(tariff), rows, zone, rows[-1].at, None)

    case = {
        "timezone": zone,
        "tariffs": [body],
        "cdr": {
            "end_date_time": rows[-1].at.isoformat(),
            "charging_periods": _minutes(rows, prices_parking=_prices_parking(tariff)),
        },
    }
    net, gross = oracle.total(case)
    assert abs(net - found.exact.net) < CLOSE
    assert abs(gross - found.exact.gross) < CLOSE


@examples
@given(tariff_bodies(("duration", "power", "kwh")), _sessions(), zones)
def test_the_periods_of_a_session_are_all_of_it(
    body: dict[str, Any], rows: list[Sample], zone: str
):
    """They start with it, follow one another without gaps, and hold all its energy and time."""
    periods = split_samples(compile_tariff(read_tariff(body)), rows, zone)

    assert rows[0].at == periods[0].start
    assert rows[-1].energy_kwh == sum(one.energy_kwh or 0 for one in periods)
    lengths = [(one.time or timedelta()) + (one.parking or timedelta()) for one in periods]
    ends = [*(one.start for one in periods[1:]), rows[-1].at]
    assert [one.start + length for one, length in zip(periods, lengths, strict=True)] == ends
