"""Serving: HTTP, WebSockets and the job worker in one loop, until told to stop."""

import asyncio
import ctypes
import gc
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import contextmanager, suppress
from typing import Any, Final

import uvicorn

from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.link.proxies import BehindProxies
from app.gateways.ocpp.link.sockets import Sockets
from app.kernel.errors import Kind, Problem
from app.main import create_app, running
from app.settings import Role, Settings
from app.wiring import create_services

_BACKLOG: Final = 2048
_GRACE_SECONDS: Final = 5
# Ten thousand charge points leave in five seconds; a container is killed after ten.
_DRAIN_SECONDS: Final = 6
_FRAME_BYTES: Final = 1 << 20
# Collections of a large heap stop every open page and charge point: they are rare. Those of what is
# young are not, or thousands of finished requests would lie about, and each would take long: where
# old things are replaced all the time, what is new is a multiple of the first number.
GC_THRESHOLDS: Final = (2_000, 5, 2_000)


class PortTaken(Problem):
    """The port to serve on belongs to another program."""

    code = "port_taken"
    kind = Kind.UNAVAILABLE
    title = "The port is taken"


def runner() -> asyncio.Runner:
    """Return a runner with the fastest loop that is installed."""
    return asyncio.Runner(loop_factory=uvicorn.Config("", log_config=None).get_loop_factory())


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to *host* and *port*; raise PortTaken, which says what to do."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small packets at once only where the protocol is named.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        raise PortTaken(
            f"Cannot serve on {host}:{port} ({error.strerror}). Stop the program that uses"
            f" the port, or choose another one: PORT={port + 10}."
        ) from error
    bound.listen(_BACKLOG)
    return bound


async def serve(
    settings: Settings, roles: frozenset[Role], bound: socket.socket, ready: Callable[[], None]
) -> None:
    """Serve *roles* on the socket *bound* until SIGINT or SIGTERM; call *ready* when it listens."""
    url = database_url(settings)
    async with create_services(settings, url) as services, running(services, roles, url):
        server = _server(settings, create_app(services, roles), ready)
        with _signals(server, services.ocpp):
            await server.serve(sockets=[bound])


async def work(settings: Settings) -> None:
    """Run jobs until SIGINT or SIGTERM."""
    url = database_url(settings)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    only_jobs = frozenset({Role.WORKER})
    async with create_services(settings, url) as services, running(services, only_jobs, url):
        await stopped.wait()


def database_url(settings: Settings) -> str:
    """Return the address of the database that runs by now, given or embedded."""
    assert settings.database.url is not None, "see app.embedded.database_of"  # noqa: S101
    return settings.database.url


class _Server(uvicorn.Server):
    """Uvicorn's server, except that the signals are ours: after it others have to stop too."""

    ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        _give_back()
        self.ready()

    @contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as in uvicorn
        yield


def _give_back() -> None:
    """Give the memory that only the start needed back to the system, where glibc keeps it."""
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def _server(settings: Settings, app: Callable[..., Any], ready: Callable[[], None]) -> _Server:
    config = uvicorn.Config(
        BehindProxies(app, settings.http.trusted_proxies),
        log_config=None,
        access_log=False,  # the paths hold the drivers' tokens
        server_header=False,
        ws=Sockets,
        ws_per_message_deflate=False,
        ws_max_size=_FRAME_BYTES,
        proxy_headers=False,  # done by BehindProxies
        timeout_graceful_shutdown=_GRACE_SECONDS,
    )
    server = _Server(config)
    server.ready = ready
    return server


class _Leave:
    """What a signal does: charge points leave in order, then the server stops; twice: at once."""

    def __init__(self, server: uvicorn.Server, ocpp: OcppGateway) -> None:
        self._server = server
        self._ocpp = ocpp
        self._leaving: asyncio.Task[None] | None = None

    def __call__(self, number: signal.Signals) -> None:
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._leave(number), name="leave in order")
        else:
            self._server.handle_exit(number, None)

    async def _leave(self, number: signal.Signals) -> None:
        draining = asyncio.create_task(self._ocpp.drain(), name="let the charge points go")
        await asyncio.wait([draining], timeout=_DRAIN_SECONDS)
        draining.cancel()
        # sse-starlette has replaced this method by now, to end its streams.
        self._server.handle_exit(number, None)


@contextmanager
def _signals(server: uvicorn.Server, ocpp: OcppGateway):  # type: ignore[no-untyped-def]  # noqa: ANN202
    loop = asyncio.get_running_loop()
    leave = _Leave(server, ocpp)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, leave, number)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
