"""Samples between which nothing changes are passed over: every way a session can go, both ways."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import product

import pytest

from app.pricing.tariffs.engine import LiveMeter, Plan, Sample, price_samples
from tests.pricing.builders import AMSTERDAM, VAT, at, element, plan, price

START = at("2026-01-15T21:15")  # 22:15 in Amsterdam
# Gains in kWh between two samples: nothing, idle, idle though power is asked for, slow, fast.
GAINS = ("0", "0.02", "0.02!", "1", "15")
# Minutes of the samples: regular, irregular, and two at the same time.
CLOCKS = ((15, 30, 45, 60), (5, 30, 31, 90), (15, 15, 45, 75))
TARIFFS = {
    "by the clock": plan(
        element(price("ENERGY", "0.25"), start_time="23:00"), element(price("ENERGY", "0.45"))
    ),
    "by energy": plan(
        element(price("ENERGY", "0.10"), max_kwh=1),
        element(price("ENERGY", "0.20"), price("TIME", "1.00"), max_kwh=16),
        element(price("ENERGY", "0.40"), price("TIME", "2.00")),
    ),
    "by power": plan(
        element(price("ENERGY", "0.30"), max_power=11),
        element(price("ENERGY", "0.40"), max_power=50),
        element(price("ENERGY", "0.60")),
    ),
    "by parking": plan(element(price("TIME", "1.20"), price("PARKING_TIME", "6.00"))),
    "by power, parking and duration": plan(
        element(price("PARKING_TIME", "6.00"), min_duration=1800),
        element(price("ENERGY", "0.30"), price("TIME", "0.60"), max_power=11),
        element(price("ENERGY", "0.60"), price("TIME", "1.20")),
    ),
}


def sessions() -> Iterator[list[Sample]]:
    """Every session of four stretches."""
    for clock, gains in product(CLOCKS, product(GAINS, repeat=4)):
        energy = Decimal(0)
        found = [Sample(START, energy)]
        for minute, gain in zip(clock, gains, strict=True):
            energy += Decimal(gain.rstrip("!"))
            asks = True if gain.endswith("!") else None
            when = START + timedelta(minutes=minute)
            found.append(Sample(when, energy, requesting=asks))
        yield found


@pytest.mark.parametrize("name", TARIFFS)
def test_a_session_costs_the_same_at_once_and_sample_by_sample(name: str):
    """Lines, amounts and notes of 1,875 sessions."""
    found: Plan = TARIFFS[name]

    for rows in sessions():
        meter = LiveMeter(found, START, AMSTERDAM, VAT)
        for sample in rows:
            meter.feed(sample)
        assert meter.priced() == price_samples(found, rows, AMSTERDAM, rows[-1].at, VAT), rows


@pytest.mark.parametrize("name", TARIFFS)
def test_a_straight_way_costs_the_same_without_the_samples_on_it(name: str):
    """Nothing that lies before a sample to which the way is straight has to be taken."""
    found: Plan = TARIFFS[name]
    left_out = 0

    for start, *rows in sessions():
        meter = LiveMeter(found, START, AMSTERDAM, VAT)
        for first in (0, 2):
            earlier, last = rows[first : first + 2]
            if meter.is_straight_to(last):
                left_out += 1
            else:
                meter.take(earlier)
            meter.take(last)
        expected = price_samples(found, [start, *rows], AMSTERDAM, rows[-1].at, VAT)
        assert expected == meter.priced(), rows
    # Where the power decides, every sample says something.
    assert ("by p" not in name) == (left_out > 0)
