"""Our tariffs as OCPP 2.1 has them: valid by its schema, and honest about what it can't say."""

import json
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings

from app.cli import main
from app.gateways.ocpp.link.schemas import request_violations
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.prices.tariff21 import tariff_of
from app.pricing.tariffs.model import Tariff
from app.pricing.tariffs.ocpi import parse_tariff
from tests.pricing.strategies import tariff_bodies

VAT = Decimal(21)


def published(*elements: dict, **more: object) -> Tariff:
    """Return a tariff with prices that include VAT."""
    return parse_tariff(
        {"id": "T", "currency": "EUR", "tax_included": "YES", "elements": list(elements), **more}
    )


def price(kind: str, amount: str, **restrictions: object) -> dict:
    """Return an element of one price."""
    component = {"type": kind, "price": Decimal(amount), "step_size": 1}
    return {"price_components": [component]} | (
        {"restrictions": restrictions} if restrictions else {}
    )


def test_a_price_per_kwh():
    """€ 0.605 incl. 21 % are € 0.50 without it, and the rate stands beside."""
    mapped = tariff_of(published(price("ENERGY", "0.605")), vat=VAT)

    assert () == mapped.lost
    assert {
        "tariffId": "T",
        "currency": "EUR",
        "energy": {
            "prices": [{"priceKwh": Decimal("0.5")}],
            "taxRates": [{"type": "VAT", "tax": VAT}],
        },
    } == mapped.tariff


def test_all_dimensions_with_their_conditions():
    """Hours become minutes, kWh become Wh, kW become W; each price keeps its conditions."""
    mapped = tariff_of(
        published(
            price("ENERGY", "0.605", start_time="09:00", end_time="18:00", day_of_week=["MONDAY"]),
            price("TIME", "7.26", min_duration=3600),
            price("PARKING_TIME", "7.26", min_power=Decimal(11), max_kwh=Decimal("2.5")),
            price("FLAT", "1.21", start_date="2026-01-01"),
            tax_included="YES",
            max_price={"before_taxes": Decimal(50), "after_taxes": Decimal("60.5")},
        ),
        vat=VAT,
    )
    said = mapped.tariff

    assert () == mapped.lost
    assert {
        "startTimeOfDay": "09:00",
        "endTimeOfDay": "18:00",
        "dayOfWeek": ["Monday"],
    } == said["energy"]["prices"][0]["conditions"]
    # € 7.26 an hour incl. VAT are € 6.00 without it: ten cents a minute
    assert [{"priceMinute": Decimal("0.1"), "conditions": {"minTime": 3600}}] == (
        said["chargingTime"]["prices"]
    )
    assert {"maxEnergy": Decimal(2500), "minPower": Decimal(11000)} == (
        said["idleTime"]["prices"][0]["conditions"]
    )
    assert [{"priceFixed": Decimal(1), "conditions": {"validFromDate": "2026-01-01"}}] == (
        said["fixedFee"]["prices"]
    )
    assert {"exclTax": Decimal(50), "inclTax": Decimal("60.5")} == said["maxCost"]


@pytest.mark.parametrize(
    ("element", "lost"),
    [
        (price("ENERGY", "1", reservation="RESERVATION"), "element 1: a reservation"),
        (price("FLAT", "1", min_kwh=Decimal(1)), "fixedFee: min_kwh of a fixed fee"),
        (
            {"price_components": [{"type": "TIME", "price": Decimal(6), "step_size": 300}]},
            "chargingTime: steps of 300",
        ),
    ],
)
def test_what_can_not_be_said_is_listed(element, lost):
    """A tariff that would lose something is not given to a charge point."""
    assert (lost,) == tariff_of(published(element), vat=VAT).lost


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(tariff_bodies())
def test_every_tariff_fits_the_schema(body):
    """Whatever an operator publishes: SetDefaultTariff and ChangeTransactionTariff are valid."""
    said = tariff_of(parse_tariff(body), vat=VAT).tariff
    default = {"evseId": 1, "tariff": said}
    change = {"transactionId": str(UUID(int=7)), "tariff": said}

    assert () == request_violations(Version.V21, "SetDefaultTariff", default)
    assert () == request_violations(Version.V21, "ChangeTransactionTariff", change)


def test_a_file_is_told_with_what_can_not_be_said(tmp_path, capsys):
    """`directpay tariff ocpp`: the tariff as it is sent; status 1 and a line for what is lost."""
    file = tmp_path / "tariff.json"
    component = {"type": "ENERGY", "price": 0.605, "vat": 21, "step_size": 1}
    body = {"id": "t", "currency": "EUR", "tax_included": "YES"}

    def told(**changes: object) -> list[str]:
        elements = [{"price_components": [{**component, **changes}]}]
        file.write_text(json.dumps({**body, "elements": elements}))
        main(["tariff", "ocpp", "--vat", "21", str(file)])
        return capsys.readouterr().out.splitlines()

    (sent,) = told()
    assert {"prices": [{"priceKwh": 0.5}], "taxRates": [{"type": "VAT", "tax": 21}]} == (
        json.loads(sent)["energy"]
    )
    with pytest.raises(SystemExit, match="1"):
        told(step_size=1000)
    assert "can't be said: energy: steps of 1000" == capsys.readouterr().out.splitlines()[1]
