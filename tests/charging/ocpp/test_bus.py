"""Commands between processes: two gateways with one Redis, the charge point at one of them."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.gateways.ocpp.bus import commands as bus_module
from app.gateways.ocpp.bus import outage as outage_module
from app.gateways.ocpp.bus.join import join_at
from app.gateways.ocpp.bus.messages import Errand, Stop
from app.gateways.ocpp.bus.outage import Outage
from app.gateways.ocpp.bus.post import PostOffice
from app.gateways.ocpp.commands import LocalCommands
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.registry import Registry
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import Raw, raw_charger, serving
from tests.fakes.charge_points import OPERATOR, FakeFacts
from tests.fakes.clock import FakeClock

START = RemoteStart(OPERATOR, "CP1", 2, 2, "TAG", 7)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """An empty Redis."""
    client = Redis.from_url(redis_url)
    await client.flushdb()
    yield client
    await client.aclose()


@contextlib.asynccontextmanager
async def process(redis_url: str, facts: FakeFacts) -> AsyncIterator[tuple[OcppGateway, str]]:
    """Run a gateway as a process would."""
    settings = OcppSettings(pairing=False, call_seconds=2)
    gateway = OcppGateway(facts, FakeClock(), settings, join=join_at(redis_url))
    async with gateway.running(), serving(gateway.endpoint) as url:
        yield gateway, url


async def obey(charger: Raw, status: str = "Accepted") -> dict:
    """Answer the next call with a status and return what it asked."""
    _, message_id, _, payload = await charger.hear()
    await charger.say(f'[3,"{message_id}",{{"status":"{status}"}}]')
    return payload


async def test_a_process_that_died_gets_nothing(redis, redis_url, facts):
    """The owner was killed: its sign of life runs out, what it owned is nobody's."""
    dead = PostOffice(redis)
    await dead.claim(["CP1"])
    async with process(redis_url, facts) as (web, _):
        outcome = await web.commands.remote_start(START)

    assert CommandOutcome.NOT_SENT is outcome


async def test_an_errand_that_nobody_fetches_is_taken_back(redis, redis_url, facts):
    """The owner was killed a moment ago: after five seconds the start is taken out of its inbox."""
    dying = PostOffice(redis)
    await dying.claim(["CP1"])
    await dying.live()
    async with process(redis_url, facts) as (web, _):
        outcome = await web.commands.remote_start(START)
        left = await dying.next_note(1)

    assert CommandOutcome.NOT_SENT is outcome
    assert left is None


async def test_a_process_that_dies_with_an_errand_is_found_by_its_silence(redis, redis_url, facts):
    """It had fetched the start: nobody knows, and nobody waits longer than for its last sign."""
    dying = PostOffice(redis)
    await dying.claim(["CP1"])
    await dying.live()
    async with process(redis_url, facts) as (web, _):
        asked = asyncio.create_task(web.commands.remote_start(START))
        assert await dying.next_note(5) is not None
        await redis.delete(f"directpay:ocpp:process:{dying.address}")
        async with asyncio.timeout(3):
            outcome = await asked

    assert CommandOutcome.UNKNOWN is outcome


async def test_a_process_that_dies_before_is_found_too(redis, redis_url, facts):
    """The start still lay in its inbox: it was not sent, and never will be."""
    dying = PostOffice(redis)
    await dying.claim(["CP1"])
    await dying.live()
    async with process(redis_url, facts) as (web, _):
        asked = asyncio.create_task(web.commands.remote_start(START))
        await asyncio.sleep(0.2)
        await redis.delete(f"directpay:ocpp:process:{dying.address}")
        async with asyncio.timeout(3):
            outcome = await asked
        left = await dying.next_note(1)

    assert (CommandOutcome.NOT_SENT, None) == (outcome, left)


async def test_a_redis_that_forgets_everything_learns_it_again(
    redis, redis_url, facts, monkeypatch
):
    """It restarted without its memory: with the next sign of life every owner is known again."""
    monkeypatch.setattr(bus_module, "_LIVE_SECONDS", 0.1)
    async with (
        process(redis_url, facts) as (_, url),
        process(redis_url, facts) as (web, _),
        raw_charger(url) as charger,
    ):
        await charger.ask("Heartbeat", {})
        await redis.flushdb()
        await asyncio.sleep(0.5)
        asked = asyncio.create_task(web.commands.remote_start(START))
        await obey(charger)

        assert CommandOutcome.ACCEPTED is await asked


