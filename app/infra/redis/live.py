"""Live updates across processes: one Redis subscription per process, fan-out inside it."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from typing import Final, Self

from redis.asyncio import BlockingConnectionPool, Redis
from redis.exceptions import RedisError

from app.infra.live import Listener, MemoryLiveBus
from app.infra.redis.audience import RENEW_SECONDS, Audience, announcement

logger = logging.getLogger(__name__)

_CHANNEL: Final = b"directpay.live"
_AUDIENCE: Final = b"directpay.heard"
_TOPICS_AT_ONCE: Final = 500
_RECONNECT_SECONDS: Final = 1
_CONNECTIONS: Final = 8
_CONNECTION_SECONDS: Final = 5
_TOPIC_END: Final = b"\n"


class RedisLiveBus:
    """
    The bus of several processes.

    Every message goes through one channel that every process reads. Nothing is kept: a page that
    connects, or connects again, reads its state from the database first. Through a second channel
    they tell each other what is listened to.
    """

    def __init__(self, url: str) -> None:
        """Prepare the connections; `async with` opens and closes them."""
        # Of few connections: when thousands of pages have news at once, they wait for one.
        self._redis = Redis.from_pool(
            BlockingConnectionPool.from_url(
                url,
                max_connections=_CONNECTIONS,
                timeout=_CONNECTION_SECONDS,
                socket_connect_timeout=2,
                health_check_interval=15,
            )
        )
        self._local = MemoryLiveBus()
        self._audience = Audience()
        self._unsaid: set[str] = set()
        self._has_unsaid = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._listens = asyncio.Event()

    async def __aenter__(self) -> Self:
        """Begin to listen, when Redis is there; otherwise as soon as it is."""
        self._tasks = [
            asyncio.create_task(self._read(), name="live updates from Redis"),
            asyncio.create_task(self._say_what_is_new(), name="who listens, to Redis"),
            asyncio.create_task(self._say_all_again(), name="who still listens, to Redis"),
        ]
        waiting = asyncio.create_task(self._listens.wait())
        await asyncio.wait([waiting], timeout=_RECONNECT_SECONDS)
        waiting.cancel()
        return self

    async def __aexit__(self, *_: object) -> None:
        """End the subscription and close the connections."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._redis.aclose()

    async def publish(self, topic: str, message: bytes) -> None:
        """Hand *message* to every listener of *topic*, in this process and the others."""
        try:
            await self._redis.publish(_CHANNEL, topic.encode() + _TOPIC_END + message)
        except RedisError as error:
            # The transaction is committed, and a page that lags asks again by itself.
            logger.warning("a live update of this process only: Redis says %s", error)
            await self._local.publish(topic, message)

    def subscribe(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Call *listener* for each message of *topic*; return what ends it."""
        self._say([topic])
        return self._local.subscribe(topic, listener)

    def is_heard(self, topic: str) -> bool:
        """Tell whether somebody listens to *topic*, here or, as far as is known, elsewhere."""
        return self._local.is_heard(topic) or topic in self._audience

    async def check(self) -> None:
        """Ask Redis for a sign of life; raise RedisError without one."""
        await self._redis.ping()

    async def _read(self) -> None:
        """Read the channel for ever, through every loss of the connection."""
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as subscription:
                    await subscription.subscribe(_CHANNEL, _AUDIENCE)
                    self._listens.set()
                    async for entry in subscription.listen():
                        await self._hear(entry["channel"], entry["data"])
            except RedisError as error:
                if self._listens.is_set():  # once, not with every try
                    logger.warning("live updates wait for Redis: %s", error)
                self._listens.clear()
                await asyncio.sleep(_RECONNECT_SECONDS)

    async def _hear(self, channel: bytes, data: bytes) -> None:
        if channel == _AUDIENCE:
            self._audience.note(data)
            return
        topic, _, message = data.partition(_TOPIC_END)
        await self._local.publish(topic.decode(), message)

    def _say(self, topics: Iterable[str]) -> None:
        self._unsaid.update(topics)
        if self._unsaid:
            self._has_unsaid.set()

    async def _say_what_is_new(self) -> None:
        """Tell the others what is listened to here, many topics at a time."""
        while True:
            await self._has_unsaid.wait()
            some = [self._unsaid.pop() for _ in range(min(len(self._unsaid), _TOPICS_AT_ONCE))]
            if not self._unsaid:
                self._has_unsaid.clear()
            try:
                await self._redis.publish(_AUDIENCE, announcement(some))
            except RedisError as error:
                logger.debug("who listens is said again soon: Redis says %s", error)

    async def _say_all_again(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            self._say(self._local.topics())
