"""Live updates: small messages to whoever listens now; what matters is in the database."""

from collections import defaultdict
from collections.abc import Callable
from typing import Protocol

Listener = Callable[[bytes], None]


class LiveBus(Protocol):
    """Publish and subscribe by topic; a message that nobody hears is gone."""

    async def publish(self, topic: str, message: bytes) -> None:
        """Hand *message* to every listener of *topic*, in this process and the others."""
        ...

    def subscribe(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Call *listener*, which must not block, for each message; return what ends it."""
        ...

    def is_heard(self, topic: str) -> bool:
        """
        Tell whether somebody listens to *topic*, in this process or another.

        For news that costs something to make. Of a listener in another process it is known a moment
        after it came, and for a minute after it left.
        """
        ...


class MemoryLiveBus:
    """The bus of a single process."""

    def __init__(self) -> None:
        """Start with no listener."""
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)

    async def publish(self, topic: str, message: bytes) -> None:
        """Hand *message* to every listener of *topic*."""
        for listener in tuple(self._listeners.get(topic, ())):
            listener(message)

    def subscribe(self, topic: str, listener: Listener) -> Callable[[], None]:
        """Call *listener* for each message of *topic*; return what ends it."""
        self._listeners[topic].append(listener)

        def unsubscribe() -> None:
            self._listeners[topic].remove(listener)
            if not self._listeners[topic]:
                del self._listeners[topic]

        return unsubscribe

    def is_heard(self, topic: str) -> bool:
        """Tell whether somebody listens to *topic*."""
        return topic in self._listeners

    def topics(self) -> list[str]:
        """Return what somebody listens to."""
        return list(self._listeners)
