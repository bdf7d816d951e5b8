"""A paid session over the real socket into the real database, in all three versions."""

import asyncio
from decimal import Decimal

import pytest

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.ports import CommandOutcome
from app.charging.sessions.model import Flag, SessionState
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import until
from tests.charging.ocpp.world import IDENTITY, OPERATOR, world

VERSIONS = ["ocpp1.6", "ocpp2.0.1", "ocpp2.1"]


def active(session) -> bool:
    """Tell whether the charge point has started it."""
    return session.state is SessionState.ACTIVE


def over(session) -> bool:
    """Tell whether it is completed."""
    return session.state is SessionState.COMPLETED


@pytest.mark.parametrize("plug_first", [True, False])
@pytest.mark.parametrize("version", VERSIONS)
async def test_a_paid_session_from_start_to_stop(database, clock, version, plug_first):
    """Start, plug (before or after), charge, stop: the register's difference is kept."""
    async with world(database, clock, version) as at:
        session = await at.prepare()
        if plug_first:
            at.charger.plug()
            await at.until_evse(lambda evse: evse.status is not EvseStatus.AVAILABLE)
        outcome = await at.start(session)
        if not plug_first:
            at.charger.plug()
        running = await at.until(session, active)
        clock.advance(minutes=10)
        await at.until(session, lambda found: found.energy_wh > 0)
        stopped = await at.stop(session)
        ended = await at.until(session, over)

        assert CommandOutcome.ACCEPTED is outcome
        assert CommandOutcome.ACCEPTED is stopped
        assert at.charger.bays[1].meter_wh.quantize(Decimal(1)) - running.meter_start_wh == (
            ended.energy_wh.quantize(Decimal(1))
        )
        # 150 kW for ten minutes is 25 kWh
        assert Decimal(20_000) < ended.energy_wh < Decimal(25_001)
        assert "Remote" == ended.stop_reason
        assert frozenset() == ended.flags
        assert clock.now() == ended.ended_at
        assert any(each.power_w for each in await at.samples(session))
        assert any(each.soc for each in await at.samples(session))


@pytest.mark.parametrize("version", VERSIONS)
async def test_the_status_follows_the_cable(database, clock, version):
    """What the charge point reports is what the driver sees at the code."""
    async with world(database, clock, version) as at:
        free = await at.until_evse(lambda evse: evse.status is EvseStatus.AVAILABLE)
        at.charger.plug()
        busy = await at.until_evse(lambda evse: evse.status is not EvseStatus.AVAILABLE)
        clock.advance(seconds=1)
        at.charger.unplug()
        await at.until_evse(lambda evse: evse.status is EvseStatus.AVAILABLE)

        assert free.connected
        word = EvseStatus.PREPARING if version == "ocpp1.6" else EvseStatus.OCCUPIED
        assert word is busy.status


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
async def test_a_transaction_that_began_with_the_cable_is_adopted(database, clock, version):
    """TxStartPoint EVConnected: the transaction is older than its payment, its register counts."""
    async with world(database, clock, version, starts_when_plugged=True) as at:
        at.charger.plug()
        await at.charger.said_everything()
        session = await at.prepare()
        await at.start(session)
        running = await at.until(session, active)
        clock.advance(minutes=2)
        await at.until(session, lambda found: found.energy_wh > 0)
        await at.stop(session)
        ended = await at.until(session, over)

        assert running.meter_start_wh == Decimal(1_234_500)
        assert ended.energy_wh > 0


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_rejected_start(database, clock, version):
    """A charge point may say no."""
    async with world(database, clock, version) as at:
        at.charger.faults.reject_start = True

        assert CommandOutcome.REJECTED is await at.start(await at.prepare())


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_charge_point_that_is_away_gets_nothing(database, clock, version):
    """A command to nobody was never sent."""
    async with world(database, clock, version) as at:
        await at.charger.go_offline()
        await at.until_evse(lambda evse: not evse.connected)

        assert CommandOutcome.NOT_SENT is await at.start(await at.prepare())


