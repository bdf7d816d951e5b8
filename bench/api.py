"""
The API with 100,000 locations and 1,000,000 sessions: `python -m bench.api` prints the figures.

Each of the calls that an app makes most, from eight connections, at one process.
"""

import asyncio
import contextlib
import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import psycopg
import uvicorn
import uvloop

from app.api.application import api_application
from app.gateways.ocpp.desk.calls import Calls
from app.infra.migrations.schema import create_schema
from app.infra.tables import metadata
from bench.api_town import Size, fill
from bench.load import load
from bench.pages import open_pages_world
from tests.fakes.line import FakeLine
from tests.http.program import Program, open_program
from tests.http.test_api_sign_in import shows, signs_in
from tests.servers import postgres_for_tests

CLIENTS = 8
SECONDS = int(os.environ.get("BENCH_SECONDS", "4"))
SIZE = Size(
    locations=int(os.environ.get("BENCH_LOCATIONS", "100000")),
    sessions=int(os.environ.get("BENCH_SESSIONS", "1000000")),
)
_LIST = "/locations?operator=voltstraat"
_MAP = "/map/clusters?operator=voltstraat"


@dataclass(frozen=True)
class Call:
    """A call that is measured: its path below /api/v1, and whether the driver is signed in."""

    name: str
    path: str
    own: bool = False


# What stands for {n} is another number each time: those calls nobody has asked before.
CALLS = (
    Call("what stands at a code", "/codes/B100001869"),
    Call("a charging point", "/evses/B100001869"),
    Call("a quote of 30 kWh", "/evses/B100001869/quote?kwh=30"),
    Call("locations near", f"{_LIST}&near=55.0,10.0&limit=20"),
    Call("each elsewhere", f"{_LIST}&near=55.{{n}},10.{{n}}&limit=20"),
    Call("near, 100 kW, free now", f"{_LIST}&near=55.0,10.0&limit=20&min_kw=100&available=true"),
    Call("each elsewhere", f"{_LIST}&near=55.{{n}},10.{{n}}&limit=20&min_kw=100&available=true"),
    Call("locations by words", f"{_LIST}&q=laadplein+rotterdam+62&limit=20"),
    Call("each other words", f"{_LIST}&q=laadplein+rotterdam+{{n}}&limit=20"),
    Call("locations in a box", f"{_LIST}&bbox=9.8,54.8,10.2,55.2&limit=50"),
    Call("each another box", f"{_LIST}&bbox=9.8{{n}},54.8,10.2{{n}},55.2&limit=50"),
    Call("a location", "/locations/L6249?operator=voltstraat"),
    Call("each another", "/locations/L6{n}?operator=voltstraat"),
    Call("a map of Europe", f"{_MAP}&bbox=-11,35,32,70&zoom=4"),
    Call("Europe, CHAdeMO, 50 kW", f"{_MAP}&bbox=-11,35,32,70&zoom=4&connector=CHADEMO&min_kw=50"),
    Call("a map of a country", f"{_MAP}&bbox=6,50,15,57&zoom=7"),
    Call("a map of a town", f"{_MAP}&bbox=9.8,54.8,10.2,55.2&zoom=10"),
    Call("each another town", f"{_MAP}&bbox=9.8{{n}},54.8,10.2{{n}},55.2&zoom=10"),
    Call("a session", "/sessions/{token}"),
    Call("the driver's history", "/me/sessions", own=True),
)


def main() -> None:
    """Measure each call."""
    with _server() as told:
        print(f"{SIZE.locations} locations, {SIZE.sessions} sessions, {CLIENTS} connections")
        print(f"{'call':<26}{'per s':>8}{'p50 ms':>9}{'p99 ms':>9}{'bytes':>9}")
        for call in CALLS:
            print(_measured(call, told), flush=True)
        print(f"the process takes {_resident_mib(int(told['pid']))} MiB")


def _measured(call: Call, told: Mapping[str, str]) -> str:
    numbers = range(100, 1000) if "{n}" in call.path else range(1)
    asked = [_request(call, told, number) for number in numbers]
    run = load(int(told["port"]), *asked, clients=CLIENTS, seconds=SECONDS, status=200)
    result = uvloop.run(run)
    return (
        f"{call.name:<26}{result.per_second:>8}{result.percentile_ms(50):>9}"
        f"{result.percentile_ms(99):>9}{result.bytes_received:>9}"
    )


def _request(call: Call, told: Mapping[str, str], number: int) -> bytes:
    path = call.path.format(token=told["token"], n=number)
    head = f"GET /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if call.own:
        head += f"Authorization: {told['driver']}\r\n"
    return f"{head}\r\n".encode()


def _resident_mib(pid: int) -> int:
    (line,) = (
        each for each in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in each
    )
    return int(line.split()[1]) // 1024


@contextmanager
def _server() -> Iterator[Mapping[str, str]]:
    """Serve the API in a process of its own, and give what it says of itself."""
    command = [sys.executable, "-m", "bench.api", "serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            for line in cast("IO[str]", process.stdout):
                if line.startswith("{"):
                    yield json.loads(line)
                    break
                print(line, end="", flush=True)
        finally:
            process.terminate()


async def serve(url: str, admin_url: str) -> None:
    """Fill the database, and serve until the signal comes."""
    async with open_pages_world(url, admin_url) as (world, live):
        async with open_program(world) as program:
            told = await _one_session(program)
        with psycopg.connect(admin_url, autocommit=True) as sql:
            driver_id = sql.execute("SELECT driver_id FROM driver").fetchone()
            assert driver_id is not None, "somebody signed in"
            await fill(world.database, sql, SIZE, driver_id[0])
        await world.desk.hosts.read(world.database)  # as every process does
        api = api_application(world.desk, live, Calls(FakeLine()))
        await _serve(api, told)


async def _one_session(program: Program) -> dict[str, str]:
    """Charge once, as a driver who is signed in; return what finds it."""
    begun = await program.charges_and_stops()
    tokens = await signs_in(program)
    headers = shows(tokens)
    proof = {"token": begun["token"], "control": begun["control"]}
    await program.post("/me/sessions", proof, **headers)
    return {"token": begun["token"], "driver": headers["Authorization"]}


async def _serve(api: object, told: Mapping[str, str]) -> None:
    server = uvicorn.Server(
        uvicorn.Config(api, port=0, log_level="error", access_log=False, lifespan="off")  # type: ignore[arg-type]  # an ASGI application
    )
    started = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    gc.collect()
    gc.freeze()
    print(json.dumps({**told, "port": port, "pid": os.getpid()}), flush=True)
    await started


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        with postgres_for_tests() as postgres, contextlib.suppress(KeyboardInterrupt):
            postgres.recreate("bench")
            asyncio.run(create_schema(postgres.url_of("bench"), metadata))
            url = postgres.url_of("bench")
            uvloop.run(serve(url, postgres.as_admin(url)))
    else:
        main()
