"""The worked examples of docs/reference/pricing-examples.md: each row is computed here."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.pricing.tariffs.cdrs.command import price_line
from tests.pricing.test_cdr_cases import cdr, component, element, encoded, period, tariff

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "pricing-examples.md"
SATURDAY = "2026-01-17"


class Example(NamedTuple):
    """A tariff and a session in words, and as a line of `directpay price`."""

    tariff: str
    session: str
    case: dict[str, Any]


ENERGY = element(component("ENERGY", "0.40"))
LEAST = {"before_taxes": 3, "after_taxes": Decimal("3.6")}
TWO_TIMES = [
    element(component("TIME", "3.00", 1800), end_time="17:00"),
    element(component("TIME", "4.80", 900), start_time="17:00"),
]
COMPLEX = [
    tariff(
        element(component("FLAT", "2.00")),
        element(component("TIME", "1.20", 900), max_current=32),
        element(
            component("TIME", "2.40", 600),
            min_current=32,
            day_of_week=["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
        ),
        element(component("TIME", "1.50", 600), min_current=32, day_of_week=["SATURDAY", "SUNDAY"]),
        element(
            component("PARKING_TIME", "6.00", 300),
            start_time="09:00",
            end_time="18:00",
            day_of_week=["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY"],
        ),
        element(
            component("PARKING_TIME", "7.20", 300),
            start_time="10:00",
            end_time="17:00",
            day_of_week=["SATURDAY"],
        ),
    )
]
FEE = element(component("FLAT", "5.00"), reservation="RESERVATION_EXPIRES")
DEARER = element(component("TIME", "9.00", 600), reservation="RESERVATION_EXPIRES")
RESERVED = element(component("TIME", "3.00", 600), reservation="RESERVATION")
CHARGED = element(component("FLAT", "1.00"), component("ENERGY", "0.40"))


def minutes(count: int) -> str:
    """Minutes as the hours of a CDR."""
    return str((Decimal(count) / 60).quantize(Decimal("1e-12")))


def energy(kwh: str, *elements: dict[str, Any], **fields: object) -> dict[str, Any]:
    """A session of an hour that drew these kWh."""
    return cdr([tariff(*elements, **fields)], period("10:00", ENERGY=kwh), end="11:00")


EXAMPLES = {
    "energy": Example("0.40 per kWh", "25 kWh", energy("25", ENERGY)),
    "start fee": Example(
        "1.00 per session and, at 10 % VAT, 0.30 per kWh",
        "30 kWh",
        energy("30", element(component("FLAT", "1.00"), component("ENERGY", "0.30", vat=10))),
    ),
    "minimum not reached": Example(
        "0.40 per kWh, at least 3.00 (3.60 with taxes)",
        "25 kWh",
        energy("25", ENERGY, min_price=LEAST),
    ),
    "minimum": Example(
        "0.40 per kWh, at least 3.00 (3.60 with taxes)",
        "5 kWh",
        energy("5", ENERGY, min_price=LEAST),
    ),
    "minimum of OCPI 2.2.1": Example(
        "the same in `excl_vat` and `incl_vat`",
        "5 kWh",
        energy("5", ENERGY, min_price={"excl_vat": 3, "incl_vat": Decimal("3.6")}),
    ),
    "maximum": Example(
        "1.00 per session, 0.40 per kWh, at most 15.00 (17.00 with taxes)",
        "50 kWh",
        energy("50", CHARGED, max_price={"before_taxes": 15, "after_taxes": 17}),
    ),
    "maximum not reached": Example(
        "1.00 per session, 0.40 per kWh, at most 15.00 (17.00 with taxes)",
        "20 kWh",
        energy("20", CHARGED, max_price={"before_taxes": 15, "after_taxes": 17}),
    ),
    "time and parking": Example(
        "3.60 per hour in steps of a minute, parking 6.00 per hour in steps of 10",
        "95 minutes, and 25 parked: 30",
        cdr(
            [
                tariff(
                    element(component("TIME", "3.60", 60), component("PARKING_TIME", "6.00", 600))
                )
            ],
            period("10:00", TIME=minutes(95)),
            period("11:35", PARKING_TIME=minutes(25)),
            end="12:00",
        ),
    ),
    "steps of energy that differ": Example(
        "per kWh 0.50 in steps of 4 kWh, from 12:00 0.60 in steps of 3, from 18:00 0.80 in steps "
        "of 2",
        "6 kWh before 12:00, then 2 and 5: 13 kWh are 15 by the last step, the surplus at 0.60",
        cdr(
            [
                tariff(
                    element(component("ENERGY", "0.50", 4000), end_time="12:00"),
                    element(
                        component("ENERGY", "0.60", 3000), start_time="12:00", end_time="18:00"
                    ),
                    element(component("ENERGY", "0.80", 2000), start_time="18:00"),
                )
            ],
            period("11:40", ENERGY="6"),
            period("12:00", ENERGY="2"),
            period("12:10", ENERGY="5"),
            end="12:30",
        ),
    ),
    "hours with four decimals": Example(
        "6.00 per hour in steps of 5 minutes",
        "0.0834 hours from 10:00 to 10:05: 5 minutes by the clock, not 10",
        cdr(
            [tariff(element(component("TIME", "6.00", 300)))],
            period("10:00", TIME="0.0834"),
            end="10:05",
        ),
    ),
    "time": Example(
        "3.00 per hour in steps of a minute",
        "1.75 hours",
        cdr(
            [tariff(element(component("TIME", "3.00", 60)))],
            period("10:00", TIME="1.75"),
            end="11:45",
        ),
    ),
    "taxes that nobody states, excluded": Example(
        "2.40 per hour before taxes, no rate",
        "90 minutes; after taxes is not known and shown as before",
        cdr(
            [tariff(element(component("TIME", "2.40", vat=None)), currency="CAD")],
            period("10:00", TIME="1.5"),
            end="11:30",
        ),
    ),
    "taxes that nobody states, included": Example(
        "2.52 per hour with taxes, no rate",
        "90 minutes; before taxes is not known and shown as after",
        cdr(
            [
                tariff(
                    element(component("TIME", "2.52", vat=None)),
                    currency="CAD",
                    tax_included="YES",
                )
            ],
            period("10:00", TIME="1.5"),
            end="11:30",
        ),
    ),
    "a rate with decimals": Example(
        "2.00 per hour at 5.5 % VAT",
        "90 minutes",
        cdr(
            [tariff(element({**component("TIME", "2.00"), "vat": Decimal("5.5")}))],
            period("10:00", TIME="1.5"),
            end="11:30",
        ),
    ),
    "steps of 100 Wh": Example(
        "0.30 per kWh in steps of 100 Wh",
        "10.31 kWh: 10.4",
        energy("10.31", element(component("ENERGY", "0.30", 100))),
    ),
    "another price of the day": Example(
        "0.26 per kWh in steps of 100 Wh",
        "10.31 kWh: 10.4",
        energy("10.31", element(component("ENERGY", "0.26", 100))),
    ),
    "classes of current, on a weekday": Example(
        "2.00 per session; per hour 1.20 below 32 A, from there 2.40, at weekends 1.50; parking "
        "6.00 on weekdays 09:00 to 18:00, 7.20 on Saturdays 10:00 to 17:00, in steps of 5 minutes",
        "Friday 10:00: 130 minutes at 16 A at most, and 22 parked: 25",
        cdr(
            COMPLEX,
            period("10:00", TIME=minutes(130), MAX_CURRENT="16"),
            period("12:10", PARKING_TIME=minutes(22)),
            end="12:32",
        ),
    ),
    "classes of current, on a Saturday": Example(
        "the same",
        "Saturday 13:00: 64 minutes at 40 A at least, and 33 parked: 35",
        cdr(
            COMPLEX,
            period(f"{SATURDAY}T13:00:00Z", TIME=minutes(64), MIN_CURRENT="40"),
            period(f"{SATURDAY}T14:04:00Z", PARKING_TIME=minutes(33)),
            end=f"{SATURDAY}T14:37:00Z",
        ),
    ),
    "free of charge": Example(
        "0.00 per session", "20 kWh", energy("20", element(component("FLAT", "0.00", 0)))
    ),
    "reservation": Example(
        "1.00 per session and 0.40 per kWh; reserved 3.00 per hour in steps of 10 minutes, and "
        "5.00 when it expires",
        "14 minutes reserved: 20; then 10 kWh",
        cdr(
            [tariff(FEE, RESERVED, CHARGED)],
            period("10:00", RESERVATION_TIME=minutes(14)),
            period("10:14", ENERGY="10"),
        ),
    ),
    "reservation that expires, for a fee": Example(
        "the same",
        "an hour reserved, and nobody came",
        cdr(
            [tariff(FEE, RESERVED, CHARGED)],
            period("10:00", RESERVATION_TIME="1"),
            end="11:00",
        ),
    ),
    "reservation that expires, by the hour": Example(
        "reserved 3.00 per hour, 9.00 when it expires",
        "80 minutes reserved, and nobody came",
        cdr(
            [tariff(DEARER, RESERVED, CHARGED)],
            period("10:00", RESERVATION_TIME=minutes(80)),
            end="11:20",
        ),
    ),
    "steps of time that differ": Example(
        "per hour 3.00 in steps of 30 minutes, from 17:00 4.80 in steps of 15",
        "35 minutes before 17:00 and 12 after: 47 are 60",
        cdr(
            [tariff(*TWO_TIMES)],
            period("16:25", TIME=minutes(35)),
            period("17:00", TIME=minutes(12)),
            end="17:12",
        ),
    ),
    "parking that becomes free": Example(
        "3.00 per hour and parking 6.00, both in steps of 15 minutes; parking is free from 20:00",
        "10 minutes, then 7 parked before 20:00: 15; and 30 after",
        cdr(
            [
                tariff(
                    element(component("PARKING_TIME", "6.00", 900), end_time="20:00"),
                    element(component("TIME", "3.00", 900)),
                )
            ],
            period("19:43", TIME=minutes(10)),
            period("19:53", PARKING_TIME=minutes(7)),
            period("20:00", PARKING_TIME=minutes(30)),
            end="20:30",
        ),
    ),
    "steps of 20 Wh": Example(
        "0.50 per kWh in steps of 20 Wh",
        "205.3 Wh: 220",
        energy("0.2053", element(component("ENERGY", "0.50", 20))),
    ),
    "steps of a kWh": Example(
        "0.50 per kWh in steps of 1000 Wh",
        "205.3 Wh: 1000",
        energy("0.2053", element(component("ENERGY", "0.50", 1000))),
    ),
    "energy over a change of price": Example(
        "per kWh 0.30, from 17:00 0.40, in steps of 1000 Wh",
        "3.7 kWh before 17:00 and 2.6 after: 6.3 are 7, and 3.3 of them at 0.40",
        cdr(
            [
                tariff(
                    element(component("ENERGY", "0.30", 1000), end_time="17:00"),
                    element(component("ENERGY", "0.40", 1000)),
                )
            ],
            period("16:00", ENERGY="3.7"),
            period("17:00", ENERGY="2.6"),
        ),
    ),
    "time over a change of price": Example(
        "per hour 3.00, from 17:00 6.00, in steps of 10 minutes",
        "8 minutes before 17:00 and 25 after: 33 are 40, and 32 of them at 6.00",
        cdr(
            [
                tariff(
                    element(component("TIME", "3.00", 600), end_time="17:00"),
                    element(component("TIME", "6.00", 600)),
                )
            ],
            period("16:52", TIME=minutes(8)),
            period("17:00", TIME=minutes(25)),
            end="17:25",
        ),
    ),
    "time, then parking": Example(
        "3.00 per hour and parking 6.00, both in steps of 10 minutes",
        "17 minutes, which stay 17, and 14 parked: 20",
        cdr(
            [
                tariff(
                    element(component("TIME", "3.00", 600), component("PARKING_TIME", "6.00", 600))
                )
            ],
            period("10:00", TIME=minutes(17)),
            period("10:17", PARKING_TIME=minutes(14)),
            end="10:31",
        ),
    ),
}


def rows() -> dict[str, tuple[str, ...]]:
    """The rows of the page, by their first cell."""
    cells = [
        row.strip("| ").split(" | ")
        for row in re.findall(r"^\| .*", PAGE.read_text(), re.MULTILINE)
    ]
    return {first: tuple(others) for first, *others in cells[1:]}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_row_of_the_page_is_right(name: str):
    """Both amounts of the page are those of the engine, and the words are those of the case."""
    example = EXAMPLES[name]

    found = price_line(encoded(example.case))["total_cost"]

    tariff_words, session_words, net, gross = rows()[name]
    assert (example.tariff, example.session) == (tariff_words, session_words)
    assert (Decimal(net), Decimal(gross)) == (found["before_taxes"], found["after_taxes"])


def test_the_page_has_every_example_and_no_other():
    """One for each of the published cases."""
    assert [*EXAMPLES] == [*rows()]
    assert len(EXAMPLES) == 29
