"""Played charge points that cost next to nothing, in a process of their own: a load for OCPP."""

import asyncio
import base64
import gc
import json
import os
import resource
import struct
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

import uvloop

PASSWORD = "0011aabbccddeeff0011aabbccddeeff"  # noqa: S105 - of charge points that are none
SMALL_FRAME, MIDDLE_FRAME = 126, 127
TEXT, PING = 1, 9
MASK = b"\0\0\0\0"
CONNECT_AT_ONCE = 100
ACCEPTED = '{"status":"Accepted"}'


class Station(asyncio.Protocol):
    """A charge point of 1.6; its frames are masked with zeros."""

    protocol = "ocpp1.6"
    boot = '{"chargePointVendor":"V","chargePointModel":"M"}'
    status = '{"connectorId":1,"errorCode":"NoError","status":"Charging"}'
    latencies: list[int] = []  # noqa: RUF012 - microseconds, shared on purpose
    refused = 0

    def __init__(self, number: int, transaction: int) -> None:
        """Be the station of this number, with a running transaction."""
        self.identity = f"BENCH-{number}"
        self.transaction = transaction
        self._register = 1_000
        self._sent_at = 0
        self._buffer = b""
        self._is_open = False
        self._answered: Callable[[], None] | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        key = base64.b64encode(os.urandom(16)).decode()
        pair = base64.b64encode(f"{self.identity}:{PASSWORD}".encode()).decode()
        self._transport.write(
            f"GET /ocpp/{self.identity} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: {self.protocol}\r\n"
            f"Authorization: Basic {pair}\r\n\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        """Read the handshake, then frames."""
        self._buffer += data
        if not self._is_open:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            self._is_open, self._buffer = True, rest
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.opened.set_exception(ConnectionError(head[:80].decode()))
                return
            self.opened.set_result(None)
        for kind, payload in self._frames():
            if kind == TEXT:
                self._hear(payload)
            elif kind == PING:
                head = struct.pack("!BB", 0x8A, 0x80 | len(payload))
                self._transport.write(head + MASK + payload)

    def connection_lost(self, exc: Exception | None) -> None:
        """Fail whoever waits."""
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionError("closed"))

    def _hear(self, text: bytes) -> None:
        if text[1:2] == b"2":  # the server asks: always a good answer
            message_id = json.loads(text)[1]
            self._write(f'[3,"{message_id}",{ACCEPTED}]')
            return
        Station.refused += text[1:2] != b"3"
        answered, self._answered = self._answered, None
        if answered is not None:
            answered()

    def say(self, action: str, payload: str, answered: Callable[[], None]) -> None:
        """Send a call; *answered* is called with its answer."""
        self._answered = answered
        self._sent_at = time.perf_counter_ns()
        self._write(f'[2,"{self._register}","{action}",{payload}]')

    async def ask(self, action: str, payload: str) -> None:
        """Send a call and wait for its answer."""
        done = asyncio.get_running_loop().create_future()
        self.say(action, payload, lambda: done.set_result(None))
        await done

    def measure(self, then: Callable[[], None]) -> None:
        """Send the next meter values, note how long the answer takes, and call *then*."""
        self._register += 1
        now = time.time()
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        action, payload = self.meter_values(f"{at}.{int(now * 1000) % 1000:03d}Z")

        def answered() -> None:
            self.latencies.append((time.perf_counter_ns() - self._sent_at) // 1000)
            then()

        self.say(action, payload, answered)

    def meter_values(self, at: str) -> tuple[str, str]:
        """Return the call that tells the register and the power."""
        return "MeterValues", (
            f'{{"connectorId":1,"transactionId":{self.transaction},"meterValue":[{{'
            f'"timestamp":"{at}","sampledValue":['
            f'{{"value":"{self.register}","unit":"Wh"}},'
            '{"value":"11000","unit":"W","measurand":"Power.Active.Import"}]}]}'
        )

    @property
    def register(self) -> int:
        """Return the register in Wh."""
        return self._register + 5000

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()

    def _write(self, text: str) -> None:
        payload = text.encode()
        if len(payload) < SMALL_FRAME:
            head = struct.pack("!BB", 0x81, 0x80 | len(payload))
        else:
            head = struct.pack("!BBH", 0x81, 0x80 | SMALL_FRAME, len(payload))
        self._transport.write(head + MASK + payload)

    def _frames(self) -> Iterator[tuple[int, bytes]]:
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
            yield kind, payload


class Station2(Station):
    """A charge point of 2.0.1, which tells its meter values in events of its transaction."""

    protocol = "ocpp2.0.1"
    boot = '{"reason":"PowerUp","chargingStation":{"vendorName":"V","model":"M"}}'
    status = (
        '{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Occupied","evseId":1,'
        '"connectorId":1}'
    )

    def meter_values(self, at: str) -> tuple[str, str]:
        """Return the event that tells the register and the power."""
        return "TransactionEvent", (
            f'{{"eventType":"Updated","timestamp":"{at}","triggerReason":"MeterValuePeriodic",'
            f'"seqNo":{self._register},"transactionInfo":{{"transactionId":"{self.transaction}",'
            f'"chargingState":"Charging"}},"evse":{{"id":1,"connectorId":1}},"meterValue":[{{'
            f'"timestamp":"{at}","sampledValue":['
            f'{{"value":{self.register},"measurand":"Energy.Active.Import.Register",'
            '"unitOfMeasure":{"unit":"Wh"}},'
            '{"value":11000.0,"measurand":"Power.Active.Import","unitOfMeasure":{"unit":"W"}}]}]}'
        )


KINDS = {kind.protocol: kind for kind in (Station, Station2)}


class Crowd:
    """The stations of this process."""

    def __init__(
        self, port: int, numbers: Sequence[int], first_transaction: int, kind: type[Station]
    ) -> None:
        """Connect stations of a *kind* to *port*; station n runs *first_transaction* + n."""
        self._kind = kind
        self._port = port
        self._numbers = numbers
        self._first_transaction = first_transaction
        self._stations: list[Station] = []

    async def connect(self, *, boots: bool) -> None:
        """Connect all, and tell each one's status, after a boot when it *boots*."""
        loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(CONNECT_AT_ONCE)

        async def one(number: int) -> Station:
            async with gate:
                station = self._kind(number, self._first_transaction + number)
                await loop.create_connection(lambda: station, "127.0.0.1", self._port)
                await station.opened
                if boots:
                    await station.ask("BootNotification", station.boot)
                await station.ask("StatusNotification", station.status)
                return station

        self._stations = await asyncio.gather(*(one(number) for number in self._numbers))

    async def closed_loop(self, count: int, seconds: int) -> None:
        """Let *count* stations send meter values as fast as they are answered."""
        stop = time.monotonic() + seconds

        def again(station: Station) -> None:
            if time.monotonic() < stop:
                station.measure(partial(again, station))

        for station in self._stations[:count]:
            again(station)
        await asyncio.sleep(seconds + 1)

    async def paced(self, interval: int, seconds: int) -> None:
        """Let every station send meter values once an *interval*, each at its own moment."""
        loop = asyncio.get_running_loop()
        stop = loop.time() + seconds

        def send(station: Station) -> None:
            station.measure(lambda: None)
            if loop.time() + interval < stop:
                loop.call_later(interval, send, station)

        for place, station in enumerate(self._stations):
            loop.call_later(interval * place / len(self._stations), send, station)
        await asyncio.sleep(seconds + 1)

    def close(self) -> None:
        """Hang up."""
        for station in self._stations:
            station.close()


async def obey(crowd: Crowd) -> None:
    """Do what the lines on the standard input say, and answer each with a line."""
    loop = asyncio.get_running_loop()
    while words := (await loop.run_in_executor(None, sys.stdin.readline)).split():
        Station.latencies.clear()
        match words:
            case ["connect", how]:
                await crowd.connect(boots=how == "boot")
                gc.freeze()
            case ["loop", count, seconds]:
                await crowd.closed_loop(int(count), int(seconds))
            case ["pace", interval, seconds]:
                await crowd.paced(int(interval), int(seconds))
            case ["close"]:
                crowd.close()
        print(json.dumps({"latencies": Station.latencies, "refused": Station.refused}), flush=True)


def main() -> None:
    """Play the stations that the command line names."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    port, first, count, transaction = map(int, sys.argv[1:5])
    kind = KINDS[sys.argv[5]]

    async def play() -> None:
        await obey(Crowd(port, range(first, first + count), transaction, kind))

    uvloop.run(play())


if __name__ == "__main__":
    main()
