"""A server that answers whatever a test wants, to see what the gateway makes of it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.sandbox.provider.server import serving


@dataclass
class Stranger:
    """
    Answers every request with the same status, headers and body, and remembers who asked.

    *milliseconds* is how long it thinks, *talking* the most requests it had at one time.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    milliseconds: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)
    headed: list[dict[bytes, bytes]] = field(default_factory=list)
    talking: int = 0
    most_talking: int = 0
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        headers = dict(scope["headers"])
        body = (await receive()).get("body", b"")
        self.asked.append((scope["path"], headers.get(b"authorization", b"").decode()))
        self.bodies.append(body)
        self.keys.append(headers.get(b"x-api-key", b"").decode())
        self.ports.add(scope["client"][1])
        self.headed.append(headers)
        self.heard.set()
        self.talking += 1
        self.most_talking = max(self.most_talking, self.talking)
        await asyncio.sleep(self.milliseconds / 1000)
        self.talking -= 1
        start = [(b"content-type", b"application/hal+json"), *self.headers]
        await send({"type": "http.response.start", "status": self.status, "headers": start})
        await send({"type": "http.response.body", "body": self.body})


@asynccontextmanager
async def stranger(answer: Stranger) -> AsyncIterator[str]:
    """Serve *answer* on a free port."""
    async with serving(answer) as url:
        yield url


@asynccontextmanager
async def hanging_up() -> AsyncIterator[str]:
    """Serve a port that takes the request and closes the connection without a word."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _lifespan(receive: Any, send: Any) -> None:
    while (await receive())["type"] != "lifespan.shutdown":
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})
