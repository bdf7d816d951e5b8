"""What several processes share on Redis; `app.wiring` loads it only where REDIS_URL is set."""

from contextlib import AsyncExitStack

from app.gateways.ocpp.bus.join import join_at
from app.gateways.ocpp.gateway import Join
from app.infra.redis.limits import RedisLimits
from app.infra.redis.live import RedisLiveBus


class OnRedis:
    """The Redis at one address, and what is kept there."""

    def __init__(self, url: str) -> None:
        """Share what is at *url*; nothing is connected yet."""
        self._url = url

    async def live(self, stack: AsyncExitStack) -> RedisLiveBus:
        """Return the live updates of all processes; *stack* ends them."""
        return await stack.enter_async_context(RedisLiveBus(self._url))

    def limits(self, stack: AsyncExitStack) -> RedisLimits:
        """Return the limits of all processes together; *stack* closes them."""
        limits = RedisLimits(self._url)
        stack.push_async_callback(limits.close)
        return limits

    def join(self) -> Join:
        """Return how the charge points of all processes are reached."""
        return join_at(self._url)
