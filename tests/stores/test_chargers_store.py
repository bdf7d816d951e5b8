"""Charging points on the real database: looked up, connected, reporting, near each other."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.charging.chargers.errors import EvseNotFound, InvalidCharger, UnknownCode
from app.charging.chargers.events import (
    ChargePointsConnected,
    ChargePointsDisconnected,
    EvseStatusChange,
    EvseStatusesChanged,
)
from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.list_evses import list_evses
from app.charging.chargers.model import EvseStatus
from app.charging.chargers.read import evses_of, get_evse, nearest_free
from app.charging.chargers.record_status import record_status
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.setup.model import HoldKey, HoldScope
from app.charging.chargers.setup.save import (
    remove_evse,
    save_charge_point,
    save_evse,
    save_holds,
    save_location,
)
from app.charging.chargers.stations.boot import record_boot
from app.charging.chargers.stations.comings import Coming, note_comings
from app.charging.chargers.stations.connect import charge_point_connected
from app.charging.chargers.stations.disconnect import charge_point_disconnected
from app.charging.chargers.stations.find import find_charge_point, find_charge_points
from app.charging.chargers.stations.forget import forget_connections
from app.charging.chargers.stations.model import BootReport
from app.charging.chargers.stations.touch import touch_charge_points
from app.infra.database import EVERY_OPERATOR
from app.kernel.money import Money
from tests.fakes.points import (
    AC_22,
    DC_150,
    IDENTITY,
    LOCATION,
    OTHER_OPERATOR,
    PASSWORD,
    draft,
    furnish,
    report_status,
)


@pytest.fixture
def heard() -> list:
    """The events of the charge points, in order."""
    return []


@pytest.fixture
def database(make_database, heard):
    """A database whose charge point events are heard."""

    async def hear(work, event):
        heard.append(event)

    kinds = (
        EvseStatusesChanged,
        ChargePointsConnected,
        ChargePointsDisconnected,
    )
    return make_database(reactors=dict.fromkeys(kinds, (hear,)))


@pytest.fixture
async def points(database):
    """An operator with a station of two EVSEs."""
    return await furnish(database)


def changed(uid, status, previous):
    """Return the news of one EVSE."""
    return EvseStatusesChanged((EvseStatusChange(uid, status, previous),))


async def state(database, points, uid="EVSE-1"):
    """Return an EVSE as it is now."""
    async with database.work(points.operator_id) as work:
        return await get_evse(work, uid)


async def connect(database, identity=IDENTITY):
    """Connect a charge point and return it with its connection."""
    charge_point = await find_charge_point(identity, database=database)
    return charge_point, await charge_point_connected(charge_point, "ocpp1.6", database=database)


async def test_a_code_leads_to_its_evse(database, points):
    """Whosever it is, however it was typed."""
    operator_id, evse = await find_evse(" aaaaaa ", database=database)

    assert (points.operator_id, "EVSE-1") == (operator_id, evse.evse_uid)
    assert (LOCATION, (AC_22,)) == (evse.location, evse.connectors)
    assert (EvseStatus.UNKNOWN, False, None) == (evse.status, evse.connected, evse.status_since)


@pytest.mark.parametrize("spell", [str, str.lower, lambda text: text.replace("*", "")])
async def test_an_evse_id_leads_to_its_evse(database, points, spell):
    """E-mobility ID-codes: separators mean nothing, and neither does the case."""
    _, evse = await find_evse(spell(points.evse.evse_id), database=database)

    assert points.evse.evse_uid == evse.evse_uid


async def test_an_evse_id_that_two_operators_have_is_nobodys(database, points):
    """Nothing is guessed."""
    other = await furnish(database, OTHER_OPERATOR, mark="2")
    assert points.evse.evse_id == other.evse.evse_id

    with pytest.raises(UnknownCode):
        await find_evse(points.evse.evse_id, database=database)


@pytest.mark.parametrize("code", ["AAAAAB", "", "\0", "A" * 5000])
async def test_an_unknown_code_is_a_problem(database, points, code):
    """Nothing is guessed, whatever the address holds."""
    with pytest.raises(UnknownCode):
        await find_evse(code, database=database)


async def test_an_evse_of_another_operator_is_not_found(database, points):
    """Nothing crosses operators."""
    await furnish(database, OTHER_OPERATOR, mark="2")

    with pytest.raises(EvseNotFound):
        async with database.work(OTHER_OPERATOR.operator_id) as work:
            await get_evse(work, "EVSE-9")
    async with database.work(OTHER_OPERATOR.operator_id) as work:
        assert "CP-12" == (await get_evse(work, "EVSE-1")).identity
        assert [] == await evses_of(work, "CP-1")


async def test_a_removed_evse_is_out_of_use(database, points):
    """Its code leads nowhere; a new one may take its number, not its code."""
    async with database.work(points.operator_id) as work:
        assert await remove_evse(work, "EVSE-1")
        assert not await remove_evse(work, "EVSE-1")
        await save_evse(work, draft("EVSE-3", "CCCCCC"))

    with pytest.raises(UnknownCode):
        await find_evse("AAAAAA", database=database)
    assert ["EVSE-2", "EVSE-3"] == [each.evse_uid for each in await list_evses(database=database)]


async def test_the_nearest_hold_amount_counts(database, points):
    """The EVSE's own, else its location's, else the operator's; AC and DC apart."""

    async def hold(holds, uid="EVSE-1"):
        async with database.work(points.operator_id) as work:
            await save_holds(work, holds)
            return (await get_evse(work, uid)).hold

    everywhere = {HoldKey(HoldScope.OPERATOR, "", "AC"): Money(4000, "EUR")}
    here = {HoldKey(HoldScope.LOCATION, "AMS-1", "AC"): Money(3000, "EUR")}
    own = {HoldKey(HoldScope.EVSE, "EVSE-1", "AC"): Money(2000, "EUR")}
    direct = {HoldKey(HoldScope.EVSE, "EVSE-1", "DC"): Money(9000, "EUR")}

    assert Money(4000, "EUR") == await hold(everywhere | direct)
    assert Money(3000, "EUR") == await hold(everywhere | here)
    assert Money(2000, "EUR") == await hold(everywhere | here | own)
    assert Money(3000, "EUR") == await hold(everywhere | here | own, "EVSE-2")


