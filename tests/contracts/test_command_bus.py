"""One contract for commands to charge points: in this process, and to another one over Redis."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

import pytest
from redis.asyncio import Redis
from websockets.exceptions import ConnectionClosed

from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.gateways.ocpp.bus.join import join_at
from app.gateways.ocpp.commands import Commands
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.link.session import NoAnswer, NotSent, Refused
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import Raw, raw_charger, serving, until
from tests.fakes.charge_points import OPERATOR, FakeFacts, charge_point
from tests.fakes.clock import FakeClock

START = RemoteStart(OPERATOR, "CP1", 2, 2, "TAG", 7)
STOP = RemoteStop(OPERATOR, "CP1", "5")
SETTINGS = OcppSettings(pairing=False, call_seconds=2)


@dataclass
class Bus:
    """Whoever commands, and the addresses at which a charge point may connect."""

    commands: Commands
    urls: list[str]
    facts: FakeFacts = field(repr=False)


@pytest.fixture(params=["in_process", "redis"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """One process, then three: the last one commands, charge points connect to the others."""
    facts = FakeFacts(charge_point())
    async with contextlib.AsyncExitStack() as stack:
        url = None
        if request.param == "redis":
            url = request.getfixturevalue("redis_url")
            client = await stack.enter_async_context(Redis.from_url(url))
            await client.flushdb()
        gateways, urls = [], []
        for _ in range(3 if url else 1):
            gateway = OcppGateway(facts, FakeClock(), SETTINGS, join=join_at(url) if url else None)
            await stack.enter_async_context(gateway.running())
            urls.append(await stack.enter_async_context(serving(gateway.endpoint)))
            gateways.append(gateway)
        yield Bus(gateways[-1].commands, urls * 2 if url is None else urls, facts)


@contextlib.asynccontextmanager
async def connected(url: str) -> AsyncIterator[Raw]:
    """Connect the charge point and have its first answer: by then it can be found."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        yield charger


async def obey(charger: Raw, answer: str = '{"status":"Accepted"}') -> list:
    """Answer the next call and return its frame."""
    frame = await charger.hear()
    await charger.say(f'[3,"{frame[1]}",{answer}]')
    return frame


async def test_a_start_reaches_the_charge_point(bus: Bus):
    """It says where to start and with which tag, and the charge point's word comes back."""
    async with connected(bus.urls[0]) as charger:
        asked = asyncio.create_task(bus.commands.remote_start(START))
        frame = await obey(charger)

        assert ["RemoteStartTransaction", {"idTag": "TAG", "connectorId": 2}] == frame[2:]
        assert CommandOutcome.ACCEPTED is await asked


async def test_every_command_and_every_word(bus: Bus):
    """Stop, state, unlock and reset go the same way, and so does a refusal."""
    async with connected(bus.urls[0]) as charger:
        commands = bus.commands
        tried = [
            (commands.remote_stop(STOP), ["Rejected"]),
            (commands.ask_state(OPERATOR, "CP1", 1), ["Accepted", "Accepted"]),
            (commands.unlock(OPERATOR, "CP1", 1), ["Unlocked"]),
            (commands.reset(OPERATOR, "CP1", at_once=False), ["Accepted"]),
        ]
        outcomes = []
        for command, statuses in tried:
            asked = asyncio.create_task(command)
            for status in statuses:
                await obey(charger, json.dumps({"status": status}))
            outcomes.append(await asked)

    accepted = CommandOutcome.ACCEPTED
    assert [CommandOutcome.REJECTED, accepted, accepted, accepted] == outcomes


async def test_any_call_brings_the_answer_as_it_was_given(bus: Bus):
    """Numbers keep their digits, texts their letters, both ways."""
    payload = {"vendorId": "Vöx", "data": Decimal("0.10")}
    async with connected(bus.urls[0]) as charger:
        asked = asyncio.create_task(bus.commands.call(OPERATOR, "CP1", "DataTransfer", payload))
        frame = await obey(charger, '{"status":"Accepted","data":[1.250,"é",null]}')

        assert ["DataTransfer", {"vendorId": "Vöx", "data": 0.1}] == frame[2:]
        answer = await asked
        assert {"status": "Accepted", "data": [Decimal("1.250"), "é", None]} == answer
        assert "1.250" == str(answer["data"][0])


