"""Reading a CDR span by span: what adding it up at once would hide, and where prices may change."""

from decimal import Decimal
from typing import Any

import pytest

from app.pricing.tariffs.cdrs.command import price_line
from app.pricing.tariffs.compiled.policy import Policy
from app.pricing.tariffs.engine import Period, compile_tariff, periods, price_periods
from app.pricing.tariffs.errors import EnergyFedBack
from tests.pricing import test_cdr_cases, test_cdr_oddities, test_foreign
from tests.pricing.builders import at, price
from tests.pricing.builders import element as included
from tests.pricing.builders import tariff as inclusive
from tests.pricing.test_cdr_cases import Case, cdr, component, element, encoded, period, tariff

CASES = test_cdr_cases.CASES | test_cdr_oddities.CASES | test_foreign.CASES


@pytest.mark.parametrize("name", CASES)
def test_reading_each_span_says_the_same(name: str, monkeypatch: pytest.MonkeyPatch):
    """Every case once more, with nothing added up at once."""
    monkeypatch.setattr(periods, "steady_tally", lambda *_: None)
    case, net, gross, notes = CASES[name]

    found = price_line(encoded(case))

    total = found["total_cost"]
    assert (Decimal(net), Decimal(gross)) == (total["before_taxes"], total["after_taxes"])
    assert notes == found["notes"]


NEVER_BEGINS = element(component("ENERGY", "9.00"), start_time="11:00")
HELD = component("TIME", "6.00")
# name: case, net, gross, notes. VAT is 20 %.
READ: dict[str, Case] = {
    # At 11:00 2 of 4 kWh have flowed: the first 5 cost 0.30 then, too, and nothing changes.
    "a band of energy goes on over a change of the clock": (
        cdr(
            [
                tariff(
                    element(component("ENERGY", "0.30"), max_kwh=5),
                    element(component("ENERGY", "0.10")),
                    NEVER_BEGINS,
                )
            ],
            period("10:00", ENERGY="4"),
            end="12:00",
        ),
        "1.2",
        "1.44",
        [],
    ),
    # At 11:00 an hour of three has passed.
    "a limit of duration goes on over a change of the clock": (
        cdr(
            [
                tariff(
                    element(component("ENERGY", "0.30"), max_duration=10800),
                    element(component("ENERGY", "0.10")),
                    NEVER_BEGINS,
                )
            ],
            period("10:00", ENERGY="4"),
            end="12:00",
        ),
        "1.2",
        "1.44",
        [],
    ),
    # Charging becomes dearer at 11:00, the reservation does not.
    "a reservation over a change of the prices of charging": (
        cdr(
            [
                tariff(
                    element(HELD, reservation="RESERVATION"),
                    element(component("ENERGY", "0.50"), start_time="11:00"),
                    element(component("ENERGY", "0.30")),
                )
            ],
            period("10:30", RESERVATION_TIME="1"),
            period("11:30", ENERGY="10"),
            end="12:00",
        ),
        "11",
        "13.2",
        [],
    ),
    # The reservation does, and is priced as it starts.
    "a reservation over a change of its own price": (
        cdr(
            [
                tariff(
                    element(HELD, reservation="RESERVATION", end_time="11:00"),
                    element(component("ENERGY", "0.50")),
                )
            ],
            period("10:30", RESERVATION_TIME="1"),
            period("11:30", ENERGY="10"),
            end="12:00",
        ),
        "11",
        "13.2",
        ["period_spans_price_change"],
    ),
    # Its duration counts from its own start: the second half hour costs 3.00
    "a reservation that is free at first": (
        cdr(
            [tariff(element(HELD, reservation="RESERVATION", min_duration=1800))],
            period("10:00", RESERVATION_TIME="0.5"),
            period("10:30", RESERVATION_TIME="0.5"),
            period("11:00", ENERGY="10"),
            end="12:00",
        ),
        "3",
        "3.6",
        [],
    ),
    # 0.0834 h are 300.24 s, and the clock says 5 minutes: 0.50
    "a reservation of hours with four decimals": (
        cdr(
            [tariff(element(HELD, reservation="RESERVATION"))],
            period("10:00", RESERVATION_TIME="0.0834"),
            period("10:05", ENERGY="1"),
            end="11:00",
        ),
        "0.5",
        "0.6",
        ["time_snapped"],
    ),
    # Two periods of parking before, under a price that changes at 20:00: an hour at 12.00
    "parking in several periods": (
        cdr(
            [
                tariff(
                    element(component("PARKING_TIME", "12.00"), end_time="20:00"),
                    element(component("PARKING_TIME", "6.00")),
                )
            ],
            period("19:00", PARKING_TIME="0.333333333"),
            period("19:20", PARKING_TIME="0.666666667"),
            period("20:00", PARKING_TIME="0.5"),
            end="20:30",
        ),
        "15",
        "18",
        ["time_snapped"],
    ),
}


@pytest.mark.parametrize("name", READ)
def test_a_span_is_read_where_it_stands(name: str):
    """Both totals and the notes."""
    case, net, gross, notes = READ[name]

    found = price_line(encoded(case))

    total = found["total_cost"]
    assert (Decimal(net), Decimal(gross)) == (total["before_taxes"], total["after_taxes"])
    assert notes == found["notes"]


def refusing(*volumes: str) -> Any:
    """The price of these kWh, an hour each, where energy may not go back."""
    found = compile_tariff(
        inclusive(included(price("ENERGY", "0.50"))), Policy(takes_energy_back=False)
    )
    rows = [
        Period(at(f"2026-01-16T{10 + number}:00"), energy_kwh=Decimal(volume))
        for number, volume in enumerate(volumes)
    ]
    return price_periods(found, rows, "UTC", at("2026-01-16T20:00"), None)


def test_energy_that_flows_forth_is_priced_where_it_may_not_go_back():
    """10 kWh, none, and a nano-kilowatt-hour."""
    assert Decimal(5) == refusing("10", "0", "0.000000001").gross.as_decimal()


def test_energy_that_goes_back_is_refused_with_how_much_it_is():
    """A period of 10 kWh, and one that gives 2 of them back."""
    with pytest.raises(EnergyFedBack, match=r"^a period gives energy back$") as wrong:
        refusing("10", "-2")

    assert Decimal(-2) == wrong.value.facts["kwh"]
