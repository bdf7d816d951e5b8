"""How fast a charge point may talk: a runaway is read slower, and never hung up on."""

import time
from collections.abc import Callable
from typing import Final

_NANOSECONDS: Final = 1_000_000_000


class Pace:
    """Frames of one socket: *burst* of them at once, *per_second* for long."""

    def __init__(
        self, per_second: int, burst: int, clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        """Begin with the whole burst; *clock* counts nanoseconds."""
        self._step = _NANOSECONDS // per_second
        self._slack = self._step * burst
        self._clock = clock
        self._due = 0

    def goes(self) -> bool:
        """Count a frame that need not wait; False, and not counted, when it would have to."""
        now = self._clock()
        due = max(self._due, now) + self._step
        if due - self._slack > now:
            return False
        self._due = due
        return True

    def take_back(self) -> None:
        """Do not count the last frame after all."""
        self._due -= self._step

    def wait_ns(self) -> int:
        """Count a frame and return for how many nanoseconds it has to wait: 0 within the pace."""
        now = self._clock()
        self._due = max(self._due, now) + self._step
        return max(self._due - now - self._slack, 0)
