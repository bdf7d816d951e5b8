"""What charge points say about themselves, and which of two statements is the later one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from app.charging.chargers.model import EvseStatus

# Statements that overtake each other do so within this time; a charge point whose clock jumped
# back is believed again after it.
_OVERTAKING = timedelta(minutes=2)
_CLOCK_TOLERANCE = timedelta(minutes=5)
_LONGEST_QUEUE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class StatusReport:
    """
    A StatusNotification. 1.6 has no *evse_no* and a flat *connector_no*; 0 is the whole station.

    *at* is the charge point's own time, None when it sent none that can be read.
    """

    operator_id: UUID
    identity: str
    evse_no: int | None
    connector_no: int
    status: EvseStatus
    error_code: str | None
    at: datetime | None
    received_at: datetime


class StoredState(TypedDict):
    """A connector's state as the database keeps it."""

    status: str
    error_code: str | None
    at: str
    received_at: str


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """The last word about a connector: *at* is the charge point's time, *received_at* ours."""

    status: EvseStatus
    error_code: str | None
    at: datetime
    received_at: datetime

    @classmethod
    def of(cls, report: StatusReport) -> "ConnectorState":
        """Return the state that *report* tells; without a time of its own it is of its receipt."""
        at = report.at or report.received_at
        return cls(report.status, report.error_code, at, report.received_at)

    @classmethod
    def load(cls, stored: StoredState) -> "ConnectorState":
        """Read what `dump` wrote."""
        return cls(
            EvseStatus(stored["status"]),
            stored["error_code"],
            datetime.fromisoformat(stored["at"]),
            datetime.fromisoformat(stored["received_at"]),
        )

    def dump(self) -> StoredState:
        """Return the state as JSON."""
        return {
            "status": str(self.status),
            "error_code": self.error_code,
            "at": self.at.isoformat(),
            "received_at": self.received_at.isoformat(),
        }

    def supersedes(self, other: "ConnectorState | None") -> bool:
        """
        Tell whether this is later than *other*.

        Both times are the charge point's own, so an offset of its clock does not matter. A clock
        that jumped back (a reboot without a battery) would lose for ever: it loses only while the
        other is fresh, since reports overtake each other only within a reconnect.
        """
        if other is None or self.at >= other.at:
            return True
        return self.received_at - other.received_at > _OVERTAKING

    def since(self) -> datetime:
        """Return when it began: the charge point's time if that can be, else ours."""
        earliest, latest = self.received_at - _LONGEST_QUEUE, self.received_at + _CLOCK_TOLERANCE
        return self.at if earliest <= self.at <= latest else self.received_at
