"""How often somebody may do something, counted for several processes in Redis."""

import logging
from collections.abc import Callable
from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from app.infra.limits import Limit, MemoryLimits, unix_seconds

logger = logging.getLogger(__name__)

_GRACE_SECONDS: Final = 60
_CONNECTIONS: Final = 8
_CONNECTION_SECONDS: Final = 1


class RedisLimits:
    """The counts of several processes; each counts for itself while Redis is away."""

    def __init__(self, url: str, seconds: Callable[[], int] = unix_seconds) -> None:
        """Connect when needed; `close` ends it."""
        # Of few connections: when many are to be counted at once, they wait for one.
        self._redis = Redis.from_pool(
            BlockingConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                timeout=_CONNECTION_SECONDS,
                socket_connect_timeout=1,
                socket_timeout=1,
            )
        )
        self._seconds = seconds
        self._own = MemoryLimits(seconds)

    async def count(self, limit: Limit, who: str) -> tuple[int, int]:
        """Count once more; return how often *who* did it, and the seconds until that is over."""
        window, left = limit.window(self._seconds())
        key = _key(limit, window, who)
        try:
            # First the expiry, past the window's end: no key can be left without one.
            await self._redis.set(key, 0, ex=left + _GRACE_SECONDS, nx=True)
            number = await self._redis.incr(key)
        except RedisError as error:
            logger.warning("limits of this process only: Redis says %s", error)
            return await self._own.count(limit, who)
        return int(number), left

    async def take_back(self, limit: Limit, who: str) -> None:
        """Count once less: what was counted was nothing that is limited."""
        window, _ = limit.window(self._seconds())
        try:
            # In the next window already: there is no key, and nothing to take back.
            if await self._redis.exists(_key(limit, window, who)):
                await self._redis.decr(_key(limit, window, who))
        except RedisError as error:
            logger.warning("limits of this process only: Redis says %s", error)
            await self._own.take_back(limit, who)

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()


def _key(limit: Limit, window: int, who: str) -> str:
    return f"directpay.limit:{limit.name}:{window}:{who}"
