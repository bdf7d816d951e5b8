"""The short way of meter values: read, kept and answered without a task of their own."""

from app.charging.sessions.model import SampleReport
from app.gateways.ocpp.facts import Facts
from app.gateways.ocpp.link.frames import write_result
from app.gateways.ocpp.link.wire import Answered
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.v16.plain import read_plain
from app.kernel.clock import Clock


class ShortWay:
    """Keeps the meter values of one charge point as its dispatcher would, only sooner."""

    def __init__(self, station: Station, facts: Facts, clock: Clock) -> None:
        """Keep what *station* says in the usual form."""
        self._station = station
        self._facts = facts
        self._clock = clock

    def __call__(self, text: str, answered: Answered) -> bool:
        """
        Begin to keep the meter values in *text*; False when they have to go the long way.

        Then *answered* is called with the answer when they are committed, and with None when they
        are not: the long way finds out why, and what the charge point is told.
        """
        plain = read_plain(text, self._clock.now())
        if plain is None:
            return False
        report = SampleReport(
            operator_id=self._station.operator_id,
            identity=self._station.identity,
            transaction_id=None if plain.transaction is None else str(plain.transaction),
            evse_no=None,
            connector_no=plain.connector,
            samples=plain.samples,
        )

        def kept(error: BaseException | None) -> None:
            answered(write_result(plain.message_id, {}) if error is None else None)

        return self._facts.keep_soon(report, kept)
