"""The roles as processes of their own: one web, one worker, two for charge points, a balancer."""

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx

from app.sandbox.provider.app import Options, create_sandbox
from app.sandbox.provider.server import serving
from app.settings import new_key
from tests.faults.town import (
    ROOT,
    START_SECONDS,
    Town,
    environ_of,
    free_port,
    furnish,
    played_charger,
)

STOP_SECONDS = 20


@dataclass
class Part:
    """One process of the product."""

    command: Sequence[str]
    environ: dict[str, str]
    process: asyncio.subprocess.Process | None = None

    @property
    def port(self) -> int:
        """The port that it serves on."""
        return int(self.environ["PORT"])

    async def start(self) -> None:
        """Start it; it is up when its port answers."""
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "app.cli", *self.command),
            cwd=ROOT,
            env=self.environ,
            stdout=asyncio.subprocess.DEVNULL,
        )
        if "worker" in self.command:
            return
        async with httpx.AsyncClient(timeout=2) as client:
            for _ in range(START_SECONDS * 10):
                with suppress(httpx.TransportError):
                    if (await client.get(f"http://127.0.0.1:{self.port}/health/live")).is_success:
                        return
                await asyncio.sleep(0.1)
        raise AssertionError(f"{self.command} does not come up")

    async def kill(self) -> None:
        """Kill it with -9, whatever it does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()

    async def leave(self) -> int:
        """Let it go in order, as a deploy does; return its exit status."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(STOP_SECONDS):
            return await self.process.wait()


@dataclass
class Balancer:
    """A TCP balancer: each connection goes to the next process that takes it."""

    parts: Sequence[Part]
    taken_by: list[Part] = field(default_factory=list)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Connect a charge point to a process."""
        first = len(self.taken_by) % len(self.parts)
        for part in (*self.parts[first:], *self.parts[:first]):
            with suppress(OSError):
                back, forth = await asyncio.open_connection("127.0.0.1", part.port)
                self.taken_by.append(part)
                await asyncio.gather(_pipe(reader, forth), _pipe(back, writer))
                return
        writer.close()


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.close()


@dataclass
class Fleet(Town):
    """A town whose product is four processes."""

    web: Part | None = None
    sockets: list[Part] = field(default_factory=list)
    balancer: Balancer | None = None

    @property
    def owner(self) -> Part:
        """The process that took the charge point's last connection."""
        assert self.balancer is not None
        return self.balancer.taken_by[-1]

    async def seconds_until_back(self, since: float) -> float:
        """Wait until the charge point is accepted by a process; return how long it took."""
        assert self.charger is not None
        async with asyncio.timeout(30):
            await self.charger.online()
            await self.charger.said_everything()
        return time.monotonic() - since


@asynccontextmanager
async def open_fleet(postgres_url: str, redis_url: str) -> AsyncIterator[Fleet]:
    """Open a town of roles on a database and a Redis, and close it whatever happened."""
    key = new_key()
    async with AsyncExitStack() as stack:
        provider = await stack.enter_async_context(serving(create_sandbox(Options())))
        port = free_port()
        environ = environ_of(postgres_url, provider, port, key) | {"REDIS_URL": redis_url}
        migrating = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "app.cli", "migrate", cwd=ROOT, env=environ
        )
        assert await migrating.wait() == 0
        await furnish(postgres_url, key)
        web, worker, *sockets = (
            Part(command, environ | {"PORT": str(free_port() if command[0] == "ocpp" else port)})
            for command in (("serve", "--roles", "web"), ("worker",), ("ocpp",), ("ocpp",))
        )
        for part in (web, worker, *sockets):
            stack.push_async_callback(part.leave)
        await asyncio.gather(*(part.start() for part in (web, worker, *sockets)))
        balancer = Balancer(sockets)
        front = await asyncio.start_server(balancer.take, "127.0.0.1", 0)
        stack.callback(front.close)
        charger = played_charger(front.sockets[0].getsockname()[1])
        town = Fleet(environ, port, provider, web=web, sockets=sockets, balancer=balancer)
        town.charger = await stack.enter_async_context(charger)
        await town.charger.online()
        yield town
