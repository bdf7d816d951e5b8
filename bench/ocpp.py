"""How much one OCPP process carries: `python -m bench.ocpp` prints the figures (loopback)."""

import argparse
import asyncio
import base64
import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "0011aabbccddeeff0011aabbccddeeff"  # noqa: S105 - of charge points that are none
AT = "2026-03-02T09:00:00Z"
SMALL_FRAME, MIDDLE_FRAME = 126, 127
BOOT = {"chargePointVendor": "V", "chargePointModel": "M"}
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}


class Station(asyncio.Protocol):
    """A charge point of 1.6 that costs next to nothing: its frames are masked with zeros."""

    def __init__(self, identity: str) -> None:
        """Prepare to connect."""
        self.identity = identity
        self.ready = asyncio.get_running_loop().create_future()
        self._answer: asyncio.Future[list] | None = None
        self._buffer = b""
        self._numbers = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        key = base64.b64encode(os.urandom(16)).decode()
        pair = base64.b64encode(f"{self.identity}:{PASSWORD}".encode()).decode()
        self._transport.write(
            f"GET /ocpp/{self.identity} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: Basic {pair}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Read the handshake, then frames."""
        self._buffer += data
        if not self.ready.done():
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            self._buffer = rest
            if b" 101 " in head.split(b"\r\n", 1)[0]:
                self.ready.set_result(None)
            else:
                self.ready.set_exception(ConnectionError(head[:80].decode()))
        for text in self._frames():
            if self._answer is not None and not self._answer.done():
                self._answer.set_result(json.loads(text))

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits."""
        for future in (self.ready, self._answer):
            if future is not None and not future.done():
                future.set_exception(exc or ConnectionError("closed"))

    async def ask(self, action: str, payload: object) -> list:
        """Send a call and return the frame that answers."""
        self._numbers += 1
        text = json.dumps([2, str(self._numbers), action, payload]).encode()
        if len(text) < SMALL_FRAME:
            head = struct.pack("!BB", 0x81, 0x80 | len(text))
        else:
            head = struct.pack("!BBH", 0x81, 0x80 | SMALL_FRAME, len(text))
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(head + b"\0\0\0\0" + text)
        return await self._answer

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()

    def _frames(self) -> Iterator[bytes]:
        while len(self._buffer) >= 2:
            kind, length, start = self._buffer[0] & 0x0F, self._buffer[1], 2
            if length == SMALL_FRAME:
                length, start = struct.unpack("!H", self._buffer[2:4])[0], 4
            elif length == MIDDLE_FRAME:
                length, start = struct.unpack("!Q", self._buffer[2:10])[0], 10
            if len(self._buffer) < start + length:
                return
            payload, self._buffer = (
                self._buffer[start : start + length],
                self._buffer[start + length :],
            )
            if kind == 1:
                yield payload


@dataclass
class Figures:
    """Latencies in seconds."""

    seconds: float
    latencies: list[float] = field(default_factory=list)

    def line(self, what: str) -> str:
        """Return the line to print."""
        ordered = sorted(self.latencies)
        middle, high = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        rate = len(ordered) / self.seconds
        return f"{what:<44}{rate:>9.0f}/s  p50 {middle * 1000:.1f} ms  p99 {high * 1000:.1f} ms"


@contextmanager
def server(*, stations: int, database: bool) -> Iterator[tuple[int, int]]:
    """Run a server process and give its port and process number."""
    command = [sys.executable, "-m", "bench.ocpp_server", str(stations)]
    if database:
        command.append("--database")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.strip():
                raise SystemExit("the server did not start")
            yield int(line), process.pid
        finally:
            process.terminate()
            process.wait(30)


def memory_kib(process: int) -> int:
    """Return the resident memory of a process."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS")))


