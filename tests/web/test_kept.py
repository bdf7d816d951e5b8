"""Values that are kept for a while: how old they get, and who reads them."""

import asyncio
from datetime import timedelta

import pytest

from app.infra.kept.values import Kept


class Source:
    """Counts how often a key was read; a value is its key and the number of the reading."""

    def __init__(self, *, most: int = 3, ahead_ms: int = 0) -> None:
        """Keep values for a second."""
        self.now = 0
        self.reads = 0
        self.fails = False
        self.gate = asyncio.Event()
        self.gate.set()
        self.kept = Kept(
            self._read,
            lambda _: timedelta(seconds=1),
            most=most,
            ahead=timedelta(milliseconds=ahead_ms),
            nanoseconds=lambda: self.now,
        )

    async def _read(self, key: str) -> tuple[str, int]:
        self.reads += 1
        number = self.reads
        await self.gate.wait()
        if self.fails or key == "broken":
            raise LookupError(key)
        return key, number

    def passes(self, milliseconds: int) -> None:
        """Let time go by."""
        self.now += milliseconds * 1_000_000


async def test_a_value_is_read_again_after_its_lifetime():
    """Until then it is the same one."""
    source = Source()
    first = await source.kept.get("a")
    source.passes(999)
    same = await source.kept.get("a")
    source.passes(1)

    assert (("a", 1), ("a", 1), ("a", 2)) == (first, same, await source.kept.get("a"))


async def test_who_asks_at_the_same_time_waits_for_one_reading():
    """A hundred visitors cost one look, also when one of them goes away."""
    source = Source()
    source.gate.clear()
    asking = [asyncio.create_task(source.kept.get("a")) for _ in range(100)]
    await asyncio.sleep(0)
    asking[0].cancel()
    source.gate.set()
    answers = await asyncio.gather(*asking, return_exceptions=True)

    assert isinstance(answers[0], asyncio.CancelledError)
    assert [("a", 1)] * 99 == answers[1:]


async def test_a_failed_reading_is_told_and_not_kept():
    """The next one tries again."""
    source = Source()
    for _ in range(2):
        with pytest.raises(LookupError):
            await source.kept.get("broken")

    assert 2 == source.reads


async def test_only_the_last_values_are_kept():
    """The oldest makes room."""
    source = Source(most=2)
    for key in ("a", "b", "c"):
        await source.kept.get(key)

    assert [None, ("b", 2), ("c", 3)] == [source.kept.last(key) for key in ("a", "b", "c")]


async def test_what_is_forgotten_is_read_anew():
    """Before its lifetime is over."""
    source = Source()
    await source.kept.get("a")
    source.kept.forget("a")

    assert ("a", 2) == await source.kept.get("a")


async def test_a_value_near_its_end_is_read_while_it_is_shown():
    """Who asks in time waits for nobody, and the next one gets what is new."""
    source = Source(ahead_ms=250)
    seen = [await source.kept.get("a")]
    source.gate.clear()
    for milliseconds in (749, 1, 1):
        source.passes(milliseconds)
        seen.append(await source.kept.get("a"))
    source.gate.set()
    source.passes(249)

    assert [("a", 1)] * 4 == seen
    assert ("a", 2) == await source.kept.get("a")
    assert 2 == source.reads


async def test_a_reading_ahead_that_fails_is_tried_again_by_who_needs_it():
    """Until its end the value is shown; then the failure is told."""
    source = Source(ahead_ms=250)
    await source.kept.get("a")
    source.fails = True
    source.passes(800)
    shown = await source.kept.get("a")
    source.passes(200)

    assert ("a", 1) == shown
    with pytest.raises(LookupError):
        await source.kept.get("a")


async def test_what_is_read_while_it_is_forgotten_is_not_kept():
    """It may be older than what made somebody forget it."""
    source = Source()
    source.gate.clear()
    asking = asyncio.create_task(source.kept.get("a"))
    await asyncio.sleep(0)
    source.kept.forget("a")
    source.gate.set()

    assert ("a", 1) == await asking
    assert ("a", 2) == await source.kept.get("a")
