"""A charge point as its connection knows it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.charging.chargers.display.model import DisplayCode
from app.charging.chargers.stations.credential import Credential


@dataclass(frozen=True, slots=True)
class EvseOnStation:
    """
    An EVSE as its charge point knows it: by number, with what it can deliver.

    *evse_uid* and *code* are what we know it by, *display* what its display shows.
    """

    evse_no: int
    ocpp16_connector_id: int
    power_type: str
    max_power_kw: Decimal
    evse_uid: str = ""
    code: str = ""
    display: DisplayCode | None = None


@dataclass(frozen=True, slots=True)
class ChargePoint:
    """
    A charge point as its connection knows it; *identity* is unique in the installation.

    *next_credential* is of a password that it was given and has not come back with yet.
    *security_profile* is the OCPP profile (1 to 3) that it must have, None: any. *certificate* is
    the common name or the serial (hexadecimal) of its certificate; None: its identity. *reserves*
    says whether it keeps EVSEs for somebody, as far as it told.
    """

    operator_id: UUID
    identity: str
    credential: Credential
    evses: tuple[EvseOnStation, ...]
    protocol: str | None
    connected: bool
    last_seen_at: datetime | None
    next_credential: Credential | None = None
    security_profile: int | None = None
    certificate: str | None = None
    reserves: bool | None = None

    def matches_next(self, presented: bytes | None) -> bool:
        """Tell whether *presented* is the password that a rotation gave it."""
        new = self.next_credential
        return presented is not None and new is not None and new.matches(presented)

    def matches(self, presented: bytes | None) -> bool:
        """Tell whether *presented*, the bytes after the colon of basic auth, is its password."""
        return presented is not None and self.credential.matches(presented)


@dataclass(frozen=True, slots=True)
class BootReport:
    """What a charge point says about itself when it starts."""

    operator_id: UUID
    identity: str
    vendor: str
    model: str
    received_at: datetime
    serial_number: str | None = None
    firmware: str | None = None
