"""A process goes down in order: what it has read is answered, and charge points come back."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from app.charging.chargers.ports import CommandOutcome, RemoteStart
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import Raw, raw_charger, serving, until
from tests.fakes.charge_points import OPERATOR, FakeFacts, charge_point
from tests.fakes.clock import FakeClock

SAMPLE = (
    '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-02T09:00:00Z",'
    '"sampledValue":[{"value":"%d"}]}]}'
)
START = RemoteStart(OPERATOR, "CP1", 1, 1, "TAG", 7)
RESTART = 1012


class SlowFacts(FakeFacts):
    """Keeps meter values when the test lets it."""

    def __init__(self, *known) -> None:
        """Let nothing through yet."""
        super().__init__(*known)
        self.may = asyncio.Event()

    async def samples(self, report) -> None:
        """Keep them, some time."""
        await self.may.wait()
        await super().samples(report)


@pytest.fixture
def facts() -> SlowFacts:
    """Three charge points are known."""
    return SlowFacts(*(charge_point(f"CP{number}") for number in (1, 2, 3)))


@pytest.fixture
def gateway(facts) -> OcppGateway:
    """A gateway that gives up on a slow answer after a second."""
    return OcppGateway(facts, FakeClock(), OcppSettings(pairing=False, finish_seconds=1))


@pytest.fixture
async def url(gateway) -> AsyncIterator[str]:
    """Its address."""
    async with serving(gateway.endpoint) as address:
        yield address


async def sends(charger: Raw, number: int) -> None:
    """Send meter values, and do not wait for the answer."""
    await charger.say(f'[2,"{number}","MeterValues",{SAMPLE % number}]')


async def test_what_was_read_is_answered_before_the_socket_closes(url, gateway, facts):
    """Two messages were read: both are kept and answered; a third that comes later is not."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        for number in (1, 2):
            await sends(charger, number)
        await asyncio.sleep(0.1)
        draining = asyncio.create_task(gateway.drain())
        await asyncio.sleep(0.1)
        await sends(charger, 3)
        await asyncio.sleep(0.1)
        facts.may.set()
        answers = [await charger.hear(), await charger.hear()]
        with pytest.raises(ConnectionClosed) as closed:
            await charger.socket.recv()
        await draining

    assert [[3, "1", {}], [3, "2", {}]] == answers
    assert RESTART == closed.value.rcvd.code
    assert 2 == len(facts.sampled)


async def test_a_command_under_way_gets_its_answer(url, gateway, facts):
    """The charge point was asked to start: its word is awaited; the next command never leaves."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        first = asyncio.create_task(gateway.commands.remote_start(START))
        frame = await charger.hear()
        second = asyncio.create_task(gateway.commands.unlock(OPERATOR, "CP1", 1))
        await asyncio.sleep(0.1)
        draining = asyncio.create_task(gateway.drain())
        await asyncio.sleep(0.1)
        await charger.say(f'[3,"{frame[1]}",{{"status":"Accepted"}}]')
        with pytest.raises(ConnectionClosed):
            await charger.socket.recv()
        await draining

    assert [CommandOutcome.ACCEPTED, CommandOutcome.NOT_SENT] == [await first, await second]


async def test_nobody_is_let_in_any_more(url, gateway):
    """503: another process is found at the next try."""
    await gateway.drain()
    with pytest.raises(InvalidStatus) as refused:
        async with raw_charger(url):
            pass

    assert 503 == refused.value.response.status_code
    assert "1" == refused.value.response.headers["Retry-After"]


async def test_one_slow_charge_point_holds_up_nobody(url, gateway, facts):
    """What cannot be kept in time stays unanswered, so it is sent again elsewhere."""
    async with (
        raw_charger(url) as slow,
        raw_charger(url, identity="CP2") as second,
        raw_charger(url, identity="CP3") as third,
    ):
        for charger in (slow, second, third):
            await charger.ask("Heartbeat", {})
        await sends(slow, 1)
        await asyncio.sleep(0.1)
        draining = asyncio.create_task(gateway.drain())
        codes = []
        for charger in (second, third, slow):
            with pytest.raises(ConnectionClosed) as closed:
                async with asyncio.timeout(60):
                    await charger.socket.recv()
            codes.append(closed.value.rcvd.code)
        facts.may.set()
        await draining

    assert [RESTART] * 3 == codes
    await until(lambda: not facts.open)
