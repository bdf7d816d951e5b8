"""How many event streams one network may have open: enough for all its drivers, and no more."""

import asyncio

import pytest

from app.infra import fan as module
from app.infra.fan import Fan, Stream
from app.infra.limits import TooManyRequests

LEAVE = {"type": "http.disconnect"}


class Reader:
    """A reader on *host* that stays until it leaves."""

    def __init__(self, fan: Fan, host: str | None) -> None:
        """Ask to be let in."""
        stream = Stream(fan, joined=lambda _: None, left=lambda _: None, network=fan.admit(host))
        self._leaves = asyncio.Event()
        self._task = asyncio.ensure_future(
            stream({"type": "http", "method": "GET"}, self._receive, self._send)
        )

    async def opens(self) -> None:
        """Let the stream begin."""
        await asyncio.sleep(0)

    async def leaves(self) -> None:
        """Go away, and see the stream end."""
        self._leaves.set()
        await self._task

    async def _receive(self) -> dict[str, str]:
        await self._leaves.wait()
        return LEAVE

    async def _send(self, message: object) -> None:
        pass


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a network have two streams."""
    monkeypatch.setattr(module, "MOST_OF_A_NETWORK", 2)


async def opened(fan: Fan, host: str | None) -> Reader:
    """Return a reader whose stream is open."""
    reader = Reader(fan, host)
    await reader.opens()
    return reader


async def test_a_network_has_so_many(few: None):
    """The third is refused with when to come again; another network is let in."""
    fan = Fan()
    readers = [await opened(fan, "203.0.113.9") for _ in range(2)]
    with pytest.raises(TooManyRequests) as refused:
        fan.admit("203.0.113.9")
    readers.append(await opened(fan, "203.0.113.10"))

    assert 3 == fan.open_streams
    assert 30 == refused.value.facts["retry_after"]
    for reader in readers:
        await reader.leaves()


async def test_who_leaves_makes_room(few: None):
    """And nothing is kept of a network that has no stream any more."""
    fan = Fan()
    first, second = [await opened(fan, "203.0.113.9") for _ in range(2)]
    await first.leaves()
    third = await opened(fan, "203.0.113.9")
    with pytest.raises(TooManyRequests):
        fan.admit("203.0.113.9")
    await second.leaves()
    await third.leaves()

    assert 0 == fan.open_streams
    assert not fan._of_networks


async def test_one_house_is_one_network(few: None):
    """Its /64 counts as one in IPv6; what this machine itself opens is not counted."""
    fan = Fan()
    readers = [await opened(fan, f"2001:db8:1:2::{number}") for number in (1, 2)]
    with pytest.raises(TooManyRequests):
        fan.admit("2001:db8:1:2::3")
    readers += [await opened(fan, host) for host in ("127.0.0.1",) * 3]
    for reader in readers:
        await reader.leaves()