async def test_a_fast_charger_holds_the_amount_for_direct_current(database, points):
    """One DC connector makes it a DC charging point."""
    holds = {
        HoldKey(HoldScope.OPERATOR, "", "AC"): Money(4000, "EUR"),
        HoldKey(HoldScope.OPERATOR, "", "DC"): Money(8000, "EUR"),
    }
    async with database.work(points.operator_id) as work:
        await save_evse(work, draft(connectors=(AC_22, replace(DC_150, connector_id="2"))))
        await save_holds(work, holds)

        evse = await get_evse(work, "EVSE-1")

    assert (Money(8000, "EUR"), Decimal(150), "DC") == (evse.hold, evse.max_power_kw, evse.current)


async def test_saving_the_same_changes_nothing(database, points):
    """Every save tells whether there was anything new."""
    async with database.work(points.operator_id) as work:
        told = [
            await save_location(work, LOCATION),
            await save_charge_point(work, IDENTITY, PASSWORD),
            await save_evse(work, draft()),
            await save_evse(work, draft(physical_reference="1a")),
        ]

    assert [False, False, False, True] == told


async def test_what_breaks_a_rule_is_refused(database, points):
    """The problem names the field."""
    async with database.work(points.operator_id) as work:
        with pytest.raises(InvalidCharger, match=r"connectors\[0\]\.standard"):
            await save_evse(work, draft(connectors=(replace(AC_22, standard="PLUG"),)))


async def test_a_charge_point_is_found_with_its_evses(database, points):
    """The gateway learns in one look whom it has on the line."""
    charge_point = await find_charge_point(IDENTITY, database=database)

    assert points.operator_id == charge_point.operator_id
    assert [(1, 1, "AC_3_PHASE"), (2, 2, "AC_3_PHASE")] == [
        (each.evse_no, each.ocpp16_connector_id, each.power_type) for each in charge_point.evses
    ]
    assert charge_point.matches(PASSWORD.encode())
    assert not charge_point.matches(None)
    assert await find_charge_point("CP-9", database=database) is None


async def test_a_connection_makes_an_evse_reachable(database, points, heard):
    """And its end makes it unreachable."""
    charge_point, connection = await connect(database)
    during = (await state(database, points)).connected

    await charge_point_disconnected(charge_point, connection, database=database)

    assert (True, False) == (during, (await state(database, points)).connected)
    its = (IDENTITY,)
    assert [ChargePointsConnected(its), ChargePointsDisconnected(its)] == heard


async def test_an_old_connection_does_not_take_the_new_one_along(database, points, heard):
    """A charge point that reconnects before its old socket is noticed stays connected."""
    charge_point, old = await connect(database)
    await connect(database)

    await charge_point_disconnected(charge_point, old, database=database)

    assert (await state(database, points)).connected
    assert ChargePointsDisconnected((IDENTITY,)) not in heard


