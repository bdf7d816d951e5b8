"""One contract for both buses of live updates, and what only Redis can do wrong."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from redis.asyncio import Redis

from app.infra.live import LiveBus, MemoryLiveBus
from app.infra.redis import live as redis_live
from app.infra.redis.live import RedisLiveBus


@pytest.fixture(params=["memory", "redis"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[LiveBus]:
    """Each kind of bus in turn."""
    if request.param == "memory":
        yield MemoryLiveBus()
        return
    async with RedisLiveBus(request.getfixturevalue("redis_url")) as redis_bus:
        yield redis_bus


async def arrived(heard: list[bytes], number: int) -> list[bytes]:
    """Return what was heard once it is *number* messages, or after two seconds."""
    for _ in range(400):
        if len(heard) >= number:
            break
        await asyncio.sleep(0.005)
    return heard


async def test_a_listener_hears_its_topic(bus: LiveBus):
    """Messages of a topic arrive in order, those of others do not."""
    heard: list[bytes] = []
    bus.subscribe("a", heard.append)
    await bus.publish("b", b"not mine")
    await bus.publish("a", b"1")
    await bus.publish("a", b"2\nwith a second line")

    assert [b"1", b"2\nwith a second line"] == await arrived(heard, 2)


async def test_every_listener_of_a_topic_hears(bus: LiveBus):
    """Two pages of one session are both told."""
    first: list[bytes] = []
    second: list[bytes] = []
    bus.subscribe("a", first.append)
    bus.subscribe("a", second.append)
    await bus.publish("a", b"1")

    assert [b"1"] == await arrived(first, 1)
    assert [b"1"] == await arrived(second, 1)


async def test_who_has_left_hears_nothing(bus: LiveBus):
    """After unsubscribing no message arrives, even when the others still listen."""
    gone: list[bytes] = []
    here: list[bytes] = []
    leave = bus.subscribe("a", gone.append)
    bus.subscribe("a", here.append)
    leave()
    await bus.publish("a", b"1")

    assert [b"1"] == await arrived(here, 1)
    assert [] == gone


async def test_a_listener_may_leave_while_it_is_told(bus: LiveBus):
    """Leaving inside the call does not disturb the others."""
    heard: list[bytes] = []

    def once(message: bytes) -> None:
        heard.append(message)
        leave()

    leave = bus.subscribe("a", once)
    other: list[bytes] = []
    bus.subscribe("a", other.append)
    await bus.publish("a", b"1")
    await bus.publish("a", b"2")

    assert [b"1", b"2"] == await arrived(other, 2)
    assert [b"1"] == heard


async def test_a_topic_is_heard_while_somebody_listens(bus: LiveBus):
    """News that costs something to make is made for listeners only."""
    before = bus.is_heard("a")
    leave = bus.subscribe("a", [].append)

    assert (False, True, False) == (before, bus.is_heard("a"), bus.is_heard("b"))
    leave()


async def test_a_bus_of_one_process_knows_at_once_who_left():
    """Nobody else could listen."""
    bus = MemoryLiveBus()
    bus.subscribe("a", [].append)()

    assert not bus.is_heard("a")


async def test_redis_tells_other_processes_who_listens(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
):
    """A process is told of new topics at once, and one that came later within the next round."""
    monkeypatch.setattr(redis_live, "RENEW_SECONDS", 0.05)
    async with RedisLiveBus(redis_url) as here, RedisLiveBus(redis_url) as there:
        for number in range(1200):
            there.subscribe(f"page {number}", [].append)
        await _becomes(lambda: all(here.is_heard(f"page {number}") for number in range(1200)))
        async with RedisLiveBus(redis_url) as late:
            await _becomes(lambda: late.is_heard("page 0"))

            assert not late.is_heard("another page")


async def _becomes(reached: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)


async def test_redis_reaches_other_processes(redis_url: str):
    """What one bus publishes, a listener on another bus hears."""
    heard: list[bytes] = []
    async with RedisLiveBus(redis_url) as here, RedisLiveBus(redis_url) as there:
        there.subscribe("a", heard.append)
        await here.publish("a", b"1")

        assert [b"1"] == await arrived(heard, 1)


async def test_the_subscription_comes_back_by_itself(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
):
    """When Redis drops every connection, messages arrive again without anybody's help."""
    monkeypatch.setattr(redis_live, "_RECONNECT_SECONDS", 0.05)
    heard: list[bytes] = []
    async with RedisLiveBus(redis_url) as bus, Redis.from_url(redis_url) as control:
        bus.subscribe("a", heard.append)
        await control.client_kill_filter(_type="pubsub")
        for _ in range(100):
            await bus.publish("a", b"1")
            if heard:
                break
            await asyncio.sleep(0.05)

        assert b"1" == heard[0]


async def test_without_redis_this_process_still_hears():
    """A Redis that is away costs the other processes their update, not the transaction."""
    heard: list[bytes] = []
    async with RedisLiveBus("redis://127.0.0.1:1/0") as bus:
        bus.subscribe("a", heard.append)
        await bus.publish("a", b"1")

    assert [b"1"] == heard


async def test_thousands_of_messages_at_once_all_arrive(redis_url: str, caplog):
    """All pages have news in the same moment: each message waits for a connection."""
    heard: list[bytes] = []
    async with RedisLiveBus(redis_url) as here, RedisLiveBus(redis_url) as there:
        there.subscribe("a", heard.append)
        await asyncio.gather(*(here.publish("a", b"%d" % number) for number in range(2000)))

        assert {b"%d" % number for number in range(2000)} == set(await arrived(heard, 2000))
    assert "of this process only" not in caplog.text