async def test_a_lost_cancellation_does_not_keep_a_process_alive(redis):
    """Redis's client swallows one that comes together with an answer: it is told once more."""
    is_asked = asyncio.Event()

    class Deaf(PostOffice):
        async def live(self) -> bool:
            is_asked.set()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.sleep(3600)
            return True

    registry, settings = Registry(), OcppSettings()
    local = LocalCommands(registry, FakeClock(), settings)
    commands = bus_module.RedisCommands(Deaf(redis), local, registry, 2)
    async with asyncio.timeout(60), commands.running():
        await is_asked.wait()

    assert [] == [task for task in asyncio.all_tasks() if "RedisCommands" in repr(task)]


async def test_all_charge_points_come_back_at_once(redis, redis_url, caplog):
    """A thousand claims in one moment wait for a connection to Redis; none is lost."""
    identities = [f"CP{number}" for number in range(1000)]
    async with process(redis_url, FakeFacts()) as (gateway, _):
        presence = gateway.endpoint.presence
        await asyncio.gather(*(presence.claim(identity) for identity in identities))
        owned = await redis.exists(*(f"directpay:ocpp:owner:{each}" for each in identities))
        await asyncio.gather(*(presence.release(identity) for identity in identities))
        left = await redis.exists(*(f"directpay:ocpp:owner:{each}" for each in identities))

    assert (1000, 0) == (owned, left)
    assert "nobody else knows" not in caplog.text


async def test_an_errand_that_comes_late_never_runs(redis, redis_url, facts):
    """A start from before must not begin when everyone has given up on it."""
    async with process(redis_url, facts) as (_, url), raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        caller = PostOffice(redis)
        late = Errand("1", caller.address, Stop(RemoteStop(OPERATOR, "CP1", "5")))
        assert await caller.dispatch("CP1", late, seconds=-1) is not None
        report = await caller.next_note(5)

        assert CommandOutcome.NOT_SENT is report.note.result.outcome
        assert (await charger.ask("Heartbeat", {}, "after"))[1] == "after"


async def test_without_redis_the_own_sockets_still_obey(facts):
    """Redis is away: charge points connect, and the process that holds them commands them."""
    async with (
        process("redis://127.0.0.1:9/0", facts) as (gateway, url),
        raw_charger(url) as charger,
    ):
        await charger.ask("Heartbeat", {})
        asked = asyncio.create_task(gateway.commands.remote_start(START))
        await obey(charger)

        assert CommandOutcome.ACCEPTED is await asked
        stop = RemoteStop(OPERATOR, "CP9", "5")
        assert CommandOutcome.NOT_SENT is await gateway.commands.remote_stop(stop)


async def test_an_outage_of_redis_is_said_once(facts, monkeypatch, caplog):
    """However long it lasts, each of the two loops warns a single time."""
    monkeypatch.setattr(outage_module, "_FIRST_SECONDS", 0.01)
    with caplog.at_level(logging.INFO):
        async with process("redis://127.0.0.1:9/0", facts):
            await asyncio.sleep(0.5)

    said = [record.getMessage().partition(":")[0] for record in caplog.records]
    assert [
        "Redis is away, and other processes can't see this one",
        "Redis is away, and the inbox of this process is not read",
    ] == sorted(line for line in said if line.startswith("Redis"))


async def test_the_next_outage_is_said_again(monkeypatch, caplog):
    """It went, it came back, it went: three lines, and the waits grow up to a limit."""
    waits: list[int] = []

    async def sleep(seconds: int) -> None:
        waits.append(seconds)

    monkeypatch.setattr(outage_module.asyncio, "sleep", sleep)
    outage = Outage("nobody hears")
    with caplog.at_level(logging.INFO):
        for _ in range(7):
            await outage.wait(RedisError("gone"))
        outage.over()
        outage.over()
        await outage.wait(RedisError("gone"))

    assert [1, 2, 3, 4, 5, 5, 5, 1] == waits
    assert [
        "Redis is away, and nobody hears: gone",
        "Redis is back after 7 tries",
        "Redis is away, and nobody hears: gone",
    ] == [record.getMessage() for record in caplog.records]
