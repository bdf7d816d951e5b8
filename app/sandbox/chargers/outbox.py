"""What a charge point still has to tell: in order, kept while it is offline."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.sandbox.chargers.wire import ServerError
from app.sandbox.chargers.words16 import Message

OnAnswer = Callable[[Mapping[str, Any]], None]
Call = Callable[[str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]
# OCPP 1.6, "TransactionMessageAttempts": how often a message is sent that the server can't process.
_ATTEMPTS: Final = 3
_RETRY_SECONDS: Final = 1


@dataclass(slots=True)
class Item:
    """
    A message, made when it is sent: a stop needs the number that the start's answer brings.

    A *durable* one survives being offline.
    """

    build: Callable[[], Message]
    on_answer: OnAnswer | None = None
    durable: bool = True
    attempts: int = 0


class Outbox:
    """The queue of one charge point."""

    def __init__(self) -> None:
        """Start empty."""
        self._items: deque[Item] = deque()
        self._news = asyncio.Event()
        self._silence = asyncio.Event()
        self._silence.set()

    def add(self, item: Item) -> None:
        """Queue *item*."""
        self._items.append(item)
        self._silence.clear()
        self._news.set()

    def forget_what_is_stale(self) -> None:
        """Drop what only mattered at its time."""
        self._items = deque(item for item in self._items if item.durable)

    async def delivered(self) -> None:
        """Wait until everything was said."""
        await self._silence.wait()

    async def deliver(self, call: Call) -> None:
        """Send for ever, in order. Raises Offline when the server goes; what was unsaid stays."""
        while True:
            while self._items:
                await self._deliver_first(call)
            self._news.clear()
            self._silence.set()
            await self._news.wait()

    async def _deliver_first(self, call: Call) -> None:
        item = self._items[0]
        try:
            answer = await call(*item.build())
        except ServerError:
            item.attempts += 1
            if item.durable and item.attempts < _ATTEMPTS:
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self._items.popleft()
            return
        self._items.popleft()
        if item.on_answer is not None:
            item.on_answer(answer)
