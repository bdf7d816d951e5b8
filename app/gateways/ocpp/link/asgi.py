"""An ASGI WebSocket as a text socket."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from app.gateways.ocpp.link.wire import Ear, Wire

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class ShortWay(Protocol):
    """A socket that can do without the two channels, such as `Sockets`."""

    def listen(self, ear: Ear | None) -> None:
        """Offer each message to *ear* first."""
        ...

    def send_now(self, text: str) -> bool:
        """Send a message at once; False when something is in the way."""
        ...


class AsgiWire(Wire):
    """The socket of an accepted ASGI WebSocket."""

    def __init__(self, receive: Receive, send: Send, short: ShortWay | None = None) -> None:
        """Wrap the two channels of the ASGI scope, and the *short* way past them if any."""
        self._receive = receive
        self._send = send
        self._short = short
        self._closed = False

    def listen(self, ear: Ear) -> None:
        """Offer each message to *ear* first; without a short way it never hears one."""
        if self._short is not None:
            self._short.listen(ear)

    def send_now(self, text: str) -> bool:
        """Send one message at once; False when something is in the way."""
        return self._short is not None and not self._closed and self._short.send_now(text)

    async def receive(self) -> str | None:
        """Return the next message; one in binary is read as UTF-8."""
        message = await self._receive()
        if message["type"] != "websocket.receive":
            self._closed = True
            return None
        text = message.get("text")
        return text if text is not None else bytes(message["bytes"]).decode(errors="replace")

    async def send(self, text: str) -> None:
        """Send one message; raises OSError when the socket is gone."""
        if self._closed:
            raise ConnectionResetError
        await self._send({"type": "websocket.send", "text": text})

    async def close(self, code: int, reason: str) -> None:
        """Close the socket; harmless when it is closed."""
        if self._closed:
            return
        self._closed = True
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except OSError:
            return  # it went by itself