async def test_a_charge_point_that_goes_while_asked(database, clock):
    """When the socket goes before the answer, the outcome is unknown, and at once."""
    async with world(database, clock, "ocpp1.6") as at:
        at.charger.faults.mute = True
        asked = asyncio.create_task(at.start(await at.prepare()))
        await asyncio.sleep(0.2)
        await at.charger.go_offline()
        async with asyncio.timeout(60):
            outcome = await asked

        assert CommandOutcome.UNKNOWN is outcome


async def test_a_charge_point_that_does_not_answer(database, clock):
    """Without an answer in time the outcome is unknown; what never had its turn was not sent."""
    settings = OcppSettings(pairing=False, call_seconds=1)
    async with world(database, clock, "ocpp1.6", settings=settings) as at:
        at.charger.faults.mute = True
        first = asyncio.create_task(at.start(await at.prepare()))
        await asyncio.sleep(0.1)
        second = await at.start(await at.prepare(2))

        assert CommandOutcome.UNKNOWN is await first
        # It waited behind the first for 0.9 s and had 0.1 s left: sent, not answered.
        assert CommandOutcome.UNKNOWN is second


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_start_after_the_money_went_back_is_refused(database, clock, version):
    """Withdrawn before the plug: the charge point learns that its token is no good, and stops."""
    async with world(database, clock, version) as at:
        session = await at.prepare()
        await at.start(session)
        await at.withdraw(session)
        at.charger.plug()
        flagged = await at.until(session, lambda found: Flag.LATE_START in found.flags)
        await until(lambda: at.charger.bays[1].charging is None)

        assert SessionState.WITHDRAWN is flagged.state


@pytest.mark.parametrize("version", VERSIONS)
async def test_messages_that_come_twice_count_once(database, clock, version):
    """A start and a stop that the firmware repeats change nothing."""
    async with world(database, clock, version) as at:
        at.charger.faults.duplicate_start = at.charger.faults.duplicate_stop = True
        session = await at.prepare()
        at.charger.plug()
        await at.start(session)
        await at.until(session, active)
        clock.advance(minutes=5)
        await at.until(session, lambda found: found.energy_wh > 0)
        await at.stop(session)
        ended = await at.until(session, over)
        await at.charger.said_everything()

        assert ended.energy_wh == (await at.session(session)).energy_wh
        assert frozenset() == (await at.session(session)).flags


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_connection_lost_in_the_middle(database, clock, version):
    """Charging goes on without us; what was measured meanwhile and the stop come later."""
    async with world(database, clock, version) as at:
        session = await at.prepare()
        at.charger.plug()
        await at.start(session)
        await at.until(session, active)
        await at.charger.go_offline()
        await at.until_evse(lambda evse: not evse.connected)
        clock.advance(minutes=5)
        await asyncio.sleep(0.2)
        at.charger.unplug()
        clock.advance(minutes=5)
        at.charger.go_online()
        ended = await at.until(session, over)

        assert "EVDisconnected" == ended.stop_reason
        # it ended when the cable came out, not when we heard of it
        assert 300 == (ended.ended_at - ended.started_at).seconds
        assert ended.energy_wh > 0


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_restart_in_the_middle_ends_with_the_power(database, clock, version):
    """A charge point that restarts tells the end of its transaction when it is back."""
    async with world(database, clock, version) as at:
        session = await at.prepare()
        at.charger.plug()
        await at.start(session)
        await at.until(session, active)
        clock.advance(minutes=5)
        await at.until(session, lambda found: found.energy_wh > 0)
        await at.charger.reboot()
        ended = await at.until(session, over)

        assert "PowerLoss" == ended.stop_reason


@pytest.mark.parametrize("version", VERSIONS)
async def test_asking_for_the_state_brings_a_reading(database, clock, version):
    """TriggerMessage: a fresh status and a fresh meter."""
    async with world(database, clock, version) as at:
        at.charger.faults.no_meter_values = True
        session = await at.prepare()
        at.charger.plug()
        await at.start(session)
        await at.until(session, active)
        clock.advance(minutes=5)
        await asyncio.sleep(0.2)
        outcome = await at.gateway.commands.ask_state(OPERATOR, IDENTITY, 1)
        await at.until(session, lambda found: found.energy_wh > 0)

        assert CommandOutcome.ACCEPTED is outcome


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_charge_point_is_set_up_after_its_boot(database, clock, version):
    """Sample interval (DC 10 s), measurands and connection time-out are what the price needs."""
    settings = OcppSettings(settle_seconds=0, call_seconds=5)
    async with world(database, clock, version, settings=settings) as at:
        await until(lambda: at.charger.settings["StopTransactionOnInvalidId"] == "true")
        wanted = {"MeterValueSampleInterval": "10", "ConnectionTimeOut": "180"}

        assert wanted.items() <= at.charger.settings.items()
        assert (
            "Energy.Active.Import.Register,Power.Active.Import,SoC"
            == (at.charger.settings["MeterValuesSampledData"])
        )


