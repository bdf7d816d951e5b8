"""Tokens and their real-time authorisation (OCPI, mod_tokens)."""

from datetime import datetime

from app.pricing.tariffs.model import DisplayText, OcpiObject


class EnergyContract(OcpiObject, frozen=True, kw_only=True):
    """Whose energy a driver wants."""

    supplier_name: str
    contract_id: str | None = None


class Token(OcpiObject, frozen=True, kw_only=True):
    """What a driver identifies with, and whether its eMSP stands for it."""

    country_code: str
    party_id: str
    uid: str
    type: str
    contract_id: str
    visual_number: str | None = None
    issuer: str
    group_id: str | None = None
    valid: bool
    whitelist: str
    language: str | None = None
    default_profile_type: str | None = None
    energy_contract: EnergyContract | None = None
    last_updated: datetime


class LocationReferences(OcpiObject, frozen=True, kw_only=True):
    """Where a token was presented."""

    location_id: str
    evse_uids: tuple[str, ...] = ()


class AuthorizationInfo(OcpiObject, frozen=True, kw_only=True):
    """Whether a token may charge: ALLOWED, BLOCKED, EXPIRED, NO_CREDIT or NOT_ALLOWED."""

    allowed: str
    token: Token
    location: LocationReferences | None = None
    authorization_reference: str | None = None
    info: DisplayText | None = None
