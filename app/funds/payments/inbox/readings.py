"""The readings that webhooks have asked for, in the process that took the webhooks in."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from app.kernel.errors import Problem

logger = logging.getLogger(__name__)
# Enough for 200 payments a second of a provider that answers within 80 ms. With more, those who
# bring webhooks wait for the processor; the others wait for their turn.
AT_ONCE: Final = 16
MOST: Final = 1000

Read = Callable[[], Awaitable[object]]


class Readings:
    """
    Reads payments in the background, AT_ONCE of them, each at most once at a time.

    Nothing is lost with it: what it does not come to the end of is an open hint, which the sweep
    finds.
    """

    def __init__(self) -> None:
        """Begin with nothing to read."""
        self._under_way: dict[UUID, asyncio.Task[None]] = {}
        self._again: dict[UUID, Read] = {}
        self._turns = asyncio.Semaphore(AT_ONCE)

    def take(self, payment_id: UUID, read: Read, *, again: Read) -> bool:
        """
        Begin to *read* a payment; return False, and do nothing, when MOST are under way.

        While it is being read already, however often we are told of it, it is read *again* once
        more afterwards.
        """
        if payment_id in self._under_way:
            self._again[payment_id] = again
            return True
        if len(self._under_way) >= MOST:
            return False
        task = asyncio.create_task(self._run(payment_id, read), name=f"read payment {payment_id}")
        self._under_way[payment_id] = task
        return True

    async def done(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(self._under_way.values())

    async def close(self) -> None:
        """Give up what is under way."""
        for task in self._under_way.values():
            task.cancel()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        self._under_way.clear()

    async def _run(self, payment_id: UUID, read: Read) -> None:
        try:
            await self._read(payment_id, read)
            while payment_id in self._again:
                await self._read(payment_id, self._again.pop(payment_id))
        finally:
            self._under_way.pop(payment_id, None)

    async def _read(self, payment_id: UUID, read: Read) -> None:
        async with self._turns:
            try:
                await read()
            except Problem as problem:
                logger.warning("payment %s cannot be read now: %s", payment_id, problem)
