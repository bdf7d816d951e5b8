"""How fast one process serves the scan page: `python -m bench.pages` prints the figures."""

import asyncio
import contextlib
import gc
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import IO, cast

import psycopg
import uvicorn
import uvloop
from litestar import Litestar

from app.infra.database import Database, engine
from app.infra.live import MemoryLiveBus
from app.infra.migrations.schema import create_schema
from app.infra.tables import metadata
from app.kernel.ids import RandomIds
from app.web.config import WebConfig
from app.web.drawing.assets import asset
from app.web.router import driver_pages
from bench.load import Result, load
from tests.fakes.clock import FakeClock
from tests.scenarios.world import CODE, World, open_world, world_reactors
from tests.servers import postgres_for_tests

CLIENTS = (1, 16, 64, 256)
SECONDS = int(os.environ.get("BENCH_SECONDS", "4"))
BROWSER = (
    f"GET /c/{CODE} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nAccept-Language: nl-NL,nl;q=0.9,en;q=0.8\r\n"
    "Cookie: directpay=.abcdefghijklmnop\r\n"
    "User-Agent: Mozilla/5.0 (Linux; Android 16; Pixel 9) Chrome/156 Mobile\r\n"
)
# A tile of a large city's surroundings, as the map's script asks for it.
TILE = (
    f"GET {asset('europe.pmtiles').path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
    "Accept-Encoding: gzip, deflate, br\r\nRange: bytes=200000-208191\r\n"
)
_NEVER, _SECOND, _SECONDS = timedelta(0), timedelta(seconds=1), timedelta(seconds=10)
# A page that is kept for a second; one for which every visit looks at the socket's state, while
# what stands there is kept for ten; and one for which every visit reads all.
LIFETIMES = {"kept": (_SECOND, _SECONDS), "looked": (_NEVER, _SECONDS), "cold": (_NEVER, _NEVER)}
# The closest peers serve the bare data behind such a page at 210 to 550 requests a second.
PEER_PER_SECOND = 550
# Issue 6: a tile of Europe within 100 ms.
TO_BEAT = {"tile": 0, "kept": 5000, "kept, 304": 5000, "looked": 1500, "cold": 1500}
P99_MS_AT_256 = 150


def main() -> None:
    """Measure each kind of page at each number of clients."""
    titles = ("clients", "per s", "p50 ms", "p99 ms", "x peer", "to beat")
    print(f"{'page':<12}" + "".join(f"{title:>9}" for title in titles))
    for kind in LIFETIMES:
        with server(kind) as port:
            measure(kind, port, BROWSER, status=200)
            if kind == "kept":
                etag = asyncio.run(etag_of(port))
                unchanged = f"{BROWSER}If-None-Match: {etag}\r\n"
                measure("kept, 304", port, unchanged, status=304)
                measure("tile", port, TILE, status=206)


def measure(kind: str, port: int, request: str, *, status: int) -> None:
    """Print a line for each number of clients."""
    for clients in CLIENTS:
        raw = f"{request}\r\n".encode()
        run = load(port, raw, clients=clients, seconds=SECONDS, status=status)
        print(line(kind, clients, uvloop.run(run)))


def line(kind: str, clients: int, result: Result) -> str:
    """Return what was measured, against the closest peer and the goal."""
    ratio = result.per_second * 10 // PEER_PER_SECOND
    return (
        f"{kind:<12}{clients:>9}{result.per_second:>9}{result.percentile_ms(50):>9}"
        f"{result.percentile_ms(99):>9}{ratio // 10:>7}.{ratio % 10}{TO_BEAT[kind]:>9}"
    )


async def etag_of(port: int) -> str:
    """Return the page's entity tag."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"{BROWSER}Connection: close\r\n\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    writer.close()
    return next(row for row in head.split("\r\n") if row.startswith("etag:")).split(" ", 1)[1]


@contextmanager
def server(kind: str) -> Iterator[int]:
    """Serve the pages in a process of their own and give the port."""
    command = [sys.executable, "-m", "bench.pages", "serve", kind]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield int(cast("IO[str]", process.stdout).readline())
        finally:
            process.terminate()


async def serve(kind: str, url: str, admin_url: str) -> None:
    """Serve until the signal comes."""
    async with open_pages_world(url, admin_url) as (world, live):
        await serve_world(world, live, LIFETIMES[kind], "")


async def serve_world(
    world: World, live: MemoryLiveBus, lifetimes: tuple[timedelta, timedelta], more: str
) -> None:
    """Serve the pages of *world*; print the port and what there is *more* to know."""
    seen, stands = lifetimes
    config = WebConfig("http://127.0.0.1", scan_lifetime=seen, standing_lifetime=stands)
    pages = Litestar([driver_pages(config, desk=world.desk, live=live)], openapi_config=None)
    uvicorn_server = uvicorn.Server(
        uvicorn.Config(pages, port=0, log_level="error", access_log=False, lifespan="off")
    )
    started = asyncio.create_task(uvicorn_server.serve())
    while not uvicorn_server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    print(uvicorn_server.servers[0].sockets[0].getsockname()[1], more, flush=True)
    gc.collect()
    gc.freeze()
    await started


@asynccontextmanager
async def open_pages_world(url: str, admin_url: str) -> AsyncIterator[tuple[World, MemoryLiveBus]]:
    """A world over a real database with one free socket."""
    clock, live = FakeClock(), MemoryLiveBus()
    pool = engine(url, pool_size=10)
    database = Database(pool, clock=clock, ids=RandomIds(), live=live, reactors=world_reactors())
    with psycopg.connect(admin_url, autocommit=True) as sql:
        yield await open_world(database, sql, clock), live
    await database.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        with postgres_for_tests() as postgres, contextlib.suppress(KeyboardInterrupt):
            postgres.recreate("bench")
            asyncio.run(create_schema(postgres.url_of("bench"), metadata))
            url = postgres.url_of("bench")
            uvloop.run(serve(sys.argv[2], url, postgres.as_admin(url)))
    else:
        main()
