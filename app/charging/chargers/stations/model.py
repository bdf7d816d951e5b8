"""A charge point as its connection knows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.charging.chargers.model import Connector
from app.charging.chargers.stations.credential import Credential


@dataclass(frozen=True, slots=True)
class EvseOnStation:
    """An EVSE as its charge point knows it: by number, with what it can deliver."""

    evse_no: int
    ocpp16_connector_id: int
    power_type: str
    max_power_kw: Decimal

    @classmethod
    def of(
        cls, evse_no: int, ocpp16_connector_id: int, connectors: Sequence[Connector]
    ) -> "EvseOnStation":
        """Describe the EVSE by its strongest connector."""
        strongest = max(connectors, key=lambda connector: connector.max_power_kw)
        return cls(evse_no, ocpp16_connector_id, strongest.power_type, strongest.max_power_kw)


@dataclass(frozen=True, slots=True)
class ChargePoint:
    """A charge point as its connection knows it; *identity* is unique in the installation."""

    operator_id: UUID
    identity: str
    credential: Credential
    evses: tuple[EvseOnStation, ...]
    protocol: str | None
    connected: bool
    last_seen_at: datetime | None

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
