"""How much one process with charge points carries: `python -m bench ocpp` prints the figures."""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import uvloop

from app.gateways.ocpp.bus.join import join_at
from app.gateways.ocpp.gateway import OcppGateway
from app.infra.migrations.migrate import migrate
from app.kernel.clock import SystemClock
from bench.ocpp_server import Quiet
from bench.stations import KINDS
from tests.servers import postgres_for_tests, redis_for_tests

CROWDS = 2
BUSY = 200
COMMANDS = 300
PAGE = "/c/BEAAAA"
QUIET_SECONDS = 12
WARM_UP_SECONDS = 10
AGAIN = {"boot": "connect again, boot, status", "back": "connect again, status"}


def memory_kib(process: int) -> int:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def cpu_micros(process: int) -> int:
    """Return the processor time that a process has used, in microseconds."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1_000_000 // os.sysconf("SC_CLK_TCK")


def line(what: str, latencies: Sequence[int], seconds: int, used: int | None = None) -> str:
    """Return the line to print of latencies in microseconds."""
    ranked = sorted(latencies)
    p50, p99 = (ranked[len(ranked) * percent // 100] / 1000 for percent in (50, 99))
    cpu = "" if used is None else f"  {used / len(ranked):.0f} us of processor time each"
    return f"{what:<46}{len(ranked) // seconds:>7}/s  p50 {p50:.1f} ms  p99 {p99:.1f} ms{cpu}"


@dataclass
class Server:
    """The process under test."""

    port: int
    first_transaction: int
    process: int


@dataclass(frozen=True)
class Load:
    """How many *stations* there are, how long each closed loop takes, and what they speak."""

    stations: int
    seconds: int
    protocol: str


@contextlib.contextmanager
def server(stations: int, *addresses: str) -> Iterator[Server]:
    """Run a server process until the block ends."""
    command = [sys.executable, "-m", "bench.ocpp_server", str(stations), *addresses]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            words = process.stdout.readline().split()
            if not words:
                raise SystemExit("the server did not start")
            yield Server(int(words[0]), int(words[1]), process.pid)
        finally:
            process.terminate()
            process.wait(30)


class Crowds:
    """The stations, shared by several processes."""

    def __init__(self, at: Server, stations: int, protocol: str) -> None:
        """Play *stations* that speak *protocol* at a server."""
        share = stations // CROWDS
        places = (str(number * share) for number in range(CROWDS))
        args = (str(at.port), str(share), str(at.first_transaction))
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.stations", args[0], place, *args[1:], protocol],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for place in places
        ]

    async def all(self, words: str) -> list[int]:
        """Let every process do the same, and return all latencies."""
        said = await asyncio.gather(
            *(asyncio.to_thread(_say, each, words) for each in self._processes)
        )
        refused = sum(each["refused"] for each in said)
        if refused:
            raise SystemExit(f"{refused} messages were refused")
        return [latency for each in said for latency in each["latencies"]]

    def cpu_micros(self) -> int:
        """Return the processor time that the stations have used, in microseconds."""
        return sum(cpu_micros(process.pid) for process in self._processes)

    def end(self) -> None:
        """Send them home."""
        for process in self._processes:
            process.terminate()
            process.wait(10)


def _say(process: "subprocess.Popen[str]", words: str) -> dict[str, list[int]]:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{words}\n")
    process.stdin.flush()
    return json.loads(process.stdout.readline())


async def storm(crowds: Crowds, at: Server, stations: int, how: str, what: str) -> None:
    """Let all connect and print how fast, and the memory of each."""
    memory, used, begun = memory_kib(at.process), cpu_micros(at.process), time.perf_counter()
    await crowds.all(f"connect {how}")
    took = time.perf_counter() - begun
    used = (cpu_micros(at.process) - used) // stations
    kib = (memory_kib(at.process) - memory) / stations
    print(f"{what:<46}{stations / took:>7.0f}/s  {used} us of processor time each", flush=True)
    if kib > 1:
        print(f"{f'memory per station, {stations} connected':<46}{kib:>7.1f} KiB", flush=True)


async def busy(crowds: Crowds, at: Server, seconds: int, what: str) -> None:
    """Let some send as fast as they are answered."""
    used, theirs = cpu_micros(at.process), crowds.cpu_micros()
    latencies = await crowds.all(f"loop {BUSY // CROWDS} {seconds}")
    used, theirs = cpu_micros(at.process) - used, crowds.cpu_micros() - theirs
    print(line(what, latencies, seconds, used))
    cores = f"{used // seconds // 10_000} and {theirs // seconds // 10_000}"
    print(f"    percent of a core: the server's and the stations' {cores}", flush=True)


async def visits(port: int, seconds: int) -> list[int]:
    """Look at the scan page twenty times a second, and return how long each look took."""
    latencies = []
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(seconds * 20):
        begun = time.perf_counter_ns()
        writer.write(f"GET {PAGE} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise SystemExit(f"the page: {head[:80]!r}")
        length = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
        await reader.readexactly(int(length))
        latencies.append((time.perf_counter_ns() - begun) // 1000)
        await asyncio.sleep(0.05)
    writer.close()
    return latencies


async def paced(crowds: Crowds, at: Server, stations: int, interval: int, seconds: int) -> None:
    """Let every station send once an interval, with the page beside it."""
    used = cpu_micros(at.process)
    latencies, looks = await asyncio.gather(
        crowds.all(f"pace {interval} {seconds}"), visits(at.port, seconds)
    )
    used = cpu_micros(at.process) - used
    print(line(f"{stations} stations, a report in {interval} s", latencies, seconds, used))
    print(line("    the scan page beside it", looks, seconds), flush=True)


@contextlib.asynccontextmanager
async def commander(redis_url: str) -> AsyncIterator[OcppGateway]:
    """Be another process, which holds no socket."""
    gateway = OcppGateway(Quiet(), SystemClock(), join=join_at(redis_url))
    async with gateway.running():
        yield gateway


async def commands(redis_url: str, operator_id: object) -> None:
    """Command charge points through the other process, one after the other."""
    latencies = []
    async with commander(redis_url) as other:
        for number in range(COMMANDS):
            begun = time.perf_counter_ns()
            await other.commands.call(operator_id, f"BENCH-{number % BUSY}", "ClearCache", {})  # type: ignore[arg-type]
            latencies.append((time.perf_counter_ns() - begun) // 1000)
    seconds = max(sum(latencies) // 1_000_000, 1)
    print(line("a command through the other process", latencies, seconds), flush=True)


async def without_database(load: Load) -> None:
    """Measure the wire alone."""
    with server(load.stations) as at:
        crowds = Crowds(at, load.stations, load.protocol)
        try:
            await storm(crowds, at, load.stations, "boot", "connect, boot, status; nothing is kept")
            await busy(crowds, at, load.seconds, f"MeterValues, {BUSY} stations; nothing is kept")
        finally:
            crowds.end()


async def with_everything(load: Load, url: str, redis_url: str) -> None:
    """Measure the product: pages and charge points in one process, on PostgreSQL and Redis."""
    with server(load.stations, "--database", url, "--redis", redis_url) as at:
        crowds = Crowds(at, load.stations, load.protocol)
        try:
            await storm(crowds, at, load.stations, "boot", "connect, boot, status")
            await asyncio.sleep(QUIET_SECONDS)  # they are set up
            await busy(crowds, at, load.seconds, f"MeterValues, {BUSY} stations")
            await crowds.all(f"pace {WARM_UP_SECONDS} {WARM_UP_SECONDS}")  # each is followed by now
            await paced(crowds, at, load.stations, 10, load.seconds * 3)
            await paced(crowds, at, load.stations, 5, load.seconds * 3)
            await commands(redis_url, await _operator(url))
            await crowds.all("close")
            await asyncio.sleep(QUIET_SECONDS)
            await storm(crowds, at, load.stations, "back", "connect again, status")
        finally:
            crowds.end()


async def storms(load: Load, url: str, redis_url: str) -> None:
    """Let all come, and come back twice: after a restart of theirs, and after one of ours."""
    with server(load.stations, "--database", url, "--redis", redis_url) as at:
        crowds = Crowds(at, load.stations, load.protocol)
        try:
            await storm(crowds, at, load.stations, "boot", "connect, boot, status")
            for how, what in AGAIN.items():
                await asyncio.sleep(QUIET_SECONDS)  # they are set up
                await crowds.all("close")
                await asyncio.sleep(QUIET_SECONDS)
                await storm(crowds, at, load.stations, how, what)
        finally:
            crowds.end()


async def _operator(url: str) -> object:
    connection = await asyncpg.connect(url)
    await connection.execute("SET directpay.operator = '*'")
    found = await connection.fetchval("SELECT operator_id FROM charge_point LIMIT 1")
    await connection.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=5000)
    parser.add_argument("--seconds", type=int, default=5, help="of each closed loop")
    parser.add_argument("--only", choices=("wire", "product", "storm"))
    parser.add_argument("--protocol", choices=sorted(KINDS), default="ocpp1.6")
    given = parser.parse_args()
    load = Load(given.stations, given.seconds, given.protocol)
    if given.only in (None, "wire"):
        uvloop.run(without_database(load))
    if given.only != "wire":
        with postgres_for_tests() as postgres, redis_for_tests() as redis_url:
            postgres.recreate("bench_ocpp")
            url = postgres.url_of("bench_ocpp")
            migrate(url)
            if given.only == "storm":
                uvloop.run(storms(load, url, redis_url))
            else:
                uvloop.run(with_everything(load, url, redis_url))


if __name__ == "__main__":
    main()
