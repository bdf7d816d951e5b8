"""The charge detail record in the words of OCPI 2.3.0."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import msgspec
from msgspec import structs

from app.charging.cdrs.countries import alpha3
from app.charging.cdrs.model import Cdr
from app.charging.chargers.model import Evse
from app.charging.meters.evidence import Evidence, Kept
from app.charging.sessions.model import Session
from app.kernel.money import TaxedAmount
from app.people.identity.model import Operator
from app.pricing.tariffs.dynamic.locked import trimmed
from app.pricing.tariffs.engine import Period, plan_of, split_samples
from app.pricing.tariffs.model import Tariff, TariffVersion, with_vat
from app.pricing.tariffs.ocpi import encode_tariff

_JSON = msgspec.json.Encoder(decimal_format="number")
_HOUR = timedelta(hours=1)
_NO_TIME = timedelta()
_FOUR_DECIMALS = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Guest:
    """
    Whose driver charged, when it was another platform's: its OCPI token, as that platform sent it.

    *reference* is the platform's own of the authorisation, *method* OCPI's AuthMethod.
    *connector_id* is where its start was ordered.
    """

    token: Mapping[str, object]
    reference: str | None
    method: str
    connector_id: str


@dataclass(frozen=True, slots=True)
class Sale:
    """
    What turns a checked session into a record: where, whose, by which tariff, for how much.

    *taxes* is what was charged, per rate; none when nothing was. *guest*: who pays instead of the
    driver.
    """

    session: Session
    evse: Evse
    operator: Operator
    tariff: TariffVersion
    taxes: tuple[TaxedAmount, ...]
    guest: Guest | None = None


class _Energy(msgspec.Struct):
    """The part of a record that says how much was charged (kWh)."""

    total_energy: Decimal


def ocpi_cdr(cdr_id: UUID, cdr: Cdr, sale: Sale, *, at: datetime) -> str:
    """Return the CDR object as JSON (OCPI 2.3.0, mod_cdrs, "CDR Object"); *at* is now."""
    periods = split_samples(plan_of(sale.tariff), cdr.readings, sale.evse.location.time_zone)
    zone = sale.evse.location.time_zone
    tariff = _sold(sale, trimmed(sale.tariff, cdr.started_at, cdr.ended_at, zone))
    country, party = sale.operator.address.country, sale.operator.party_id
    body: dict[str, object] = {
        "country_code": country,
        "party_id": party,
        "id": str(cdr_id),
        "start_date_time": instant(cdr.started_at),
        "end_date_time": instant(cdr.ended_at),
        "session_id": str(cdr.session_id),
        "cdr_token": _token(sale) if sale.guest is None else sale.guest.token,
        "auth_method": "COMMAND" if sale.guest is None else sale.guest.method,
        "authorization_reference": "" if sale.guest is None else sale.guest.reference or "",
        "cdr_location": _location(sale),
        "currency": sale.tariff.tariff.currency,
        "tariffs": [msgspec.Raw(encode_tariff(tariff))],
        "charging_periods": [_period(each, tariff) for each in periods],
        "total_cost": _price(sale.taxes),
        "total_energy": cdr.energy_kwh,
        "total_time": _hours(cdr.ended_at - cdr.started_at),
        "total_parking_time": _hours(sum((each.parking or _NO_TIME for each in periods), _NO_TIME)),
        "signed_data": "" if cdr.evidence is None else _signed(cdr.evidence),
        "remark": " ".join(sorted(cdr.flags)),
        "last_updated": instant(at),
    }
    return _JSON.encode({name: value for name, value in body.items() if value != ""}).decode()


def _sold(sale: Sale, tariff: Tariff) -> Tariff:
    """
    Return *tariff* as others may know it: the operator's, with the VAT that was charged.

    Without the VAT nobody else can work the total out.
    """
    country, party = sale.operator.address.country, sale.operator.party_id
    tariff = structs.replace(tariff, country_code=country, party_id=party)
    rates = {tax.rate for tax in sale.taxes}
    return with_vat(tariff, rates.pop()) if len(rates) == 1 else tariff


def instant(at: datetime) -> str:
    """Return *at* as OCPI writes it: UTC, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _token(sale: Sale) -> dict[str, object]:
    return {
        "country_code": sale.operator.address.country,
        "party_id": sale.operator.party_id,
        "uid": sale.session.id_tag,
        "type": "AD_HOC_USER",
        "contract_id": sale.session.id_tag,
    }


def _location(sale: Sale) -> dict[str, object]:
    evse, place = sale.evse, sale.evse.location
    named = "" if sale.guest is None else sale.guest.connector_id
    fitting = [one for one in evse.connectors if one.connector_id == named]
    connector = (fitting or evse.connectors)[0]
    return {
        "id": place.location_id,
        "name": place.name,
        "address": place.address,
        "city": place.city,
        "postal_code": place.postal_code,
        "country": alpha3(place.country),
        "coordinates": {"latitude": f"{place.latitude:.6f}", "longitude": f"{place.longitude:.6f}"},
        "evse_uid": evse.evse_uid,
        "evse_id": evse.evse_id,
        "connector_id": connector.connector_id,
        "connector_standard": connector.standard,
        "connector_format": connector.format,
        "connector_power_type": connector.power_type,
    }


def _period(period: Period, tariff: Tariff) -> dict[str, object]:
    volumes = {
        "ENERGY": period.energy_kwh,
        "TIME": None if period.time is None else _hours(period.time),
        "PARKING_TIME": None if period.parking is None else _hours(period.parking),
    }
    return {
        "start_date_time": instant(period.start),
        "dimensions": [
            {"type": name, "volume": volume}
            for name, volume in volumes.items()
            if volume is not None
        ],
        "tariff_id": tariff.id,
    }


def energy_in(body: str) -> Decimal:
    """Return the energy in the CDR *body* in kWh."""
    return msgspec.json.decode(body, type=_Energy).total_energy


def signed_records(body: str) -> tuple[Kept, ...]:
    """Return the signed records in the CDR *body*, none when its meter signs nothing."""
    found = msgspec.json.decode(body).get("signed_data")
    if found is None:
        return ()
    return tuple(
        Kept(
            text=base64.b64decode(each["signed_data"]).decode(),
            key=found.get("public_key"),
            nature=each["nature"],
            plain=each["plain_data"],
        )
        for each in found["signed_values"]
    )


def _signed(evidence: Evidence) -> dict[str, object]:
    """Return the records that begin and end are proven by (OCPI 2.3.0, mod_cdrs, "SignedData")."""
    key = next((each.key for each in evidence.records if each.key), "")
    body: dict[str, object] = {
        "encoding_method": "OCMF",
        "public_key": key,
        "signed_values": [_signed_value(each) for each in evidence.records],
    }
    return {name: value for name, value in body.items() if value != ""}


def _signed_value(record: Kept) -> dict[str, str]:
    blob = base64.b64encode(record.text.encode()).decode()
    return {"nature": record.nature, "plain_data": record.plain, "signed_data": blob}


def _price(taxes: Sequence[TaxedAmount]) -> dict[str, object]:
    net = sum((tax.net.as_decimal() for tax in taxes), Decimal(0))
    vat = [
        {"name": f"VAT {tax.rate}%", "percentage": tax.rate, "amount": tax.vat.as_decimal()}
        for tax in taxes
    ]
    return {"before_taxes": net, "taxes": vat}


def _hours(time: timedelta) -> Decimal:
    hours = Decimal(time // timedelta(seconds=1)) / 3600
    return hours.quantize(_FOUR_DECIMALS, ROUND_HALF_UP)