async def test_the_error_of_a_charge_point_comes_back_as_it_was_given(bus: Bus):
    """Code, description and details."""
    async with connected(bus.urls[0]) as charger:
        asked = asyncio.create_task(bus.commands.call(OPERATOR, "CP1", "Reset", {"type": "Soft"}))
        frame = await charger.hear()
        await charger.say(f'[4,"{frame[1]}","NotSupported","no reset here",{{"since":2.50}}]')
        with pytest.raises(Refused) as refused:
            await asked

    error = refused.value.error
    assert ("NotSupported", "no reset here") == (error.code, error.description)
    assert {"since": Decimal("2.50")} == error.details


async def test_a_charge_point_that_is_nowhere(bus: Bus):
    """Nothing was sent, and that is known at once; also after it was there."""
    async with asyncio.timeout(1):
        never = await bus.commands.remote_start(START)
    async with connected(bus.urls[0]):
        pass
    await until(lambda: not bus.facts.open)
    async with asyncio.timeout(1):
        gone = await bus.commands.remote_stop(STOP)
        with pytest.raises(NotSent, match="CP1 is not connected"):
            await bus.commands.call(OPERATOR, "CP1", "ClearCache", {})

    assert [CommandOutcome.NOT_SENT] * 2 == [never, gone]


async def test_a_charge_point_that_does_not_answer(bus: Bus):
    """After the time for a call nobody knows what became of it."""
    async with connected(bus.urls[0]):
        async with asyncio.timeout(8):
            outcome = await bus.commands.remote_start(START)

    assert CommandOutcome.UNKNOWN is outcome


async def test_a_charge_point_that_goes_while_it_is_asked(bus: Bus):
    """The command left, the socket went: unknown, and at once."""
    async with connected(bus.urls[0]) as charger:
        asked = asyncio.create_task(bus.commands.remote_start(START))
        await charger.hear()
        await charger.socket.close()
        async with asyncio.timeout(1):
            outcome = await asked

    assert CommandOutcome.UNKNOWN is outcome


async def test_a_call_that_gets_no_answer_says_so(bus: Bus):
    """The same for any call: NoAnswer, never NotSent."""
    async with connected(bus.urls[0]) as charger:
        asked = asyncio.create_task(bus.commands.call(OPERATOR, "CP1", "ClearCache", {}))
        await charger.hear()
        await charger.socket.close()
        with pytest.raises(NoAnswer):
            await asked


async def test_the_newest_socket_is_the_charge_points(bus: Bus):
    """Wherever it connects again: the older socket is closed, and commands follow."""
    async with connected(bus.urls[0]) as older, connected(bus.urls[1]) as newer:
        with pytest.raises(ConnectionClosed) as closed:
            await older.socket.recv()
        asked = asyncio.create_task(bus.commands.remote_start(START))
        await obey(newer)

        assert 1008 == closed.value.rcvd.code
        assert CommandOutcome.ACCEPTED is await asked


async def test_it_comes_and_goes_between_processes(bus: Bus):
    """Five times back and forth: each command reaches the socket that is open."""
    outcomes = []
    for round_ in range(5):
        async with connected(bus.urls[round_ % 2]) as charger:
            asked = asyncio.create_task(bus.commands.remote_start(START))
            await obey(charger)
            outcomes.append(await asked)

    assert [CommandOutcome.ACCEPTED] * 5 == outcomes


async def test_commands_take_turns(bus: Bus):
    """A charge point has one question open; the second one follows the first."""
    async with connected(bus.urls[0]) as charger:
        first = asyncio.create_task(bus.commands.remote_start(START))
        frame = await charger.hear()
        second = asyncio.create_task(bus.commands.remote_stop(STOP))
        await asyncio.sleep(0.2)
        await charger.say(f'[3,"{frame[1]}",{{"status":"Accepted"}}]')
        await obey(charger, '{"status":"Rejected"}')

        assert [CommandOutcome.ACCEPTED, CommandOutcome.REJECTED] == [await first, await second]


async def test_nobody_commands_another_operators_charge_point(bus: Bus):
    """The operator's id travels with the command and is compared where the socket is."""
    other = UUID(int=1)
    async with connected(bus.urls[0]) as charger:
        assert CommandOutcome.NOT_SENT is await bus.commands.remote_stop(
            RemoteStop(other, "CP1", "5")
        )
        with pytest.raises(NotSent):
            await bus.commands.call(other, "CP1", "ClearCache", {})
        assert "after" == (await charger.ask("Heartbeat", {}, "after"))[1]
