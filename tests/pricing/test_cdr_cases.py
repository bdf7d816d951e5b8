"""CDRs of others, one per rule; what each costs was worked out by hand, in the comment there."""

import json
from decimal import Decimal
from typing import Any

import pytest

from app.pricing.tariffs.cdrs.command import price_line

Case = tuple[dict[str, Any], str, str, list[str]]
DAY = "2026-01-16"  # a Friday


def component(kind: str, price: str, step: int = 1, vat: int | None = 20) -> dict[str, Any]:
    """A price component at 20 % VAT."""
    found = {"type": kind, "price": Decimal(price), "step_size": step}
    return found if vat is None else {**found, "vat": vat}


def element(*components: dict[str, Any], **restrictions: object) -> dict[str, Any]:
    """An element under these restrictions."""
    return {"price_components": list(components), "restrictions": restrictions}


def tariff(*elements: dict[str, Any], **fields: object) -> dict[str, Any]:
    """A tariff whose prices exclude VAT."""
    return {"id": "T", "currency": "EUR", "tax_included": "NO", "elements": elements, **fields}


def period(at: str, *, tariff_id: str | None = None, **volumes: str) -> dict[str, Any]:
    """A period that starts at HH:MM of the day, with its volumes."""
    dimensions = [{"type": kind, "volume": Decimal(one)} for kind, one in volumes.items()]
    start = at if "T" in at else f"{DAY}T{at}:00Z"
    return {"start_date_time": start, "dimensions": dimensions, "tariff_id": tariff_id}


