"""The readings of a process: one of a payment, a few at a time, none forgotten."""

import asyncio
from uuid import UUID

import pytest

from app.funds.payments.inbox import readings
from app.funds.payments.inbox.readings import AT_ONCE, Readings


class Provider:
    """Answers when it is told to, and counts who waits and who was answered."""

    def __init__(self) -> None:
        """Keep everybody waiting."""
        self.waiting = 0
        self.answered: list[UUID] = []
        self.opened = asyncio.Event()

    def read_of(self, payment_id: UUID):
        """What reads this payment."""

        async def read() -> None:
            self.waiting += 1
            await self.opened.wait()
            self.answered.append(payment_id)

        return read


def begin(desk: Readings, provider: Provider, number: int) -> bool:
    """Begin to read a payment."""
    payment_id = UUID(int=number)
    read = provider.read_of(payment_id)
    return desk.take(payment_id, read, again=read)


async def test_so_many_are_read_at_once_and_the_others_wait_for_their_turn():
    """Who brings webhooks is not held up by those that are read; they are read in their order."""
    desk, provider = Readings(), Provider()
    taken = [begin(desk, provider, number) for number in range(3 * AT_ONCE)]
    await asyncio.sleep(0.01)
    waiting = provider.waiting
    provider.opened.set()
    await desk.done()

    assert all(taken)
    assert AT_ONCE == waiting
    assert [UUID(int=number) for number in range(3 * AT_ONCE)] == provider.answered


async def test_a_payment_is_read_once_more_however_often_it_is_told_of():
    """What came during a reading may be newer than what it saw; one more sees it all."""
    desk, provider = Readings(), Provider()
    for _ in range(10):
        begin(desk, provider, 1)
        await asyncio.sleep(0)
    provider.opened.set()
    await desk.done()
    begin(desk, provider, 1)
    await desk.done()

    assert [UUID(int=1)] * 3 == provider.answered


async def test_beyond_the_most_nothing_is_taken(monkeypatch: pytest.MonkeyPatch):
    """Whoever asks has to leave it to a job then."""
    monkeypatch.setattr(readings, "MOST", 2)
    desk, provider = Readings(), Provider()
    taken = [begin(desk, provider, number) for number in (1, 2, 3, 1)]
    provider.opened.set()
    await desk.done()

    assert [True, True, False, True] == taken


async def test_what_is_given_up_ends_at_once():
    """At the end of the process nobody waits for a provider; the open hints are found later."""
    desk, provider = Readings(), Provider()
    for number in range(2 * AT_ONCE):
        begin(desk, provider, number)
    await asyncio.sleep(0.01)
    await asyncio.wait_for(desk.close(), 1)

    assert [] == provider.answered
