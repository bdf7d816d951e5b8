"""
How fast a value reaches many open session pages: `python -m bench.live` prints the figures.

One process holds all streams; each page follows a journey of its own and gets one event a second.
The readers are two other processes on the same cores. Peers poll every 5 to 30 seconds.
"""

import asyncio
import gc
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

import msgspec
import uvicorn
import uvloop
from litestar import Litestar, get
from litestar.params import FromPath
from litestar.types import ASGIApp

from app.directpay.views import JourneyView
from app.infra.i18n import speaking
from app.infra.live import MemoryLiveBus
from app.serving import GC_THRESHOLDS
from app.web.drawing.session_page import Viewer, render_journey
from app.web.language import LanguageMiddleware
from app.web.streams.rooms import Door, Rooms
from tests.browser.samples import JOURNEY, LIVE

PAGES = (1_000, 10_000)
SECONDS = int(os.environ.get("BENCH_SECONDS", "6"))
READERS = 2
SLOTS = 100
KIB = 1024
TO_BEAT_P99_MS, TO_BEAT_KIB = 50, 20
LANGUAGES = ("nl", "en", "de", "fr")


def main() -> None:
    """Measure each number of pages."""
    print(f"{'pages':>8}{'events/s':>10}{'p50 ms':>9}{'p99 ms':>9}{'KiB/page':>10}{'cpu us':>8}")
    for pages in PAGES:
        with server(pages) as process:
            print(run(pages, process))
    print(f"to beat: p99 {TO_BEAT_P99_MS} ms, {TO_BEAT_KIB} KiB per page")


def run(pages: int, process: "subprocess.Popen[str]") -> str:
    """Open the pages, let them listen, and return a line of what came."""
    told, says = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    port = int(says.readline())
    before = memory_kib(process.pid)
    command = [sys.executable, "-m", "bench.live", "read", str(port)]
    share = pages // READERS
    readers = [
        subprocess.Popen([*command, str(n * share), str(share)], stdout=subprocess.PIPE, text=True)
        for n in range(READERS)
    ]
    for reader in readers:
        cast("IO[str]", reader.stdout).readline()  # all its pages are open
    used = memory_kib(process.pid) - before
    cpu = cpu_ticks(process.pid)
    told.write("go\n")
    told.flush()
    latencies = sorted(
        int(row) for reader in readers for row in cast("str", reader.communicate()[0]).split()
    )
    spent_us = (cpu_ticks(process.pid) - cpu) * 1_000_000 // os.sysconf("SC_CLK_TCK")
    return (
        f"{pages:>8}{len(latencies) // SECONDS:>10}{percentile(latencies, 50):>9}"
        f"{percentile(latencies, 99):>9}{used * 10 // pages / 10:>10}"
        f"{spent_us // max(len(latencies), 1):>8}"
    )


def percentile(ranked: list[int], percent: int) -> str:
    """Return a percentile of microseconds in milliseconds."""
    return f"{ranked[min(len(ranked) * percent // 100, len(ranked) - 1)] / 1000:.1f}"


def memory_kib(pid: int) -> int:
    """Return the resident memory of a process in KiB."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(row for row in rows if row.startswith("VmRSS")).split()[1])


def cpu_ticks(pid: int) -> int:
    """Return the processor time that a process has used, in clock ticks."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(parts[11]) + int(parts[12])


@contextmanager
def server(pages: int) -> "Iterator[subprocess.Popen[str]]":
    """Serve the streams in a process of their own."""
    command = [sys.executable, "-m", "bench.live", "serve", str(pages)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


async def serve(pages: int) -> None:
    """Serve, and once told to, publish a sample of each journey each second."""
    bus = MemoryLiveBus()
    rooms = Rooms(bus)

    async def read() -> JourneyView:
        return JOURNEY

    @get("/s/{token:str}/events")
    async def events(token: FromPath[str]) -> ASGIApp:
        door = Door(f"journey:{token}", token, f"http://127.0.0.1/s/{token}", read)
        language = LANGUAGES[int(token) % len(LANGUAGES)]
        return cast("ASGIApp", rooms.stream(door, language=language, control=True))

    app = Litestar([events], openapi_config=None, middleware=[LanguageMiddleware()])
    config = uvicorn.Config(
        app, port=0, log_level="error", access_log=False, lifespan="off", backlog=4096
    )
    uvicorn_server = uvicorn.Server(config)
    started = asyncio.create_task(uvicorn_server.serve())
    while not uvicorn_server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    for language in LANGUAGES:  # what every process has once it has shown a page
        with speaking(language):
            render_journey(JOURNEY, Viewer("0", "http://127.0.0.1/s/0", control=True))
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    print(uvicorn_server.servers[0].sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await publish(bus, pages)
    await started


async def publish(bus: MemoryLiveBus, pages: int) -> None:
    """Publish to every journey once a second, spread over the second."""
    for second in range(SECONDS):
        begun = time.monotonic_ns()
        for slot in range(SLOTS):
            for page in range(slot, pages, SLOTS):
                live = msgspec.structs.replace(LIVE, seconds=LIVE.seconds + second)
                # The time of publishing travels as the version, which is the event's id.
                view = msgspec.structs.replace(
                    JOURNEY, live=live, version=time.monotonic_ns() // 1000
                )
                await bus.publish(f"journey:{page}", msgspec.json.encode(view))
            due = begun + (slot + 1) * 1_000_000_000 // SLOTS
            await asyncio.sleep(max(due - time.monotonic_ns(), 0) / 1_000_000_000)


class Reader(asyncio.Protocol):
    """One open page: notes how old each event is when it comes."""

    latencies: list[int] = []  # noqa: RUF012 - shared on purpose

    def __init__(self, request: bytes, opened: "asyncio.Queue[None]") -> None:
        """Send *request* when connected; tell *opened* of the first event."""
        self._request = request
        self._opened: asyncio.Queue[None] | None = opened

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        cast("asyncio.Transport", transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        """Note the age of the event; the first is the whole state."""
        at = data.find(b"id: ")
        if at < 0:
            return
        if self._opened is not None:
            self._opened.put_nowait(None)
            self._opened = None
            return
        published = int(data[at + 4 : data.index(b"\n", at)])
        self.latencies.append(time.monotonic_ns() // 1000 - published)


async def read(port: int, first: int, count: int) -> None:
    """Open the pages from *first* on, listen, and print the latencies in microseconds."""
    opened: asyncio.Queue[None] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for page in range(first, first + count):
        request = f"GET /s/{page}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
        await loop.create_connection(lambda raw=request: Reader(raw, opened), "127.0.0.1", port)
        await opened.get()
    print("open", flush=True)
    deadline = time.monotonic() + SECONDS * 4
    while len(Reader.latencies) < count * SECONDS and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    print(*Reader.latencies)


if __name__ == "__main__":
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    match sys.argv[1:]:
        case ["serve", pages]:
            uvloop.run(serve(int(pages)))
        case ["read", port, first, count]:
            uvloop.run(read(int(port), int(first), int(count)))
        case _:
            main()
