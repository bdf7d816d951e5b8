"""An EVSE of another platform as a socket of ours, and what of it is known."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.charging.chargers.model import ELSEWHERE, EvseStatus
from app.pricing.tariffs.model import Tariff, TariffType
from app.roaming.platforms.model import Party
from app.roaming.wire.locations import Connector, Evse
from app.roaming.wire.tokens import Token

_DIGITS = 20
_LONGEST_TARIFF_ID = 36
# Capital letters and digits as on every sticker; 31 to the power of 10 codes.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE_LENGTH = 10
_STATUSES = {
    "AVAILABLE": EvseStatus.AVAILABLE,
    "BLOCKED": EvseStatus.UNAVAILABLE,
    "CHARGING": EvseStatus.CHARGING,
    "INOPERATIVE": EvseStatus.UNAVAILABLE,
    "OUTOFORDER": EvseStatus.FAULTED,
    "PLANNED": EvseStatus.UNAVAILABLE,
    "REMOVED": EvseStatus.UNAVAILABLE,
    "RESERVED": EvseStatus.RESERVED,
}
REMOTE = "REMOTE_START_STOP_CAPABLE"
WANTS_CONNECTOR = "START_SESSION_CONNECTOR_REQUIRED"


@dataclass(frozen=True, slots=True)
class Point:
    """
    A socket elsewhere: *evse_uid* is ours, *their_uid* the platform's.

    *connector_id* has to be named with a start, if it is not None. *trouble* says why drivers
    cannot use it; None: they can.
    """

    evse_uid: str
    platform_id: UUID
    party: Party
    location_id: str
    their_uid: str
    connector_id: str | None = None
    trouble: str | None = None

    @property
    def identity(self) -> str:
        """Return the name of the charge point that it seems to be."""
        return identity_of(self.evse_uid)


@dataclass(frozen=True, slots=True)
class Charge:
    """
    A session elsewhere: ours by *session_id*, theirs by *their_id*.

    *over_since* is when the platform said that it is over, *recorded_at* when its CDR came.
    """

    session_id: UUID
    platform_id: UUID
    their_id: str
    over_since: datetime | None = None
    recorded_at: datetime | None = None


def identity_of(evse_uid: str) -> str:
    """Return the identity of the charge point that belongs to an EVSE elsewhere."""
    return f"{ELSEWHERE}:{evse_uid.partition('.')[2]}"


def own_id(platform_id: UUID, *names: str) -> str:
    """Return our id of something of another platform: the same for the same names."""
    text = "/".join((str(platform_id), *names)).lower()
    return f"{ELSEWHERE}.{hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]}"


def code_of(evse_uid: str) -> str:
    """Return what the QR code of an EVSE elsewhere holds: the same for as long as it exists."""
    number = int.from_bytes(hashlib.sha256(f"code {evse_uid}".encode()).digest()[:8])
    letters = []
    for _ in range(_CODE_LENGTH):
        number, rest = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[rest])
    return "".join(letters)


def tariff_id_of(party: Party, tariff_id: str) -> str:
    """Return our id of a tariff of *party*, readable where there is room."""
    name = f"{party}*{tariff_id}"
    if len(name) <= _LONGEST_TARIFF_ID:
        return name
    return f"{party}*{hashlib.sha256(tariff_id.lower().encode()).hexdigest()[:_DIGITS]}"


def status_of(evse: Evse) -> EvseStatus:
    """Return the status of *evse* in the words of charge points."""
    return _STATUSES.get(evse.status.upper(), EvseStatus.UNKNOWN)


def strongest(evse: Evse) -> Connector | None:
    """Return the connector that prices *evse*: the one with the most power."""
    return max(evse.connectors, key=lambda one: one.power_kw, default=None)


def named_connector(evse: Evse, chosen: Connector) -> str | None:
    """Return the connector to name with a start: the price of another one may be another."""
    prices = {one.tariff_ids for one in evse.connectors}
    is_wanted = WANTS_CONNECTOR in evse.capabilities
    return chosen.id if is_wanted or len(prices) > 1 or len(evse.connectors) == 1 else None


def priced_by(tariffs: list[Tariff], at: datetime) -> Tariff | None:
    """Return the tariff for drivers without a contract: the ad hoc one if any, and valid *at*."""
    valid = [
        one
        for one in tariffs
        if (one.start_date_time is None or one.start_date_time <= at)
        and (one.end_date_time is None or at < one.end_date_time)
    ]
    ad_hoc = [one for one in valid if one.type is TariffType.AD_HOC_PAYMENT]
    return next(iter(ad_hoc or valid), None)


def one_time_token(party: Party, id_tag: str, now: datetime) -> Token:
    """Return the token of one paid session of *party*'s: nobody may use it otherwise."""
    return Token(
        country_code=party.country_code,
        party_id=party.party_id,
        uid=id_tag,
        type="AD_HOC_USER",
        contract_id=id_tag,
        issuer=str(party),
        valid=True,
        whitelist="NEVER",
        last_updated=now,
    )