def cpu_micros(process: int) -> int:
    """Return the processor time that a process has used, in microseconds."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * 1_000_000 // os.sysconf("SC_CLK_TCK")


async def connect(port: int, numbers: Sequence[int]) -> list[Station]:
    """Connect stations, 200 at a time, and boot each."""
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(200)

    async def one(number: int) -> Station:
        async with gate:
            _, station = await loop.create_connection(
                lambda: Station(f"CP{number}"), "127.0.0.1", port
            )
            await station.ready
            await station.ask("BootNotification", BOOT)
            await station.ask("StatusNotification", STATUS)
            return station

    return await asyncio.gather(*(one(number) for number in numbers))


async def measure(
    stations: Sequence[Station], seconds: int, transactions: Sequence[int]
) -> Figures:
    """Let every station send MeterValues as fast as it is answered."""
    figures, stop = Figures(seconds), time.perf_counter() + seconds
    stamp = time.time()

    async def one(index: int, station: Station) -> None:
        register = 1000
        while (begun := time.perf_counter()) < stop:
            register += 1
            at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(stamp))
            millis = f"{at}.{register % 1000:03d}Z"
            values = [
                {"value": str(register), "unit": "Wh"},
                {"value": "11000", "unit": "W", "measurand": "Power.Active.Import"},
            ]
            payload = {
                "connectorId": 1,
                "transactionId": transactions[index],
                "meterValue": [{"timestamp": millis, "sampledValue": values}],
            }
            answer = await station.ask("MeterValues", payload)
            if answer[0] != 3:
                raise SystemExit(f"refused: {answer}")
            figures.latencies.append(time.perf_counter() - begun)

    await asyncio.gather(*(one(index, station) for index, station in enumerate(stations)))
    return figures


async def without_database(stations: int, seconds: int) -> None:
    """Measure the wire alone."""
    with server(stations=stations, database=False) as (port, process):
        first = await connect(port, range(10))
        before, begun = memory_kib(process), time.perf_counter()
        rest = await connect(port, range(10, stations))
        took, after = time.perf_counter() - begun, memory_kib(process)
        print(f"{'connect storm (connect, boot, status)':<44}{len(rest) / took:>9.0f}/s")
        per_station = (after - before) / len(rest)
        print(f"{f'memory per station ({stations} connected)':<44}{per_station:>9.1f} KiB")
        busy = [*first, *rest][:200]
        used = cpu_micros(process)
        figures = await measure(busy, seconds, [1] * len(busy))
        used = cpu_micros(process) - used
        print(figures.line("MeterValues, 200 stations, no database"))
        print(f"{'processor time of the server':<44}{used / len(figures.latencies):>9.1f} us each")
        for station in [*first, *rest]:
            station.close()


async def with_database(stations: int, seconds: int) -> None:
    """Measure the wire and the verbs on PostgreSQL; every station has a running transaction."""
    with server(stations=stations, database=True) as (port, process):
        begun = time.perf_counter()
        connected = await connect(port, range(stations))
        took = time.perf_counter() - begun
        print(f"{'connect storm on PostgreSQL':<44}{stations / took:>9.0f}/s")
        started, figures = [], Figures(0)
        begun = time.perf_counter()
        for number, station in enumerate(connected):
            at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            tag = f"BENCH{number:05d}"
            payload = {"connectorId": 1, "idTag": tag, "meterStart": 1000, "timestamp": at}
            asked = time.perf_counter()
            answer = await station.ask("StartTransaction", payload)
            figures.latencies.append(time.perf_counter() - asked)
            if answer[2]["idTagInfo"]["status"] != "Accepted":
                raise SystemExit(f"refused: {answer}")
            started.append(answer[2]["transactionId"])
        figures.seconds = time.perf_counter() - begun
        print(figures.line("StartTransaction, one after the other"))
        used = cpu_micros(process)
        measured = await measure(connected, seconds, started)
        used = cpu_micros(process) - used
        print(measured.line(f"MeterValues on PostgreSQL, {stations} stations"))
        print(f"{'processor time of the server':<44}{used / len(measured.latencies):>9.1f} us each")
        for station in connected:
            station.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stations", type=int, default=2000, help="for the connect storm")
    parser.add_argument("--busy", type=int, default=64, help="stations with a transaction")
    parser.add_argument("--seconds", type=int, default=5, help="of each closed loop")
    given = parser.parse_args()
    asyncio.run(without_database(given.stations, given.seconds))
    asyncio.run(with_database(given.busy, given.seconds))


if __name__ == "__main__":
    main()
