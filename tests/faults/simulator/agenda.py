"""The virtual time: what happens when, in an order that only the seed decides."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random

BEGIN = datetime(2026, 3, 27, 16, 0, tzinfo=UTC)


@dataclass
class Agenda:
    """A clock that jumps from one thing to the next; *log* tells what happened, for a replay."""

    chance: Random
    now: datetime = BEGIN
    log: list[str] = field(default_factory=list)
    _queue: list[tuple[datetime, int, str, Callable[[], None]]] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    def after(self, seconds: float, what: str, act: Callable[[], None]) -> None:
        """Let *act* happen that many seconds from now."""
        self.at(self.now + timedelta(seconds=seconds), what, act)

    def at(self, when: datetime, what: str, act: Callable[[], None]) -> None:
        """Let *act* happen at *when*, or now if that is past."""
        heappush(self._queue, (max(when, self.now), next(self._numbers), what, act))

    def run(self, until: datetime, check: Callable[[], None]) -> None:
        """Let everything happen until *until*, and *check* after each."""
        while self._queue and self._queue[0][0] <= until:
            self.now, _, what, act = heappop(self._queue)
            self.note(what)
            act()
            check()
        self.now = until

    def note(self, what: str) -> None:
        """Write a line of the story."""
        self.log.append(f"{self.now:%d %H:%M:%S} {what}")
