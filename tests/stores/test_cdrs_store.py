"""Charge detail records on the real database: written once, in the words of OCPI, never changed."""

import json
from dataclasses import replace
from decimal import Decimal

import psycopg
import pytest

from app.charging.cdrs.build import build_cdr
from app.charging.cdrs.errors import CdrNotFound
from app.charging.cdrs.flag import flag_cdr
from app.charging.cdrs.ocpi import Sale
from app.charging.cdrs.read import get_cdr
from app.charging.cdrs.record import record_cdr
from app.charging.sessions.events import SessionFlagged
from app.charging.sessions.model import Flag
from app.kernel.money import Money, TaxedAmount
from app.pricing.tariffs.model import TariffVersion
from app.pricing.tariffs.ocpi import parse_tariff
from tests.fakes.charger import Charger
from tests.fakes.points import OPERATOR, furnish
from tests.shared import shared

# Twenty minutes from the start on an idle fee of 6.00 per hour; energy at 0.50.
TARIFF = {
    "id": "T1",
    "currency": "EUR",
    "tax_included": "YES",
    "elements": [
        {
            "price_components": [{"type": "TIME", "price": 6, "step_size": 1}],
            "restrictions": {"min_duration": 1200},
        },
        {"price_components": [{"type": "ENERGY", "price": Decimal("0.50"), "step_size": 1}]},
    ],
}


@pytest.fixture
async def settled(make_database, clock):
    """A session of half an hour and 8 kWh, checked and sold."""
    database = make_database(reactors={SessionFlagged: (flag_cdr,)})
    charger = Charger(database, clock, await furnish(database), [])
    session, number = await charger.charging()
    clock.advance(minutes=20)
    await charger.measure(number, charger.sample(11_000, power=9000))
    clock.advance(minutes=10)
    await charger.stop(number, 13_000)
    session = await charger.session(session)
    cdr = build_cdr(session, await charger.samples(session))
    version = TariffVersion(charger.operator_id, "T1", 1, parse_tariff(TARIFF))
    taxes = (TaxedAmount.from_gross(Money(500, "EUR"), Decimal(21)),)
    return charger, number, cdr, Sale(session, charger.evse, OPERATOR, version, taxes)


async def record(charger, cdr, sale):
    """Record in a work of its own."""
    async with charger.database.work(charger.operator_id) as work:
        return await record_cdr(work, cdr, sale)


async def read(charger, cdr):
    """Read in a work of its own."""
    async with charger.database.work(charger.operator_id) as work:
        return await get_cdr(work, cdr.session_id)


async def test_a_record_is_written_in_the_words_of_ocpi(settled):
    """Every figure as a number, exact; the periods where the price changed."""
    charger, _, cdr, sale = settled

    recorded = await record(charger, cdr, sale)

    body = json.loads(recorded.body, parse_float=Decimal)
    assert "2026-03-02T09:00:00Z" == body["start_date_time"]
    assert "2026-03-02T09:30:00Z" == body["end_date_time"]
    assert (8, Decimal("0.5000")) == (body["total_energy"], body["total_time"])
    # 5.00 EUR incl. 21 % VAT: 4.13 + 0.87
    assert {
        "before_taxes": Decimal("4.13"),
        "taxes": [{"name": "VAT 21%", "percentage": 21, "amount": Decimal("0.87")}],
    } == body["total_cost"]
    assert "NLD" == body["cdr_location"]["country"]
    assert ("AD_HOC_USER", "COMMAND") == (body["cdr_token"]["type"], body["auth_method"])
    assert [
        ("2026-03-02T09:00:00Z", {"ENERGY": 6, "TIME": Decimal("0.3333")}),
        ("2026-03-02T09:20:00Z", {"ENERGY": 2, "TIME": Decimal("0.1667")}),
    ] == [
        (
            period["start_date_time"],
            {each["type"]: each["volume"] for each in period["dimensions"]},
        )
        for period in body["charging_periods"]
    ]
    assert "T1" == body["tariffs"][0]["id"]


