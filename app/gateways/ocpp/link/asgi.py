"""An ASGI WebSocket as a text socket."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from app.gateways.ocpp.link.session import Wire

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class AsgiWire(Wire):
    """The socket of an accepted ASGI WebSocket."""

    def __init__(self, receive: Receive, send: Send) -> None:
        """Wrap the two channels of the ASGI scope."""
        self._receive = receive
        self._send = send
        self._closed = False

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
