"""Short words for tariffs, samples and periods, so that a test shows its numbers and no more."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from app.kernel.money import Money
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine import Period, Priced, Sample, compile_tariff, price_samples
from app.pricing.tariffs.model import Tariff
from app.pricing.tariffs.ocpi import parse_tariff

AMSTERDAM = "Europe/Amsterdam"
VAT = Decimal(21)


def element(*components: dict[str, Any], **restrictions: object) -> dict[str, Any]:
    """An element with these prices, under these restrictions."""
    found: dict[str, Any] = {"price_components": list(components)}
    return {**found, "restrictions": restrictions} if restrictions else found


def price(kind: str, amount: str, *, step: int = 1, vat: str | None = None) -> dict[str, Any]:
    """A price component; the amount incl. or excl. VAT, as the tariff says."""
    found: dict[str, Any] = {"type": kind, "price": Decimal(amount), "step_size": step}
    return {**found, "vat": Decimal(vat)} if vat else found


def tariff(*elements: dict[str, Any], **fields: object) -> Tariff:
    """A tariff in EUR whose prices include VAT."""
    head = {"country_code": "NL", "party_id": "DPY", "id": "T", "currency": "EUR"}
    return parse_tariff({**head, "tax_included": "YES", "elements": list(elements), **fields})


def plan(*elements: dict[str, Any], **fields: object) -> Plan:
    """The plan of `tariff(...)`."""
    return compile_tariff(tariff(*elements, **fields))


def at(text: str) -> datetime:
    """The instant in *text*: UTC unless it says otherwise."""
    return datetime.fromisoformat(text if text[-1] == "Z" or "+" in text else text + "Z")


def samples(*rows: tuple[str, str]) -> list[Sample]:
    """Samples of (instant, kWh since the start)."""
    return [Sample(at(when), Decimal(kwh)) for when, kwh in rows]


def price_of(found: Plan, rows: Iterable[Sample], *, zone: str = AMSTERDAM) -> Priced:
    """The price of a session that ends with its last sample, at 21 % VAT."""
    listed = list(rows)
    return price_samples(found, listed, zone, listed[-1].at, VAT)


def eur(amount: str) -> Money:
    """An amount of euros."""
    return Money.of(Decimal(amount), "EUR")


def billed(priced: Priced) -> list[tuple[str, str]]:
    """Per line the dimension and the quantity billed."""
    return [(line.kind.value, str(line.billed)) for line in priced.lines]


def periods(cdr: dict[str, Any]) -> list[Period]:
    """The charging periods of an OCPI CDR that was read with exact numbers."""
    return [_period(one) for one in cdr["charging_periods"]]


def read_exactly(line: str) -> dict[str, Any]:
    """JSON with its decimal numbers as Decimals."""
    found: dict[str, Any] = json.loads(line, parse_float=Decimal)
    return found


def _period(one: dict[str, Any]) -> Period:
    volumes = {each["type"]: Decimal(each["volume"]) for each in one["dimensions"]}

    def hours(name: str) -> timedelta | None:
        if name not in volumes:
            return None
        return timedelta(microseconds=round(volumes[name] * 3_600_000_000))

    return Period(
        start=at(one["start_date_time"]),
        energy_kwh=volumes.get("ENERGY"),
        time=hours("TIME"),
        parking=hours("PARKING_TIME"),
        reserved=hours("RESERVATION_TIME"),
        min_current=volumes.get("MIN_CURRENT"),
        max_current=volumes.get("MAX_CURRENT"),
        min_power=volumes.get("MIN_POWER"),
        max_power=volumes.get("MAX_POWER"),
    )
