"""Limits per network, by one contract for memory and Redis."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from redis.exceptions import RedisError

from app.infra import limits as module
from app.infra.limits import (
    Limit,
    Limits,
    MemoryLimits,
    TooManyRequests,
    network_of,
    take,
)
from app.infra.redis.limits import RedisLimits

THREE = Limit("three", 3, timedelta(minutes=1))
HOST = "203.0.113.9"
Open = Callable[[], Limits]


class Seconds:
    """A clock of whole seconds that a test sets."""

    def __init__(self) -> None:
        """Start at the tenth second of a minute."""
        self.now = 600_010

    def __call__(self) -> int:
        """Return the time."""
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """The time."""
    return Seconds()


@pytest.fixture(params=["memory", "redis", "redis away"])
async def limits(request: pytest.FixtureRequest, seconds: Seconds) -> AsyncIterator[Limits]:
    """Each kind in turn; without Redis each process counts for itself."""
    if request.param == "memory":
        yield MemoryLimits(seconds)
        return
    url = "redis://127.0.0.1:1/0"
    if request.param == "redis":
        url = request.getfixturevalue("redis_url")
    async with opened(url, seconds) as redis:
        yield redis


@asynccontextmanager
async def opened(url: str, seconds: Seconds) -> AsyncIterator[RedisLimits]:
    """Limits in an empty Redis."""
    redis = RedisLimits(url, seconds)
    for name in ("three", "other"):
        for window in (10_000, 10_001):
            for who in (HOST, "203.0.113.10"):
                await forget(redis, f"directpay.limit:{name}:{window}:{who}")
    yield redis
    await redis.close()


async def forget(redis: RedisLimits, key: str) -> None:
    """Delete what another test counted."""
    try:
        await redis._redis.delete(key)
    except RedisError:
        return


async def test_so_often_and_not_more(limits: Limits):
    """Three are let through, the fourth hears when to come again; others are not concerned."""
    for _ in range(3):
        await take(limits, THREE, HOST)
    with pytest.raises(TooManyRequests) as refused:
        await take(limits, THREE, HOST)

    await take(limits, THREE, "203.0.113.10")
    await take(limits, Limit("other", 3, timedelta(minutes=1)), HOST)
    # The tenth second of a minute: 50 s to go.
    assert {"limit": 3, "retry_after": 50} == refused.value.facts


async def test_the_next_window_is_new(limits: Limits, seconds: Seconds):
    """After the wait it goes on."""
    counted = [await limits.count(THREE, HOST) for _ in range(4)]
    seconds.now += 50
    again = await limits.count(THREE, HOST)

    assert [(1, 50), (2, 50), (3, 50), (4, 50)] == counted
    assert (1, 60) == again


async def test_processes_count_together(redis_url: str, seconds: Seconds):
    """With Redis it does not help to reach another process."""
    async with opened(redis_url, seconds) as one, opened(redis_url, seconds) as other:
        counted = [(await each.count(THREE, HOST))[0] for each in (one, other, one)]

    assert [1, 2, 3] == counted


async def test_memory_does_not_grow_for_ever(monkeypatch: pytest.MonkeyPatch, seconds: Seconds):
    """Who was silent longest is forgotten first."""
    monkeypatch.setattr(module, "_MOST_COUNTED", 2)
    memory = MemoryLimits(seconds)
    for who in ("a", "b", "a", "c"):
        await memory.count(THREE, who)

    assert (3, 50) == await memory.count(THREE, "a")
    assert (1, 50) == await memory.count(THREE, "b")


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("127.0.0.1", None),
        ("::1", None),
        ("", None),
        ("/run/directpay.sock", None),
        (None, None),
    ],
)
def test_whose_requests_count_together(host: str | None, network: str | None):
    """An address of IPv4, a /64 of IPv6; this machine is not counted."""
    assert network == network_of(host)
