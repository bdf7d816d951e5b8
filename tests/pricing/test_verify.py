"""CDRs of partners are worked out again, and every difference is named."""

import json
from typing import Any

import msgspec
import pytest

from app.pricing.tariffs.cdrs.command import plans_in
from app.pricing.tariffs.cdrs.model import StatedCdr
from app.pricing.tariffs.cdrs.verify import verify

TARIFF = {
    "id": "T",
    "currency": "EUR",
    "elements": [{"price_components": [{"type": "ENERGY", "price": 0.5, "vat": 20}]}],
}
PERIOD = {
    "start_date_time": "2026-11-22T10:00:00Z",
    "dimensions": [{"type": "ENERGY", "volume": 10}, {"type": "TIME", "volume": 1}],
}
CDR = {
    "id": "C1",
    "currency": "EUR",
    "start_date_time": "2026-11-22T10:00:00Z",
    "end_date_time": "2026-11-22T11:00:00Z",
    "charging_periods": [PERIOD],
    # 10 x 0.50, and 20 % of it
    "total_cost": {"before_taxes": 5, "taxes": [{"name": "VAT", "amount": 1}]},
    "total_energy": 10,
    "total_energy_cost": {"excl_vat": 5, "incl_vat": 6},
    "total_time": 1,
}


def divergences(**fields: Any) -> list[tuple[str, str, str, str]]:
    """What is wrong with the CDR when it has other fields."""
    found = msgspec.json.decode(json.dumps({**CDR, **fields}), type=StatedCdr)
    plans = plans_in(json.dumps([TARIFF]).encode(), b"")
    return [(one.code, one.field, one.stated, one.found) for one in verify(found, plans, "UTC")]


def test_a_right_cdr_has_no_divergence():
    """In the words of 2.3.0 and of 2.2.1."""
    assert [] == divergences()


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"total_cost": {"before_taxes": 5, "taxes": [{"name": "VAT", "amount": 2}]}},
            ("cost_differs", "total_cost.after_taxes", "7", "6.0000"),
        ),
        (
            {"total_cost": {"excl_vat": 4.9}},
            ("cost_differs", "total_cost.before_taxes", "4.9", "5.0000"),
        ),
        (
            {"total_fixed_cost": {"before_taxes": 1}},
            ("cost_differs", "total_fixed_cost.before_taxes", "1", "0.0000"),
        ),
        ({"total_energy": 11}, ("volume_differs", "total_energy", "11", "10.0000")),
        ({"currency": "SEK"}, ("currency_differs", "charging_periods", "", "currency_differs")),
        (
            {"charging_periods": [{**PERIOD, "start_date_time": "2026-11-22T09:59:00Z"}]},
            (
                "period_outside_session",
                "charging_periods[0].start_date_time",
                "2026-11-22 09:59:00+00:00",
                "2026-11-22 10:00:00+00:00 to 2026-11-22 11:00:00+00:00",
            ),
        ),
    ],
)
def test_a_divergence_is_named(fields: dict[str, Any], expected: tuple[str, str, str, str]):
    """Its code, its place, what the CDR says and what was found."""
    assert [expected] == divergences(**fields)


def test_a_total_time_is_that_of_the_periods_and_of_the_session():
    """Half an hour is neither."""
    assert [
        ("volume_differs", "total_time", "0.5", "1.0000"),
        ("time_not_of_session", "total_time", "0.5", "1.0000"),
    ] == divergences(total_time=0.5)


def test_a_session_cannot_end_before_it_starts():
    """Nor last longer than the time between both."""
    codes = [code for code, *_ in divergences(end_date_time="2026-11-22T09:00:00Z")]

    assert ["ends_before_start", "period_outside_session", "time_not_of_session"] == codes


def test_a_credit_names_what_it_takes_back_and_is_negative():
    """6.00 given back are -6.00; the parts stay those of the session (mod_cdrs)."""
    codes = [(code, field) for code, field, *_ in divergences(credit=True)]

    assert [
        ("cost_differs", "total_cost.before_taxes"),
        ("cost_differs", "total_cost.after_taxes"),
        ("credit_without_reference", "credit_reference_id"),
        ("credit_not_negative", "total_cost"),
    ] == codes


