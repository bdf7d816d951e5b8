"""Values that are kept for a while: read anew when they are too old, once for all who ask then."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_AT_ONCE: Final = timedelta(0)


@dataclass(slots=True)
class _Value(Generic[V]):
    value: V
    until: int
    renewed_from: int


class Kept(Generic[K, V]):
    """At most *most* values by their keys, those that were asked for last."""

    def __init__(
        self,
        read: Callable[[K], Awaitable[V]],
        lifetime: Callable[[V], timedelta],
        *,
        most: int,
        ahead: timedelta = _AT_ONCE,
        nanoseconds: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """
        Read with *read* what is older than its *lifetime*; *nanoseconds* only ever grow.

        What is asked for in the time *ahead* of its end is read anew meanwhile: where many ask,
        nobody waits.
        """
        self._read = read
        self._lifetime = lifetime
        self._ahead = _nanoseconds_of(ahead)
        self._most = most
        self._nanoseconds = nanoseconds
        self._values: OrderedDict[K, _Value[V]] = OrderedDict()
        self._reading: dict[K, asyncio.Future[V]] = {}

    async def get(self, key: K) -> V:
        """Return the value of *key*, at most one lifetime old. Raises what reading raises."""
        kept, now = self._values.get(key), self._nanoseconds()
        if (kept is None or now >= kept.renewed_from) and key not in self._reading:
            self._begin(key)
        if kept is not None and now < kept.until:
            return kept.value
        return await asyncio.shield(self._reading[key])

    def last(self, key: K) -> V | None:
        """Return the value of *key* however old it is, or None."""
        kept = self._values.get(key)
        return None if kept is None else kept.value

    def forget(self, key: K) -> None:
        """Read *key* anew the next time; what is being read just now is not kept."""
        self._values.pop(key, None)
        self._reading.pop(key, None)

    def _begin(self, key: K) -> None:
        self._reading[key] = asyncio.ensure_future(self._read(key))
        self._reading[key].add_done_callback(partial(self._end, key))

    def _end(self, key: K, reading: asyncio.Future[V]) -> None:
        """Keep what was read; of a failure those hear who wait, and else the next who asks."""
        failed = reading.cancelled() or reading.exception() is not None
        if self._reading.get(key) is not reading:
            return
        del self._reading[key]
        if not failed:
            self._keep(key, reading.result())

    def _keep(self, key: K, value: V) -> None:
        until = self._nanoseconds() + _nanoseconds_of(self._lifetime(value))
        self._values[key] = _Value(value, until, until - self._ahead)
        self._values.move_to_end(key)
        while len(self._values) > self._most:
            self._values.popitem(last=False)


def _nanoseconds_of(time_: timedelta) -> int:
    return time_ // timedelta(microseconds=1) * 1000
