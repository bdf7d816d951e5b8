"""How a process joins the others on one Redis."""

from typing import Final

from redis.asyncio import BlockingConnectionPool, Redis

from app.gateways.ocpp.bus.commands import RedisCommands
from app.gateways.ocpp.bus.post import PostOffice
from app.gateways.ocpp.commands import Commands
from app.gateways.ocpp.gateway import Join
from app.gateways.ocpp.registry import Registry

_CONNECTIONS: Final = 16
_SECONDS: Final = 10


def join_at(url: str) -> Join:
    """Return how a gateway reaches the sockets of all processes that share the Redis at *url*."""
    # Of few connections: when all charge points come back, they wait for one.
    pool = BlockingConnectionPool.from_url(
        url, max_connections=_CONNECTIONS, timeout=_SECONDS, socket_connect_timeout=2
    )
    post = PostOffice(Redis.from_pool(pool))

    def join(local: Commands, registry: Registry, call_seconds: int) -> RedisCommands:
        return RedisCommands(post, local, registry, call_seconds)

    return join