def test_a_credit_may_have_negative_parts_as_well():
    """-5.00 of energy are as right as 5.00."""
    total = {"excl_vat": -5, "incl_vat": -6}

    found = divergences(
        credit=True, credit_reference_id="C0", total_cost=total, total_energy_cost=total
    )

    assert [] == found


def test_a_reservation_has_its_total():
    """Nothing was reserved, so nothing is to pay for it."""
    assert [("cost_differs", "total_reservation_cost.before_taxes", "2", "0.0000")] == divergences(
        total_reservation_cost={"before_taxes": 2}
    )


def test_a_tariff_that_no_period_is_under_is_named():
    """The first tariff is for all periods, so the second one has no business there."""
    found = msgspec.json.decode(json.dumps(CDR), type=StatedCdr)
    plans = plans_in(json.dumps([TARIFF, {**TARIFF, "id": "B"}]).encode(), b"")

    (one,) = verify(found, plans, "UTC")

    assert ("tariff_unused", "tariffs[1]", "B") == (one.code, one.field, one.stated)


def test_times_are_named_with_both_values():
    """The end before the start, the period outside, and the hours between the two."""
    assert [
        (
            "ends_before_start",
            "end_date_time",
            "2026-11-22 09:00:00+00:00",
            "2026-11-22 10:00:00+00:00",
        ),
        (
            "period_outside_session",
            "charging_periods[0].start_date_time",
            "2026-11-22 10:00:00+00:00",
            "2026-11-22 10:00:00+00:00 to 2026-11-22 09:00:00+00:00",
        ),
        ("time_not_of_session", "total_time", "1", "-1.0000"),
    ] == divergences(end_date_time="2026-11-22T09:00:00Z")


def test_a_period_may_start_when_the_session_ends():
    """Start and end belong to the session."""
    last = {"start_date_time": "2026-11-22T11:00:00Z", "dimensions": []}

    assert [] == divergences(charging_periods=[PERIOD, last])


def test_a_credit_is_named_with_what_it_should_say():
    """Which CDR it takes back, and its amount below zero; nothing at all is no wrong sign."""
    total = {"before_taxes": 5}

    assert [
        ("cost_differs", "total_cost.before_taxes", "5", "-5.0000"),
        ("credit_without_reference", "credit_reference_id", "", "the CDR's id"),
        ("credit_not_negative", "total_cost", "5", "-5"),
    ] == divergences(credit=True, total_cost=total)
    assert [] == divergences(credit=True, credit_reference_id="C0", total_cost=None)
    assert ["cost_differs"] * 2 == [
        code
        for code, *_ in divergences(
            credit=True, credit_reference_id="C0", total_cost={"excl_vat": 0, "incl_vat": 0}
        )
    ]


def test_parking_is_part_of_the_time_and_has_its_own_total():
    """20 minutes of the hour; what is off by four decimals a period is right."""
    parked = {
        "start_date_time": "2026-11-22T10:40:00Z",
        "dimensions": [{"type": "PARKING_TIME", "volume": 0.3333}],
    }
    charged = {
        **PERIOD,
        "dimensions": [{"type": "ENERGY", "volume": 10}, {"type": "TIME", "volume": 0.6667}],
    }
    fields = {"charging_periods": [charged, parked]}

    assert [] == divergences(**fields, total_parking_time=0.3333)
    assert [] == divergences(**fields, total_parking_time=0.3335)
    assert [("volume_differs", "total_parking_time", "0.3336", "0.3333")] == divergences(
        **fields, total_parking_time=0.3336
    )


def test_amounts_may_be_off_by_what_four_decimals_cannot_show():
    """5.0001 is 5, and 5.0002 is not; energy of one period likewise."""
    assert [] == divergences(total_cost={"before_taxes": 5.0001}, total_energy=10.0001)
    assert [
        ("cost_differs", "total_cost.before_taxes", "5.0002", "5.0000"),
        ("volume_differs", "total_energy", "10.0002", "10.0000"),
    ] == divergences(total_cost={"before_taxes": 5.0002}, total_energy=10.0002)
