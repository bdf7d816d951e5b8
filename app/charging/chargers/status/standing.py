"""How a charge point and its EVSEs stand by what was last said of them, and what news changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from app.charging.chargers.events import EvseStatusChange
from app.charging.chargers.model import EvseStatus, effective_status, status_of
from app.charging.chargers.reports import ConnectorState, StatusReport

_WHOLE = 0


@dataclass(slots=True)
class EvseStanding:
    """
    An EVSE with the last word about each of its connectors.

    *changed_at* is when its own status changed by what was heard, None: it did not.
    """

    evse_uid: str
    evse_no: int
    ocpp16_connector_id: int
    status: EvseStatus
    states: dict[str, ConnectorState]
    is_news: bool = False
    changed_at: datetime | None = None

    def is_about(self, report: StatusReport) -> bool:
        """Tell whether *report* speaks of this EVSE: 1.6 has one flat connector for each."""
        if report.evse_no is None:
            return self.ocpp16_connector_id == report.connector_no
        return self.evse_no == report.evse_no

    def hear(self, report: StatusReport) -> None:
        """Take what a *report* says of one of its connectors, if it is later than what is known."""
        # 1.6 knows one flat connector per EVSE; 2.x counts the connectors of each EVSE.
        number = "1" if report.evse_no is None else str(report.connector_no)
        state = ConnectorState.of(report)
        if not state.supersedes(self.states.get(number)):
            return
        self.states[number] = state
        self.is_news = True
        before, self.status = self.status, status_of(each.status for each in self.states.values())
        if self.status != before:
            self.changed_at = state.since()


@dataclass(slots=True)
class Standing:
    """A charge point with the last word about it as a whole (None: none yet), and its EVSEs."""

    identity: str
    status: EvseStatus
    state: ConnectorState | None
    evses: list[EvseStanding]
    is_news: bool = False

    def hear(self, report: StatusReport) -> Iterator[EvseStatusChange]:
        """Take a *report*; yield what it changes for whoever wants to charge."""
        before = [self._shown(evse) for evse in self.evses]
        if _is_of_whole(report):
            self._hear_of_whole(report)
        else:
            for evse in self.evses:
                if evse.is_about(report):
                    evse.hear(report)
        for evse, previous in zip(self.evses, before, strict=True):
            if self._shown(evse) != previous:
                yield EvseStatusChange(evse.evse_uid, self._shown(evse), previous)

    def _hear_of_whole(self, report: StatusReport) -> None:
        state = ConnectorState.of(report)
        if state.supersedes(self.state):
            self.state, self.status, self.is_news = state, state.status, True

    def _shown(self, evse: EvseStanding) -> EvseStatus:
        return effective_status(evse.status, self.status)


def _is_of_whole(report: StatusReport) -> bool:
    number = report.connector_no if report.evse_no is None else report.evse_no
    return number == _WHOLE
