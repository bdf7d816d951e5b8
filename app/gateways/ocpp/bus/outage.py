"""Redis away for a while: said once, tried at growing distances, and said when it is back."""

import asyncio
import logging
from typing import Final

from redis.exceptions import RedisError

log = logging.getLogger(__name__)

_FIRST_SECONDS: Final = 1
# A sign of life counts for ten: nobody is thought dead for much longer than Redis was away.
_MOST_SECONDS: Final = 5


class Outage:
    """What one loop does while Redis is away."""

    def __init__(self, what: str) -> None:
        """Say of *what*, a whole clause, that it waits for Redis."""
        self._what = what
        self._tries = 0

    @property
    def lasts(self) -> bool:
        """Tell whether Redis did not answer the last time."""
        return self._tries > 0

    async def wait(self, error: RedisError) -> None:
        """Wait before the next try, after *error*."""
        if not self.lasts:
            log.warning("Redis is away, and %s: %s", self._what, error)
        self._tries += 1
        await asyncio.sleep(min(_FIRST_SECONDS * self._tries, _MOST_SECONDS))

    def over(self) -> None:
        """Note that Redis answers."""
        if self.lasts:
            log.info("Redis is back after %d tries", self._tries)
        self._tries = 0