async def test_a_connection_that_nobody_keeps_alive_is_gone(database, points, clock):
    """A killed process leaves nobody connected: the lease runs out after two minutes."""
    await connect(database)
    clock.advance(seconds=100)
    await touch_charge_points({(points.operator_id, IDENTITY): clock.now()}, database=database)
    clock.advance(seconds=100)
    touched = (await state(database, points)).connected
    clock.advance(seconds=21)

    assert (True, False) == (touched, (await state(database, points)).connected)


async def test_touching_never_goes_back_in_time(database, points, clock):
    """Batches of several processes may overtake each other; an empty one is nothing."""
    await connect(database)
    earlier = clock.now() - timedelta(minutes=5)

    await touch_charge_points({(points.operator_id, IDENTITY): earlier}, database=database)
    await touch_charge_points({}, database=database)

    assert (await state(database, points)).connected


async def test_a_fresh_start_forgets_all_connections(database, points):
    """The only process with connections begins with none."""
    await connect(database)

    await forget_connections(database=database)

    assert not (await state(database, points)).connected


async def test_a_boot_is_kept(database, points, clock, sql):
    """What the charge point says of itself; its transactions are not touched."""
    await record_boot(
        BootReport(points.operator_id, IDENTITY, "Vendor", "Model", clock.now(), "SN1", "1.0"),
        database=database,
    )

    row = sql.execute("SELECT vendor, model, serial_number, firmware FROM charge_point").fetchone()
    assert ("Vendor", "Model", "SN1", "1.0") == row


async def test_a_status_is_kept_and_its_change_told(database, points, heard, clock):
    """The charge point's words; the same word again is no change."""
    await report_status(database, points, EvseStatus.AVAILABLE, at=clock.now())
    since = clock.now()
    await report_status(database, points, EvseStatus.AVAILABLE, at=clock.advance(minutes=1))
    evse = await state(database, points)
    await report_status(database, points, EvseStatus.PREPARING, at=clock.advance(minutes=1))

    assert (EvseStatus.AVAILABLE, since) == (evse.status, evse.status_since)
    assert [
        changed("EVSE-1", EvseStatus.AVAILABLE, EvseStatus.UNKNOWN),
        changed("EVSE-1", EvseStatus.PREPARING, EvseStatus.AVAILABLE),
    ] == heard
    assert EvseStatus.UNKNOWN == (await state(database, points, "EVSE-2")).status


async def test_an_older_status_that_comes_later_is_ignored(database, points, clock):
    """After a reconnect the queue may come behind the fresh status."""
    now = clock.now()
    await report_status(database, points, EvseStatus.CHARGING, at=now)

    await report_status(database, points, EvseStatus.AVAILABLE, at=now - timedelta(minutes=10))

    assert EvseStatus.CHARGING == (await state(database, points)).status


async def test_a_clock_that_jumped_back_is_believed_again(database, points, clock):
    """A reboot without a battery: after two minutes the new, lower time counts."""
    wrong = clock.now() - timedelta(days=30)
    await report_status(database, points, EvseStatus.CHARGING, at=clock.now())

    async def says(status, minutes):
        report = StatusReport(
            points.operator_id,
            IDENTITY,
            None,
            1,
            status,
            None,
            wrong,
            clock.advance(minutes=minutes),
        )
        await record_status(report, database=database)
        return (await state(database, points)).status

    assert EvseStatus.AVAILABLE == await says(EvseStatus.AVAILABLE, 3)
    wrong += timedelta(seconds=30)
    assert EvseStatus.PREPARING == await says(EvseStatus.PREPARING, 0)
    assert clock.now() == (await state(database, points)).status_since


async def test_a_status_without_a_time_is_of_its_receipt(database, points, clock):
    """1.6 need not send one."""
    report = StatusReport(
        points.operator_id,
        IDENTITY,
        None,
        2,
        EvseStatus.FAULTED,
        "GroundFailure",
        None,
        clock.now(),
    )

    await record_status(report, database=database)

    evse = await state(database, points, "EVSE-2")
    assert (EvseStatus.FAULTED, clock.now()) == (evse.status, evse.status_since)


async def test_one_occupied_connector_occupies_the_evse(database, points, clock):
    """2.x counts connectors per EVSE: an EVSE serves one car."""

    async def says(connector, status):
        report = StatusReport(
            points.operator_id, IDENTITY, 1, connector, status, None, clock.now(), clock.now()
        )
        await record_status(report, database=database)
        return (await state(database, points)).status

    assert EvseStatus.AVAILABLE == await says(1, EvseStatus.AVAILABLE)
    assert EvseStatus.OCCUPIED == await says(2, EvseStatus.OCCUPIED)
    assert EvseStatus.OCCUPIED == await says(1, EvseStatus.UNAVAILABLE)
    assert EvseStatus.AVAILABLE == await says(2, EvseStatus.AVAILABLE)


