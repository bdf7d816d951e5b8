"""The sockets of this process: one per charge point, the newest wins."""

from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.stations.model import ChargePoint
from app.gateways.ocpp.link.session import OcppSession
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.station import Station


@dataclass(frozen=True, slots=True)
class Line:
    """An open conversation with a charge point."""

    station: Station
    session: OcppSession


class Registry:
    """Who is connected here. What is remembered of a charge point outlives its socket."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._stations: dict[str, Station] = {}
        self._lines: dict[str, Line] = {}

    def station(self, charge_point: ChargePoint, version: Version) -> Station:
        """Return the station of *charge_point*, remembered if it spoke the same version before."""
        station = self._stations.get(charge_point.identity)
        if station is None or station.version is not version:
            station = Station(charge_point, version)
            self._stations[charge_point.identity] = station
        station.charge_point = charge_point
        station.meet()
        return station

    def take(self, line: Line) -> Line | None:
        """Make *line* the one of its charge point; return the one that it replaces, if any."""
        replaced = self._lines.get(line.station.identity)
        self._lines[line.station.identity] = line
        return replaced

    def release(self, line: Line) -> bool:
        """Forget *line*; tell whether it was still the one of its charge point."""
        if self._lines.get(line.station.identity) is not line:
            return False
        del self._lines[line.station.identity]
        return True

    def line(self, operator_id: UUID, identity: str) -> Line | None:
        """Return the open line to the operator's charge point, or None."""
        line = self._lines.get(identity)
        return line if line is not None and line.station.operator_id == operator_id else None

    def here(self, identity: str) -> Line | None:
        """Return the open line to the charge point, whosever it is, or None."""
        return self._lines.get(identity)

    def holds(self, identity: str) -> bool:
        """Tell whether the charge point is connected here."""
        return identity in self._lines

    def lines(self) -> list[Line]:
        """Return every open line."""
        return list(self._lines.values())

    def connected(self) -> list[Station]:
        """Return every charge point that is connected here."""
        return [line.station for line in self._lines.values()]
