"""Many charge points at the same moment: kept together, and nobody deadlocks."""

import asyncio

import pytest

from app.charging.chargers.events import (
    ChargePointsConnected,
    EvseStatusChange,
    EvseStatusesChanged,
)
from app.charging.chargers.model import EvseStatus
from app.charging.chargers.public.read import note_changes
from app.charging.chargers.read import get_evse
from app.charging.chargers.record_status import record_statuses
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.stations.boot import record_boots
from app.charging.chargers.stations.comings import Coming, note_comings
from app.charging.chargers.stations.model import BootReport
from tests.fakes.points import IDENTITY, OTHER_OPERATOR, furnish, report_status

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"


@pytest.fixture
def heard() -> list:
    """What happened, in order."""
    return []


@pytest.fixture
def database(make_database, heard):
    """A database whose news of statuses is heard."""

    async def hear(work, event):
        heard.append(event)

    return make_database(reactors={EvseStatusesChanged: (hear,)})


def says(points, status, clock, *, connector=1, identity=IDENTITY):
    """Return a report of 1.6."""
    return StatusReport(
        points.operator_id, identity, None, connector, status, "NoError", None, clock.now()
    )


async def test_statuses_that_come_together_are_kept_in_their_order(database, heard, clock):
    """Of two operators, of a station as a whole, and twice of a connector: each change is told."""
    mine = await furnish(database)
    theirs = await furnish(database, OTHER_OPERATOR, mark="X")
    await report_status(database, mine, EvseStatus.AVAILABLE, at=clock.now())
    heard.clear()
    clock.advance(minutes=1)
    reports = [
        says(mine, EvseStatus.PREPARING, clock),
        says(theirs, EvseStatus.CHARGING, clock, identity=theirs.evse.identity),
        says(mine, EvseStatus.AVAILABLE, clock),
        says(mine, EvseStatus.AVAILABLE, clock, connector=9),
        says(mine, EvseStatus.AVAILABLE, clock, identity="CP-9"),
        says(mine, EvseStatus.FAULTED, clock, connector=0),
    ]
    await record_statuses(reports, database=database)

    free, cable_in = EvseStatus.AVAILABLE, EvseStatus.PREPARING
    faulted, unknown = EvseStatus.FAULTED, EvseStatus.UNKNOWN
    assert [
        EvseStatusesChanged(
            (
                EvseStatusChange("EVSE-1", cable_in, free),
                EvseStatusChange("EVSE-1", free, cable_in),
                EvseStatusChange("EVSE-1", faulted, free),
                EvseStatusChange("EVSE-2", faulted, unknown),
            )
        ),
        EvseStatusesChanged((EvseStatusChange("EVSE-1", EvseStatus.CHARGING, unknown),)),
    ] == heard
    async with database.work(mine.operator_id) as work:
        evse = await get_evse(work, "EVSE-1")
    assert (faulted, clock.now()) == (evse.status, evse.status_since)


async def test_boots_that_come_together_are_kept_together(database, clock, sql):
    """Of one that boots twice the later counts; those of another operator are its own."""
    mine = await furnish(database)
    theirs = await furnish(database, OTHER_OPERATOR, mark="X")
    boots = [
        BootReport(points.operator_id, points.evse.identity, "V", model, clock.now())
        for points, model in ((mine, "old"), (theirs, "other"), (mine, "new"))
    ]
    await record_boots(boots, database=database)

    kept = sql.execute("SELECT identity, model FROM charge_point ORDER BY identity").fetchall()
    assert [(IDENTITY, "new"), (f"{IDENTITY}X", "other")] == kept


async def test_who_comes_back_and_says_that_it_is_faulted_does_not_deadlock(
    make_database, clock, sql
):
    """Both lock the charge point before its EVSEs, so that the later one has nothing to hold."""
    is_locked = asyncio.Event()

    async def hold_on(work, event):
        is_locked.set()
        async with asyncio.timeout(60):
            while sql.execute(WAITING).fetchone() == (0,):  # noqa: ASYNC110 - a look from outside
                await asyncio.sleep(0.01)
        await note_changes(work, event.identities)  # as roaming does

    database = make_database(reactors={ChargePointsConnected: (hold_on,)})
    points = await furnish(database)

    async def tells_its_state() -> None:
        await is_locked.wait()
        report = says(points, EvseStatus.FAULTED, clock, connector=0)
        await record_statuses([report], database=database)

    coming = Coming(points.operator_id, IDENTITY, "ocpp1.6")
    await asyncio.gather(note_comings([coming], database=database), tells_its_state())

    assert ("Faulted", True) == sql.execute("SELECT status, connected FROM charge_point").fetchone()
