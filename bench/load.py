"""A small load generator: raw HTTP/1.1 connections in one process, one request at a time each."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import cast

WARM_UP_SECONDS = 1


@dataclass(slots=True)
class Result:
    """What a run measured: latencies in microseconds of the requests answered in its time."""

    seconds: int
    latencies: list[int] = field(default_factory=list)
    bytes_received: int = 0

    @property
    def per_second(self) -> int:
        """Requests answered per second."""
        return len(self.latencies) // self.seconds

    def percentile_ms(self, percent: int) -> str:
        """Latency that *percent* of the requests stayed under, in milliseconds."""
        ranked = sorted(self.latencies)
        at = min(len(ranked) * percent // 100, len(ranked) - 1)
        return f"{ranked[at] / 1000:.1f}"


class _Client(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], expected: bytes, result: Result) -> None:
        self._requests = requests
        self._expected = expected
        self._result = result
        self._missing = -1
        self._buffer = b""
        self._sent_at = 0
        self._transport: asyncio.Transport | None = None
        self.counting = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own class
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        length = 0
        at = head.find(b"content-length:")
        if at >= 0:
            length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        if len(self._buffer) < head_end + 4 + length:
            return
        if not head.startswith(self._expected):
            raise ConnectionError(head[:200])
        if self.counting:
            self._result.latencies.append((time.monotonic_ns() - self._sent_at) // 1000)
            self._result.bytes_received = len(self._buffer)
        self._buffer = b""
        self._ask()

    def _ask(self) -> None:
        self._sent_at = time.monotonic_ns()
        if self._transport is not None:
            self._transport.write(next(self._requests))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()


async def load(port: int, *requests: bytes, clients: int, seconds: int, status: int) -> Result:
    """Send *requests* in turn, again and again, from *clients* connections for *seconds*."""
    result = Result(seconds)
    loop = asyncio.get_running_loop()
    expected = b"http/1.1 %d" % status
    opened: list[_Client] = []
    in_turn = cycle(requests)
    for _ in range(clients):
        client = _Client(in_turn, expected, result)
        await loop.create_connection(lambda c=client: c, "127.0.0.1", port)
        opened.append(client)
    await asyncio.sleep(WARM_UP_SECONDS)
    for client in opened:
        client.counting = True
    await asyncio.sleep(seconds)
    for client in opened:
        client.counting = False
        client.close()
    return result
