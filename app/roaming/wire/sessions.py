"""Sessions, charging preferences and charge detail records (OCPI, mod_sessions, mod_cdrs)."""

from datetime import datetime
from decimal import Decimal

from app.pricing.tariffs.model import OcpiObject, Tariff
from app.roaming.wire.values import CdrToken, ChargingPeriod, GeoLocation, Price


class Session(OcpiObject, frozen=True, kw_only=True):
    """A session under way or over, as its CPO tells it; *kwh* so far."""

    country_code: str
    party_id: str
    id: str
    start_date_time: datetime
    end_date_time: datetime | None = None
    kwh: Decimal
    cdr_token: CdrToken
    auth_method: str
    authorization_reference: str | None = None
    location_id: str
    evse_uid: str
    connector_id: str
    meter_id: str | None = None
    currency: str
    charging_periods: tuple[ChargingPeriod, ...] = ()
    total_cost: Price | None = None
    status: str
    last_updated: datetime


class ChargingPreferences(OcpiObject, frozen=True, kw_only=True):
    """What a driver wants of a session; *energy_need* in kWh."""

    profile_type: str
    departure_time: datetime | None = None
    energy_need: Decimal | None = None
    discharge_allowed: bool | None = None


class SignedValue(OcpiObject, frozen=True, kw_only=True):
    """A signed meter value and what it says in plain."""

    nature: str
    plain_data: str
    signed_data: str


class SignedData(OcpiObject, frozen=True, kw_only=True):
    """The signed meter values of a session."""

    encoding_method: str
    encoding_method_version: int | None = None
    public_key: str | None = None
    signed_values: tuple[SignedValue, ...] = ()
    url: str | None = None


class CdrLocation(OcpiObject, frozen=True, kw_only=True):
    """Where a session was."""

    id: str
    name: str | None = None
    address: str
    city: str
    postal_code: str | None = None
    state: str | None = None
    country: str
    coordinates: GeoLocation
    evse_uid: str
    evse_id: str
    connector_id: str
    connector_standard: str
    connector_format: str
    connector_power_type: str


class Cdr(OcpiObject, frozen=True, kw_only=True):
    """What a session amounted to and costs: kWh, hours, prices."""

    country_code: str
    party_id: str
    id: str
    start_date_time: datetime
    end_date_time: datetime
    session_id: str | None = None
    cdr_token: CdrToken
    auth_method: str
    authorization_reference: str | None = None
    cdr_location: CdrLocation
    meter_id: str | None = None
    currency: str
    tariffs: tuple[Tariff, ...] = ()
    charging_periods: tuple[ChargingPeriod, ...]
    signed_data: SignedData | None = None
    total_cost: Price
    total_fixed_cost: Price | None = None
    total_energy: Decimal
    total_energy_cost: Price | None = None
    total_time: Decimal
    total_time_cost: Price | None = None
    total_parking_time: Decimal | None = None
    total_parking_cost: Price | None = None
    total_reservation_cost: Price | None = None
    remark: str | None = None
    invoice_reference_id: str | None = None
    credit: bool | None = None
    credit_reference_id: str | None = None
    home_charging_compensation: bool | None = None
    last_updated: datetime
