"""A fuse per account: after several calls without an answer, the next ones fail at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from app.kernel.clock import Clock

FAILURES: Final = 8
PAUSE: Final = timedelta(seconds=10)


@dataclass(slots=True)
class Breaker:
    """Blows after FAILURES calls in a row without an answer; PAUSE later one call may try."""

    clock: Clock
    failures: int = 0
    closed_until: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Tell whether calls are refused now."""
        return self.closed_until is not None and self.clock.now() < self.closed_until

    def seconds_left(self) -> int:
        """Return for how long calls are to be refused; 0 lets this one through."""
        now = self.clock.now()
        if self.closed_until is None or now >= self.closed_until:
            if self.closed_until is not None:
                # Half open: this call tries, those beside it still wait.
                self.closed_until = now + PAUSE
            return 0
        return max(1, (self.closed_until - now).seconds)

    def answered(self) -> None:
        """Note that the provider answered."""
        self.failures = 0
        self.closed_until = None

    def silent(self) -> None:
        """Note that no usable answer came."""
        self.failures += 1
        if self.failures >= FAILURES:
            self.closed_until = self.clock.now() + PAUSE
