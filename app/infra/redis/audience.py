"""What somebody listens to, as the processes tell each other."""

import time
from collections.abc import Callable, Iterable
from typing import Final

# Who still listens says so every so often; who left says nothing.
RENEW_SECONDS: Final = 20
_KEPT_NS: Final = 60 * 1_000_000_000
_BETWEEN: Final = "\n"


def announcement(topics: Iterable[str]) -> bytes:
    """Return the message that says that somebody listens to these *topics*."""
    return _BETWEEN.join(topics).encode()


class Audience:
    """The topics that somebody listens to, in whichever process, as was said in the last minute."""

    def __init__(self, clock: Callable[[], int] = time.monotonic_ns) -> None:
        """Start with nobody; *clock* counts nanoseconds."""
        self._clock = clock
        self._until: dict[str, int] = {}

    def note(self, message: bytes) -> None:
        """Note what an `announcement` says, and forget what nobody has named for long."""
        now = self._clock()
        for topic in message.decode().split(_BETWEEN):
            self._until.pop(topic, None)  # so that they stand in the order of their ends
            self._until[topic] = now + _KEPT_NS
        while self._until and next(iter(self._until.values())) <= now:
            del self._until[next(iter(self._until))]

    def __contains__(self, topic: str) -> bool:
        """Tell whether somebody listens to *topic*."""
        return self._until.get(topic, 0) > self._clock()
