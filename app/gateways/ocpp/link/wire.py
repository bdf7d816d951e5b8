"""What a conversation needs of a socket."""

from collections.abc import Callable
from typing import Protocol

# Given a text, it tells whether it took it.
Ear = Callable[[str], bool]
# Given the answer to send, or None when the message has to go the long way after all.
Answered = Callable[[str | None], None]
# Given a message, it tells whether it took it; then it calls the other, once.
AtOnce = Callable[[str, Answered], bool]


class Wire(Protocol):
    """A text socket. After it is gone `receive` returns None and `send` raises OSError."""

    async def receive(self) -> str | None:
        """Return the next message, or None when the other side is gone."""
        ...

    async def send(self, text: str) -> None:
        """Send one message."""
        ...

    async def close(self, code: int, reason: str) -> None:
        """Close the socket; harmless when it is closed."""
        ...

    def listen(self, ear: Ear) -> None:
        """Offer each message to *ear* first, when none waits to be received."""
        ...

    def send_now(self, text: str) -> bool:
        """Send one message at once; False when something is in the way."""
        ...


def never(text: str, answered: Answered) -> bool:  # noqa: ARG001
    """Take nothing at once."""
    return False