def cdr(given: list[dict[str, Any]], *periods: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A case: these periods, until 20:00 unless *end* says otherwise."""
    end, zone = fields.pop("end", "20:00"), fields.pop("zone", "UTC")
    return {
        "name": "case",
        "timezone": zone,
        "tariffs": given,
        "cdr": {
            "start_date_time": periods[0]["start_date_time"],
            "end_date_time": end if "T" in end else f"{DAY}T{end}:00Z",
            "charging_periods": periods,
            **fields,
        },
    }


ENERGY = element(component("ENERGY", "0.50"))
SLOW = element(component("ENERGY", "0.30"))
PARKING = element(component("TIME", "6.00", 300), component("PARKING_TIME", "12.00", 600))
RESERVED = element(
    component("FLAT", "2.00"), component("TIME", "6.00", 600), reservation="RESERVATION"
)
EXPIRED = element(component("TIME", "9.00", 600), reservation="RESERVATION_EXPIRES")
START_FEE = element(component("FLAT", "1.00"))


def clock(start: str | None, end: str | None, **more: object) -> list[dict[str, Any]]:
    """A tariff that costs 0.50 in a window and 0.30 outside."""
    window = {
        name: time for name, time in (("start_time", start), ("end_time", end)) if time is not None
    }
    return [tariff(element(component("ENERGY", "0.50"), **window, **more), SLOW)]


def power(**restrictions: object) -> list[dict[str, Any]]:
    """A tariff that costs 0.50 under a restriction and 0.30 otherwise."""
    return [tariff(element(component("ENERGY", "0.50"), **restrictions), SLOW)]


# name: case, net, gross, notes. VAT is 20 % unless the comment says otherwise.
CASES: dict[str, Case] = {
    # 10 x 0.50
    "energy": (cdr([tariff(ENERGY)], period("10:00", ENERGY="10")), "5", "6", []),
    # 10.0001 kWh are 10001 steps of a Wh: 10.001 x 0.50
    "a step of 1 Wh": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="10.0001")),
        "5.0005",
        "6.0006",
        [],
    ),
    # A step of 0 is none: 10.0001 x 0.50
    "a step of 0": (
        cdr(
            [tariff(element(component("ENERGY", "0.50", 0)))],
            period("10:00", ENERGY="10.0001"),
        ),
        "5.00005",
        "6.00006",
        [],
    ),
    # --- which component
    # The first element that holds and has the dimension: 10 x 0.50, and the fee of the second.
    "the first element per dimension": (
        cdr(
            [tariff(ENERGY, element(component("ENERGY", "0.30"), component("FLAT", "1.00")))],
            period("10:00", ENERGY="10"),
        ),
        "6",
        "7.2",
        [],
    ),
    # A dimension that is priced twice in an element: the first counts. 10 x 0.50
    "the first of two prices": (
        cdr(
            [tariff(element(component("ENERGY", "0.50"), component("ENERGY", "0.90")))],
            period("10:00", ENERGY="10"),
        ),
        "5",
        "6",
        [],
    ),
    # --- the clock: start included, end excluded
    "the start of a window is in it": (
        cdr(clock("10:00", "12:00"), period("10:00", ENERGY="10")),
        "5",
        "6",
        ["period_spans_price_change"],
    ),
    "the end of a window is not": (
        cdr(clock("10:00", "12:00"), period("12:00", ENERGY="10")),
        "3",
        "3.6",
        [],
    ),
    "a window over midnight, after it": (
        cdr(clock("22:00", "06:00"), period("05:59", ENERGY="10"), end="06:00"),
        "5",
        "6",
        [],
    ),
    "a window over midnight, outside": (
        cdr(clock("22:00", "06:00"), period("06:00", ENERGY="10")),
        "3",
        "3.6",
        [],
    ),
    "equal times are the whole day": (
        cdr(clock("08:00", "08:00"), period("03:00", ENERGY="10")),
        "5",
        "6",
        [],
    ),
    "midnight to midnight is the whole day": (
        cdr(clock("00:00", "00:00"), period("03:00", ENERGY="10")),
        "5",
        "6",
        [],
    ),
    "an end at midnight alone is the end of the day": (
        cdr(clock(None, "00:00"), period("03:00", ENERGY="10")),
        "5",
        "6",
        [],
    ),
    "22:00 to 00:00 is the late evening": (
        cdr(
            clock("22:00", "00:00"),
            period("01:00", ENERGY="10"),
            period("22:30", ENERGY="10"),
            end="23:00",
        ),
        "8",  # 10 x 0.30 + 10 x 0.50; the first period lies before 22:00 at its start
        "9.6",
        ["period_spans_price_change"],
    ),
    # Friday 22:00-06:00 ends with Friday: Saturday 02:00 costs 0.30.
    "a weekday is that of the instant": (
        cdr(
            clock("22:00", "06:00", day_of_week=["FRIDAY"]),
            period("2026-01-17T02:00:00Z", ENERGY="10"),
            end="2026-01-17T03:00:00Z",
        ),
        "3",
        "3.6",
        [],
    ),
    "a weekday in the evening": (
        cdr(
            clock("22:00", "06:00", day_of_week=["FRIDAY"]),
            period("23:00", ENERGY="10"),
            end="23:30",
        ),
        "5",
        "6",
        [],
    ),
    "the end date is excluded": (
        cdr(
            clock(None, None, start_date="2026-01-10", end_date=DAY),
            period("10:00", ENERGY="10"),
        ),
        "3",
        "3.6",
        [],
    ),
    "the start date is included": (
        cdr(
            clock(None, None, start_date=DAY, end_date="2026-01-17"),
            period("10:00", ENERGY="10"),
        ),
        "5",
        "6",
        [],
    ),
    # 10:30 UTC is 11:30 in Amsterdam: within 11:00 to 12:00.
    "times are local": (
        cdr(
            clock("11:00", "12:00"),
            period("10:30", ENERGY="10"),
            end="11:00",
            zone="Europe/Amsterdam",
        ),
        "5",
        "6",
        [],
    ),
    # On 2026-10-25 02:30 comes twice in Amsterdam: 00:30 and 01:30 UTC. Both are in the window.
    "an hour that comes twice": (
        cdr(
            clock("02:00", "03:00"),
            period("2026-10-25T00:30:00Z", ENERGY="10"),
            period("2026-10-25T01:30:00Z", ENERGY="10"),
            end="2026-10-25T02:00:00Z",
            zone="Europe/Amsterdam",
        ),
        "10",
        "12",
        [],
    ),
    # On 2026-03-29 02:00 to 03:00 does not exist: 01:00 UTC is 03:00.
    "an hour that does not exist": (
        cdr(
            clock("02:00", "03:00"),
            period("2026-03-29T00:59:00Z", ENERGY="10"),
            period("2026-03-29T01:00:00Z", ENERGY="10"),
            end="2026-03-29T01:30:00Z",
            zone="Europe/Amsterdam",
        ),
        "6",
        "7.2",
        [],
    ),
    # The whole period at its first price: 20 x 0.50
    "a period over a price change": (
        cdr(clock("10:00", "12:00"), period("11:00", ENERGY="20"), end="13:00"),
        "10",
        "12",
        ["period_spans_price_change"],
    ),
    # --- energy and duration
    # The first 10 kWh end at the second period: 10 x 0.50 + 5 x 0.30
    "a limit of energy": (
        cdr(
            [tariff(element(component("ENERGY", "0.50"), max_kwh=10), SLOW)],
            period("10:00", ENERGY="10"),
            period("11:00", ENERGY="5"),
        ),
        "6.5",
        "7.8",
        [],
    ),
    # From 10 kWh on, included: 10 x 0.30 + 5 x 0.50
    "from an energy on": (
        cdr(
            [tariff(element(component("ENERGY", "0.50"), min_kwh=10), SLOW)],
            period("10:00", ENERGY="10"),
            period("11:00", ENERGY="5"),
        ),
        "5.5",
        "6.6",
        [],
    ),
    # The second period starts after 3600 s, which max_duration excludes: 10 x 0.50 + 5 x 0.30
    "a limit of duration": (
        cdr(
            [tariff(element(component("ENERGY", "0.50"), max_duration=3600), SLOW)],
            period("10:00", ENERGY="10"),
            period("11:00", ENERGY="5"),
        ),
        "6.5",
        "7.8",
        [],
    ),
    # --- power and current
    "min_power looks at the highest power": (
        cdr(power(min_power=32), period("10:00", ENERGY="10", MIN_POWER="20", MAX_POWER="40")),
        "5",
        "6",
        [],
    ),
    "max_power looks at the lowest power": (
        cdr(power(max_power=32), period("10:00", ENERGY="10", MIN_POWER="20", MAX_POWER="40")),
        "5",
        "6",
        [],
    ),
    "max_power is excluded": (
        cdr(power(max_power=32), period("10:00", ENERGY="10", MIN_POWER="32", MAX_POWER="40")),
        "3",
        "3.6",
        [],
    ),
    # 20 kWh in half an hour are 40 kW: 20 x 0.50
    "a power that is not stated is the average": (
        cdr(power(min_power=32), period("10:00", ENERGY="20"), end="10:30"),
        "10",
        "12",
        [],
    ),
    # Its lowest power is not stated either: the average of 20 kW is below 32.
    "a lowest power that is not stated is the average": (
        cdr(power(max_power=32), period("10:00", ENERGY="10", MAX_POWER="50"), end="10:30"),
        "5",
        "6",
        [],
    ),
    "a current that is not stated holds": (
        cdr(power(min_current=16), period("10:00", ENERGY="10")),
        "5",
        "6",
        ["current_unknown"],
    ),
    "a minimum of 43 A": (
        cdr(
            power(min_current=43), period("10:00", ENERGY="10", MIN_CURRENT="20", MAX_CURRENT="43")
        ),
        "5",
        "6",
        [],
    ),
    # --- fixed prices
    "FLAT is due once": (
        cdr([tariff(START_FEE, ENERGY)], period("10:00", ENERGY="5"), period("11:00", ENERGY="5")),
        "6",
        "7.2",
        [],
    ),
    # The fee of the morning is the first that becomes active; that of the afternoon is not due.
    "only the first FLAT": (
        cdr(
            [
                tariff(
                    element(component("FLAT", "1.00"), end_time="12:00"),
                    element(component("FLAT", "3.00")),
                )
            ],
            period("11:00", ENERGY="5"),
            period("13:00", ENERGY="5"),
        ),
        "1",
        "1.2",
        ["period_spans_price_change"],
    ),
    # --- steps
    # 3.2 + 2.1 = 5.3 kWh, rounded to 5.5 by the last step; the surplus at 0.30: 1.60 + 0.69
    "the step of the last price, on the total": (
        cdr(
            [
                tariff(
                    element(component("ENERGY", "0.50", 1000), max_kwh=3),
                    element(component("ENERGY", "0.30", 500)),
                )
            ],
            period("10:00", ENERGY="3.2"),
            period("11:00", ENERGY="2.1"),
        ),
        "2.29",
        "2.748",
        ["period_spans_price_change"],
    ),
    # Free after 3 kWh: only 3.2 kWh count, rounded to 4 x 0.50.
    "energy that is free does not count for the step": (
        cdr(
            [tariff(element(component("ENERGY", "0.50", 1000), max_kwh=3))],
            period("10:00", ENERGY="3.2"),
            period("11:00", ENERGY="2.1"),
        ),
        "2",
        "2.4",
        ["period_spans_price_change"],
    ),
    # 21 min are 25 with steps of 5: 25 x 0.10
    "the step of time": (
        cdr([tariff(PARKING)], period("10:00", TIME="0.35"), end="10:21"),
        "2.5",
        "3",
        [],
    ),
    # 21 min as they are, 16 of parking rounded to 20: 2.10 + 20 x 0.20
    "only parking is rounded up beside time": (
        cdr(
            [tariff(PARKING)],
            period("10:00", TIME="0.35"),
            period("10:21", PARKING_TIME="0.266666666666667"),
            end="10:37",
        ),
        "6.1",
        "7.32",
        [],
    ),
    # 0.0834 h are 5 minutes by the clock: 5 x 0.10, not 10
    "hours of four decimals": (
        cdr([tariff(PARKING)], period("10:00", TIME="0.0834"), end="10:05"),
        "0.5",
        "0.6",
        ["time_snapped"],
    ),
    # 0.1 h are 6 minutes, whatever the clock says: 10 x 0.10
    "hours that differ from the clock": (
        cdr([tariff(PARKING)], period("10:00", TIME="0.1"), end="10:05"),
        "1",
        "1.2",
        [],
    ),
    "no time is stated": (
        cdr([tariff(PARKING)], period("10:00", ENERGY="10"), end="11:00"),
        "0",
        "0",
        ["time_not_stated"],
    ),
    # 5.5 x 0.50, given back
    "energy fed back": (
        cdr([tariff(element(component("ENERGY", "0.50", 1000)))], period("10:00", ENERGY="-5.5")),
        "-2.75",
        "-3.3",
        [],
    ),
    # --- limits
    "a maximum": (
        cdr(
            [tariff(ENERGY, max_price={"before_taxes": 4, "after_taxes": Decimal("4.8")})],
            period("10:00", ENERGY="10"),
        ),
        "4",
        "4.8",
        [],
    ),
    # Each side for itself: 5.00 stays, 6.00 is cut to 5.50
    "a maximum that only the gross exceeds": (
        cdr(
            [tariff(ENERGY, max_price={"before_taxes": 9, "after_taxes": Decimal("5.5")})],
            period("10:00", ENERGY="10"),
        ),
        "5",
        "5.5",
        [],
    ),
    # 10 x 0.50 at 20 % and a fee of 1.00 at 10 %: 6.00 and 7.10; the taxes follow 3.00 / 6.00
    "a maximum before taxes scales the taxes": (
        cdr(
            [
                tariff(
                    element(component("ENERGY", "0.50"), component("FLAT", "1.00", vat=10)),
                    max_price={"before_taxes": 3},
                )
            ],
            period("10:00", ENERGY="10"),
        ),
        "3",
        "3.55",
        [],
    ),
    # The same, stated after taxes: 3.00 x 6.00 / 7.10 before them
    "a maximum after taxes scales the base": (
        cdr(
            [
                tariff(
                    element(component("ENERGY", "0.50"), component("FLAT", "1.00", vat=10)),
                    max_price={"after_taxes": Decimal("3.55")},
                )
            ],
            period("10:00", ENERGY="10"),
        ),
        "3",
        "3.55",
        [],
    ),
    "a minimum, in the words of 2.2.1": (
        cdr(
            [tariff(ENERGY, min_price={"excl_vat": 8, "incl_vat": Decimal("9.6")})],
            period("10:00", ENERGY="10"),
        ),
        "8",
        "9.6",
        [],
    ),
    # Nothing was used: 8.00, and the 20 % of the tariff
    "a minimum on nothing": (
        cdr([tariff(ENERGY, min_price={"before_taxes": 8})], period("10:00", TIME="1")),
        "8",
        "9.6",
        [],
    ),
    # --- taxes
    # 0.60 incl. 20 %: 6.00, of which 5.00 before taxes
    "prices that include taxes": (
        cdr(
            [tariff(element(component("ENERGY", "0.60")), tax_included="YES")],
            period("10:00", ENERGY="10"),
        ),
        "5",
        "6",
        [],
    ),
    "no taxes apply": (
        cdr([tariff(ENERGY, tax_included="N/A")], period("10:00", ENERGY="10")),
        "5",
        "5",
        [],
    ),
    "no rate is stated": (
        cdr(
            [tariff(element(component("ENERGY", "0.50", vat=None)))],
            period("10:00", ENERGY="10"),
        ),
        "5",
        "5",
        ["tax_rate_unknown"],
    ),
    "2.2.1 has no tax_included": (
        cdr(
            [{"id": "T", "currency": "EUR", "elements": [ENERGY]}],
            period("10:00", ENERGY="10"),
        ),
        "5",
        "6",
        [],
    ),
    # --- reservations
    # 22 min are 30 with steps of 10: 2.00 + 3.00, then 1.00 + 10 x 0.50
    "a reservation and its session": (
        cdr(
            [tariff(RESERVED, START_FEE, ENERGY)],
            period("10:00", RESERVATION_TIME="0.366666666666667"),
            period("10:22", ENERGY="10"),
        ),
        "11",
        "13.2",
        [],
    ),
    # Nobody came: an hour at 9.00 instead of 6.00, the fee of the reservation stays
    "a reservation that expired": (
        cdr(
            [tariff(RESERVED, EXPIRED, START_FEE, ENERGY)],
            period("10:00", RESERVATION_TIME="1"),
            end="11:00",
        ),
        "11",
        "13.2",
        [],
    ),
    # The car came: the price of an expired reservation is none of its business. 2.00 + 6.00 + 1.00
    "a reservation that was used": (
        cdr(
            [tariff(RESERVED, EXPIRED, START_FEE)],
            period("10:00", RESERVATION_TIME="1"),
            period("11:00", ENERGY="1"),
        ),
        "9",
        "10.8",
        [],
    ),
    # Half an hour of grace counts from 10:30, when charging began.
    "duration counts from charging": (
        cdr(
            [tariff(element(component("ENERGY", "0.50"), min_duration=1800))],
            period("10:00", RESERVATION_TIME="0.5"),
            period("10:30", ENERGY="10"),
            period("11:00", ENERGY="10"),
        ),
        "5",
        "6",
        [],
    ),
    "a reservation that has no price": (
        cdr([tariff(ENERGY)], period("10:00", RESERVATION_TIME="1"), end="11:00"),
        "0",
        "0",
        [],
    ),
    # --- several tariffs
    # 10 x 0.50 + 10 x 0.30, limited by the first one to 6.00
    "each period has its tariff, the first its limits": (
        cdr(
            [
                tariff(ENERGY, id="A", max_price={"before_taxes": 6}),
                tariff(SLOW, id="B", max_price={"before_taxes": 1}),
            ],
            period("10:00", ENERGY="10", tariff_id="A"),
            period("11:00", ENERGY="10", tariff_id="B"),
        ),
        "6",
        "7.2",
        [],
    ),
    # A fee per session, not per tariff: 1.00 + 5.00 + 5.00
    "one fee, though two tariffs have it": (
        cdr(
            [tariff(START_FEE, ENERGY, id="A"), tariff(START_FEE, ENERGY, id="B")],
            period("10:00", ENERGY="10", tariff_id="A"),
            period("11:00", ENERGY="10", tariff_id="b"),
        ),
        "11",
        "13.2",
        [],
    ),
    # The first has ended, the second holds: 10 x 0.30
    "the first tariff that is valid": (
        cdr(
            [tariff(ENERGY, id="A", end_date_time=f"{DAY}T10:00:00Z"), tariff(SLOW, id="B")],
            period("10:00", ENERGY="10"),
        ),
        "3",
        "3.6",
        [],
    ),
    # Two versions of one tariff: each period has the one that is valid then.
    "versions of one tariff": (
        cdr(
            [
                tariff(ENERGY, end_date_time=f"{DAY}T11:00:00Z"),
                tariff(SLOW, start_date_time=f"{DAY}T11:00:00Z"),
            ],
            period("10:00", ENERGY="10", tariff_id="T"),
            period("11:00", ENERGY="10", tariff_id="T"),
        ),
        "8",
        "9.6",
        [],
    ),
    "no tariff is valid": (
        cdr([tariff(ENERGY, start_date_time="2027-01-01T00:00:00Z")], period("10:00", ENERGY="10")),
        "5",
        "6",
        ["tariff_not_valid"],
    ),
    "a tariff that is not there": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="10", tariff_id="OTHER")),
        "5",
        "6",
        ["tariff_unknown"],
    ),
    "the tariff of the CDR itself": (
        cdr([], period("10:00", ENERGY="10"), tariffs=[tariff(ENERGY)]),
        "5",
        "6",
        [],
    ),
    # --- credits
    "a credit takes everything back": (
        cdr(
            [tariff(START_FEE, ENERGY, max_price={"before_taxes": 4})],
            period("10:00", ENERGY="10"),
            credit=True,
            credit_reference_id="C1",
        ),
        "-4",
        "-4.8",
        [],
    ),
    "a credit whose volumes are negative": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="-10"), credit=True),
        "-5",
        "-6",
        [],
    ),
    # --- what others send
    "an instant with an offset": (
        cdr(
            clock("10:00", "11:00"),
            period(f"{DAY}T11:30:00+01:00", ENERGY="10"),
            end=f"{DAY}T11:45:00+01:00",
        ),
        "5",
        "6",
        [],
    ),
    "an instant without a zone": (
        cdr(
            clock("10:00", "11:00"),
            period(f"{DAY}T10:30:00", ENERGY="10"),
            end=f"{DAY}T10:45:00",
        ),
        "5",
        "6",
        [],
    ),
    "dimensions that have no price": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="10", STATE_OF_CHARGE="80", CURRENT="16")),
        "5",
        "6",
        [],
    ),
    "totals that make no sense do not matter": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="10"), total_cost=7, total_time="long"),
        "5",
        "6",
        [],
    ),
    "another currency than the tariff": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="10"), currency="SEK"),
        "5",
        "6",
        ["currency_differs"],
    ),
    "periods out of order": (
        cdr([tariff(ENERGY)], period("11:00", ENERGY="5"), period("10:00", ENERGY="5")),
        "5",
        "6",
        ["periods_out_of_order", "period_outside_session"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_cdr_has_the_price_worked_out_by_hand(name: str):
    """Both totals, the notes, and lines that add up to the totals."""
    case, net, gross, notes = CASES[name]

    found = price_line(encoded(case))

    total = found["total_cost"]
    assert (Decimal(net), Decimal(gross)) == (total["before_taxes"], total["after_taxes"])
    assert notes == found["notes"]
    for side in ("before_taxes", "after_taxes"):
        assert total[side] == sum(line[side] for line in found["lines"])


def test_lines_name_the_tariff_they_come_from():
    """With several tariffs in a CDR every line says which one it is of."""
    case, *_ = CASES["each period has its tariff, the first its limits"]

    found = price_line(encoded(case))

    assert [("A", "ENERGY"), ("B", "ENERGY"), ("A", "MAX_PRICE")] == [
        (line["tariff_id"], line["type"]) for line in found["lines"]
    ]


def test_a_reservation_has_its_own_total():
    """2.00 + 3.00 of the reservation; the fee of charging is a fixed cost."""
    case, *_ = CASES["a reservation and its session"]

    found = price_line(encoded(case))

    assert [Decimal(5), Decimal(1), Decimal(5), Decimal(0)] == [
        found[f"total_{part}_cost"]["before_taxes"]
        for part in ("reservation", "fixed", "energy", "time")
    ]


def encoded(case: dict[str, Any]) -> bytes:
    """The case as a line of JSON."""
    return json.dumps(case, default=_number).encode()


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)