@pytest.mark.parametrize("version", VERSIONS)
async def test_reset_and_unlock(database, clock, version):
    """The two commands that a support desk needs."""
    async with world(database, clock, version) as at:
        unlocked = await at.gateway.commands.unlock(OPERATOR, IDENTITY, 1)
        reset = await at.gateway.commands.reset(OPERATOR, IDENTITY, at_once=True)
        await at.until_evse(lambda evse: not evse.connected)
        await at.until_evse(lambda evse: evse.connected)

        assert [CommandOutcome.ACCEPTED] * 2 == [unlocked, reset]


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("fault", ["meter_absurd", "meter_backwards"])
async def test_a_meter_that_lies_does_not_raise_the_bill(database, clock, version, fault):
    """Absurd or falling registers are kept and flagged; the energy stays what was plausible."""
    async with world(database, clock, version) as at:
        session = await at.prepare()
        at.charger.plug()
        await at.start(session)
        await at.until(session, active)
        clock.advance(minutes=5)
        honest = await at.until(session, lambda found: found.energy_wh > 0)
        at.charger.faults.switch(fault, on=True)
        clock.advance(minutes=1)
        await at.until(session, lambda found: found.heard_at == clock.now())
        at.charger.faults.switch(fault, on=False)
        await at.stop(session)
        ended = await at.until(session, over)

        # 150 kW for six minutes is 15 kWh
        assert honest.energy_wh <= ended.energy_wh < Decimal(15_001)


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_stop_that_never_comes_is_closed_by_the_next_session(database, clock, version):
    """The next start on the EVSE proves that the transaction before it is over."""
    async with world(database, clock, version) as at:
        first = await at.prepare()
        at.charger.plug()
        await at.start(first)
        await at.until(first, active)
        clock.advance(minutes=5)
        measured = await at.until(first, lambda found: found.energy_wh > 0)
        at.charger.faults.lost_stop = True
        at.charger.unplug()
        second = await at.prepare()
        at.charger.plug()
        await at.start(second)
        await at.until(second, active)
        closed = await at.until(first, over)

        assert measured.energy_wh == closed.energy_wh
        assert Flag.CLOSED_WITHOUT_STOP in closed.flags


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_stop_that_comes_hours_later(database, clock, version):
    """It is priced by the charge point's time and flagged as late."""
    async with world(database, clock, version) as at:
        session = await at.prepare()
        at.charger.plug()
        await at.start(session)
        await at.until(session, active)
        clock.advance(minutes=5)
        await at.until(session, lambda found: found.energy_wh > 0)
        at.charger.faults.late_stop = True
        at.charger.unplug()
        stopped_at = clock.now()
        clock.advance(hours=3)
        at.charger.faults.late_stop = False
        ended = await at.until(session, over)

        assert stopped_at == ended.ended_at
        assert frozenset({Flag.LATE_STOP}) == ended.flags


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_clock_in_1970_is_replaced_by_ours(database, clock, version):
    """The session has the times at which its messages came."""
    async with world(database, clock, version) as at:
        at.charger.faults.clock_1970 = True
        session = await at.prepare()
        at.charger.plug()
        await at.start(session)
        running = await at.until(session, active)
        clock.advance(minutes=5)
        await at.until(session, lambda found: found.energy_wh > 0)
        await at.stop(session)
        ended = await at.until(session, over)

        assert 2026 == running.started_at.year
        assert 300 == (ended.ended_at - ended.started_at).seconds
        assert Flag.CLOCK_OFF in ended.flags