async def test_a_station_out_of_use_takes_its_evses_along(database, points, heard, clock):
    """Connector 0 is the station: faulted as a whole, nothing free on it can be used."""
    await report_status(database, points, EvseStatus.AVAILABLE, at=clock.now())
    await report_status(database, points, EvseStatus.CHARGING, at=clock.now(), connector=2)
    heard.clear()

    await report_status(database, points, EvseStatus.FAULTED, at=clock.now(), connector=0)

    assert EvseStatus.FAULTED == (await state(database, points)).status
    assert EvseStatus.CHARGING == (await state(database, points, "EVSE-2")).status
    assert [changed("EVSE-1", EvseStatus.FAULTED, EvseStatus.AVAILABLE)] == heard


async def test_an_unconfigured_connector_changes_nothing(database, points, heard, clock):
    """Charge points report sockets that nobody sells."""
    await report_status(database, points, EvseStatus.AVAILABLE, at=clock.now(), connector=7)

    assert [] == heard


async def test_free_evses_are_found_by_distance(database, points, clock):
    """Free, reachable, the nearest first; metres along the great circle."""
    # One degree of latitude is 6,371 km x pi / 180 = 111,195 m; a hundredth of it 1,112 m.
    north = replace(LOCATION, location_id="AMS-2", latitude=LOCATION.latitude + Decimal("0.01"))
    # 0.02 degrees of longitude at 52.37 N: 2,224 m x cos(52.37) = 1,358 m.
    east = replace(LOCATION, location_id="AMS-3", longitude=LOCATION.longitude + Decimal("0.02"))
    far = replace(LOCATION, location_id="RTM-1", latitude=Decimal("50.9"))
    async with database.work(points.operator_id) as work:
        for number, place in enumerate((far, east, north)):
            await save_location(work, place)
            identity = f"CP-N{number}"
            await save_charge_point(work, identity, PASSWORD)
            await save_evse(
                work,
                draft(
                    place.location_id,
                    f"NNNNN{number + 2}",
                    location_id=place.location_id,
                    identity=identity,
                ),
            )
    for identity in (IDENTITY, "CP-N0", "CP-N1", "CP-N2"):
        await connect(database, identity)
        report = StatusReport(
            points.operator_id, identity, None, 1, EvseStatus.AVAILABLE, None, None, clock.now()
        )
        await record_status(report, database=database)
    await report_status(database, points, EvseStatus.CHARGING, at=clock.advance(seconds=1))
    await report_status(
        database, points, EvseStatus.AVAILABLE, at=clock.advance(seconds=1), connector=2
    )

    async with database.work(points.operator_id) as work:
        found = [(evse.evse_uid, metres) for evse, metres in await nearest_free(work, LOCATION, 5)]
        first = [evse.evse_uid for evse, _ in await nearest_free(work, LOCATION, 1)]
    await forget_connections(database=database)
    async with database.work(points.operator_id) as work:
        offline = await nearest_free(work, LOCATION, 5)

    assert [("EVSE-2", 0), ("AMS-2", 1112), ("AMS-3", 1358)] == found
    assert ["EVSE-2"] == first
    assert [] == offline


async def test_work_of_every_operator_sees_all(database, points):
    """The look-up by code crosses operators, and nothing else does."""
    await furnish(database, OTHER_OPERATOR, mark="2")

    async with database.work(EVERY_OPERATOR):
        evses = await list_evses(database=database)

    assert 4 == len(evses)


async def test_many_come_and_go_in_one_transaction(database, clock):
    """Each gets the name of its connection, in its place; one that comes twice keeps the newer."""
    first = await furnish(database)
    other = await furnish(database, OTHER_OPERATOR, mark="X")
    mine, theirs = first.evse.identity, other.evse.identity
    comings = [
        Coming(first.operator_id, mine, "ocpp1.6"),
        Coming(other.operator_id, theirs, "ocpp2.1"),
        Coming(first.operator_id, mine, "ocpp2.0.1"),
    ]
    old, their_name, new = await note_comings(comings, database=database)
    goings = [
        Coming(first.operator_id, mine, None, old),
        Coming(other.operator_id, theirs, None, their_name),
        Coming(other.operator_id, mine, None, new),
    ]
    await note_comings(goings, database=database)
    found = await find_charge_points([theirs, "CP-9", mine], database=database)

    assert 3 == len({old, their_name, new})
    assert [theirs, None, mine] == [each and each.identity for each in found]
    # The old connection's end and another operator's word change nothing.
    assert [False, True] == [each.connected for each in found if each]
    assert ["ocpp2.1", "ocpp2.0.1"] == [each.protocol for each in found if each]
    assert [[1, 2], [1, 2]] == [[on.evse_no for on in each.evses] for each in found if each]
