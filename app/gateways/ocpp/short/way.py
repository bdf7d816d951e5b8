"""The short way of meter values: read, kept and answered without a task of their own."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from app.charging.sessions.model import SampleReport
from app.gateways.ocpp.facts import Facts
from app.gateways.ocpp.link.frames import write_result
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.link.wire import Answered
from app.gateways.ocpp.short.plain import Plain
from app.gateways.ocpp.short.v2 import read_event
from app.gateways.ocpp.short.v16 import read_meter_values
from app.gateways.ocpp.station import Station
from app.kernel.clock import Clock

_READERS: Final[Mapping[Version, Callable[[str, Station, datetime], Plain | None]]] = {
    Version.V16: read_meter_values,
    Version.V201: read_event,
    Version.V21: read_event,
}


class ShortWay:
    """Keeps the meter values of one charge point as its dispatcher would, only sooner."""

    def __init__(self, station: Station, facts: Facts, clock: Clock) -> None:
        """Keep what *station* says in the usual form."""
        self._station = station
        self._facts = facts
        self._clock = clock
        self._read = _READERS[station.version]

    def __call__(self, text: str, answered: Answered) -> bool:
        """
        Begin to keep the meter values in *text*; False when they have to go the long way.

        Then *answered* is called with the answer when they are committed, and with None when they
        are not: the long way finds out why, and what the charge point is told.
        """
        plain = self._read(text, self._station, self._clock.now())
        if plain is None:
            return False
        report = SampleReport(
            operator_id=self._station.operator_id,
            identity=self._station.identity,
            transaction_id=plain.transaction,
            evse_no=plain.evse_no,
            connector_no=plain.connector_no,
            samples=plain.samples,
        )

        def kept(error: BaseException | None) -> None:
            answered(write_result(plain.message_id, {}) if error is None else None)

        return self._facts.keep_soon(report, kept)
