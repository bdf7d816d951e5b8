"""Values that are kept for a while: read anew when they are too old, once for all who ask then."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class _Value(Generic[V]):
    value: V
    until: int


class Kept(Generic[K, V]):
    """At most *most* values by their keys, those that were asked for last."""

    def __init__(
        self,
        read: Callable[[K], Awaitable[V]],
        lifetime: Callable[[V], timedelta],
        *,
        most: int,
        nanoseconds: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """Read with *read* what is older than its *lifetime*; *nanoseconds* only ever grow."""
        self._read = read
        self._lifetime = lifetime
        self._most = most
        self._nanoseconds = nanoseconds
        self._values: OrderedDict[K, _Value[V]] = OrderedDict()
        self._reading: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K) -> V:
        """Return the value of *key*, at most one lifetime old. Raises what reading raises."""
        kept = self._values.get(key)
        if kept is not None and self._nanoseconds() < kept.until:
            return kept.value
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = asyncio.create_task(self._renew(key))
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(task)

    def last(self, key: K) -> V | None:
        """Return the value of *key* however old it is, or None."""
        kept = self._values.get(key)
        return None if kept is None else kept.value

    def forget(self, key: K) -> None:
        """Read *key* anew the next time."""
        self._values.pop(key, None)

    async def _renew(self, key: K) -> V:
        value = await self._read(key)
        nanoseconds = self._lifetime(value) // timedelta(microseconds=1) * 1000
        self._values[key] = _Value(value, self._nanoseconds() + nanoseconds)
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)
        return value
