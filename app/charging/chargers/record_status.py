"""Record what a charge point says about a connector, or about itself."""

from app.charging.chargers import store
from app.charging.chargers.events import EvseStatusChanged
from app.charging.chargers.model import Evse
from app.charging.chargers.reports import ConnectorState, StatusReport
from app.charging.chargers.stations.store import set_station_state, station_state
from app.charging.chargers.status import store as statuses
from app.infra.database import Database, Work

_STATION = 0


async def record_status(report: StatusReport, *, database: Database) -> None:
    """
    Keep the status when it is later than the one known, and tell when the EVSE's changed.

    A report about an EVSE that nobody configured changes nothing.
    """
    async with database.work(report.operator_id) as work:
        before = await statuses.locked(work, report.identity)
        if _of_station(report):
            is_news = await _record_station(work, report)
        else:
            about = [known for known in before if _about(known.evse, report)]
            is_news = any([await _record(work, known, report) for known in about])
        if not is_news:
            return
        after = await store.evses_of_station(work, report.identity)
        for (old, _), new in zip(before, after, strict=True):
            if old.status != new.status:
                await work.emit(EvseStatusChanged(new.evse_uid, new.status, old.status))


def _of_station(report: StatusReport) -> bool:
    number = report.connector_no if report.evse_no is None else report.evse_no
    return number == _STATION


def _about(evse: Evse, report: StatusReport) -> bool:
    if report.evse_no is None:
        return evse.ocpp16_connector_id == report.connector_no
    return evse.evse_no == report.evse_no


async def _record_station(work: Work, report: StatusReport) -> bool:
    """Keep a later state of the station; tell whether its word is another one."""
    state, known = ConnectorState.of(report), await station_state(work, report.identity)
    if not state.supersedes(known):
        return False
    await set_station_state(work, report.identity, state)
    return known is None or known.status != state.status


async def _record(work: Work, about: statuses.Reported, report: StatusReport) -> bool:
    """Keep a later state of a connector; tell whether its word is another one."""
    # 1.6 knows one flat connector per EVSE; 2.x counts the connectors of each EVSE.
    number = "1" if report.evse_no is None else str(report.connector_no)
    state, known = ConnectorState.of(report), about.states.get(number)
    if not state.supersedes(known):
        return False
    states = about.states | {number: state}
    await statuses.set_evse_status(work, about.evse.evse_uid, states, since=state.since())
    return known is None or known.status != state.status