async def test_every_field_that_ocpi_requires_is_there(settled):
    """OCPI 2.3.0, mod_cdrs: the fields with cardinality 1 or +."""
    charger, _, cdr, sale = settled

    body = json.loads((await record(charger, cdr, sale)).body)

    required = """country_code party_id id start_date_time end_date_time cdr_token auth_method
    cdr_location currency charging_periods total_cost total_energy total_time last_updated"""
    assert set() == set(required.split()) - body.keys()
    place = """id address city country coordinates evse_uid evse_id connector_id
    connector_standard connector_format connector_power_type"""
    assert set() == set(place.split()) - body["cdr_location"].keys()


async def test_a_session_has_one_record(settled, clock):
    """Written again it stays as it was, whatever the second price."""
    charger, _, cdr, sale = settled
    first = await record(charger, cdr, sale)
    clock.advance(minutes=1)

    again = await record(charger, cdr, replace(sale, taxes=()))

    assert first.cdr_id == again.cdr_id
    assert json.loads(first.body) == json.loads(again.body)


async def test_a_record_keeps_every_digit(settled):
    """Numbers are read back as they were written, not as binary fractions."""
    charger, _, cdr, sale = settled
    odd = replace(cdr, energy_kwh=Decimal("7.123456"))
    await record(charger, odd, sale)

    body = json.loads((await read(charger, cdr)).body, parse_float=Decimal)

    assert Decimal("7.123456") == body["total_energy"]


async def test_nothing_changes_a_record(settled, sql):
    """Not even a superuser's slip."""
    charger, _, cdr, sale = settled
    await record(charger, cdr, sale)

    with pytest.raises(psycopg.Error):
        sql.execute("UPDATE cdr SET energy_kwh = 1")
    with pytest.raises(psycopg.Error):
        sql.execute("DELETE FROM cdr")


async def test_what_comes_later_is_a_flag_beside_the_record(settled):
    """A second stop with another register: the amount stays, the flag is there."""
    charger, number, cdr, sale = settled
    first = await record(charger, cdr, sale)

    await charger.stop(number, 14_000)
    await charger.stop(number, 15_000)

    later = await read(charger, cdr)
    assert frozenset({Flag.STOP_DIFFERS}) == later.flags
    assert json.loads(first.body) == json.loads(later.body)


async def test_nothing_charged_costs_nothing(settled):
    """A record without taxes is one of a session that was free."""
    charger, _, cdr, sale = settled

    body = json.loads((await record(charger, cdr, replace(sale, taxes=()))).body)

    assert {"before_taxes": 0, "taxes": []} == body["total_cost"]


async def test_a_session_without_a_record_is_a_problem(settled):
    """Asked for too early."""
    charger, _, cdr, _ = settled

    with pytest.raises(CdrNotFound):
        await read(charger, cdr)


def shape(value, *, of):
    """Return *value* cut to the fields of the example *of*, each replaced by its JSON type."""
    if isinstance(of, dict):
        return {key: shape(value.get(key), of=each) for key, each in of.items()}
    if isinstance(of, list):
        return [shape(value[0], of=of[0])]
    return "number" if isinstance(value, int | Decimal) else type(value).__name__


async def test_a_record_has_the_shape_of_the_published_example(settled):
    """Each field of OCPI's own example is there with the same JSON type."""
    example = json.loads(
        shared("specs/ocpi/2.3.0_release_core/cdr_example.json").read_text(), parse_float=Decimal
    )
    charger, _, cdr, sale = settled
    del example["total_time_cost"]  # optional: we give one total
    for tariff in example["tariffs"]:
        del tariff["country_code"], tariff["party_id"], tariff["last_updated"]
        del tariff["elements"][0]["price_components"][0]["vat"]

    body = json.loads((await record(charger, cdr, sale)).body, parse_float=Decimal)

    assert shape(example, of=example) == shape(body, of=example)
