"""How soon after a webhook the charge point is asked to start: `python -m bench.start`."""

import asyncio
import json
import os
import re
import statistics
import time
from base64 import b64encode
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import httpx
from websockets.asyncio.client import ClientConnection, connect

from bench.town import lose_webhooks, town

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "60"))
WARM_UP = 10
TO_BEAT_P50_MS, TO_BEAT_P95_MS = 10, 30
CODE, IDENTITY, PASSWORD = "KADE22", "VLT-AMS-1", "voltstraat-ams-1-pass"
BROWSER = {"Sec-Fetch-Site": "same-origin"}


class Charger:
    """An OCPP 1.6 charge point that only notes when it is asked to start."""

    def __init__(self, socket: ClientConnection) -> None:
        """Listen on *socket*."""
        self._socket = socket
        self._numbers = count(1)
        self.asked: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def introduce(self) -> None:
        """Boot and say that both sockets are available."""
        await self._say("BootNotification", chargePointVendor="Bench", chargePointModel="1")
        for connector in (0, 1, 2):
            await self._say(
                "StatusNotification", connectorId=connector, errorCode="NoError", status="Available"
            )

    async def listen(self) -> None:
        """Answer every command with Accepted."""
        async for frame in self._socket:
            message = json.loads(frame)
            if message[0] != 2:
                continue
            if message[2] == "RemoteStartTransaction" and not self.asked.done():
                self.asked.set_result(time.perf_counter_ns())
            answer: dict[str, Any] = {"status": "Accepted"}
            if message[2] == "GetConfiguration":
                answer = {}
            await self._socket.send(json.dumps([3, message[1], answer]))

    async def _say(self, action: str, **payload: object) -> None:
        await self._socket.send(json.dumps([2, str(next(self._numbers)), action, payload]))


async def measure(base: str, provider: str, webhook: str) -> list[int]:
    """Return microseconds from the webhook's first byte to the charge point's ear, per round."""
    authorization = b64encode(f"{IDENTITY}:{PASSWORD}".encode()).decode()
    async with (
        connect(
            f"{base.replace('http', 'ws', 1)}/ocpp/{IDENTITY}",
            subprotocols=["ocpp1.6"],  # type: ignore[list-item]  # a NewType of str
            additional_headers={"Authorization": f"Basic {authorization}"},
            compression=None,
        ) as socket,
        httpx.AsyncClient(headers=BROWSER, timeout=10) as hooks,
    ):
        charger = Charger(socket)
        listening = asyncio.create_task(charger.listen())
        await charger.introduce()
        await asyncio.sleep(1)
        where = (base, provider, webhook)
        found = [await _round(charger, hooks, where) for _ in range(WARM_UP + ROUNDS)]
        listening.cancel()
    return found[WARM_UP:]


async def _round(charger: Charger, hooks: httpx.AsyncClient, where: tuple[str, str, str]) -> int:
    base, provider, webhook = where
    async with httpx.AsyncClient(base_url=base, headers=BROWSER, timeout=10) as web:
        page = (await web.get(f"/c/{CODE}")).text
        form = dict(re.findall(r'name="(tariff_id|tariff_version)" value="([^"]*)"', page))
        paid = await web.post(f"/c/{CODE}/pay", data={**form, "method": "creditcard"})
        await hooks.post(paid.headers["location"], data={"deed": "approve"})
        payment = (await hooks.get(f"{provider}/control/book")).json()[0]["id"]
        charger.asked = asyncio.get_running_loop().create_future()
        sent = await _send_webhook(webhook, payment)
        heard = await asyncio.wait_for(charger.asked, 10)
        token = (web.cookies.get("directpay") or "").split(".")[0]
        await asyncio.sleep(0.05)  # seconds
        await web.post(f"/s/{token}/stop")
        await asyncio.sleep(0.1)  # seconds
    return (heard - sent) // 1000


async def _send_webhook(url: str, payment: str) -> int:
    """Post a webhook over a bare connection, and return when its first byte left."""
    parts = urlsplit(url)
    body = f"id={payment}"
    request = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"\r\n{body}"
    ).encode()
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    sent = time.perf_counter_ns()
    writer.write(request)
    answer = await reader.read()
    writer.close()
    if b" 200 " not in answer[:20]:
        raise ConnectionError(answer[:200])
    return sent


def main() -> None:
    """Start the real server and the payment sandbox as processes, and print the percentiles."""
    with town() as place:
        lose_webhooks(place, 10 * (WARM_UP + ROUNDS))
        times = asyncio.run(measure(place.base, place.provider, place.webhook))
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    print(
        f"webhook to remote start, {len(times)} rounds: p50 {cuts[49] / 1000:.1f} ms,"
        f" p95 {cuts[94] / 1000:.1f} ms, p99 {cuts[98] / 1000:.1f} ms"
    )
    print(f"to beat: p50 {TO_BEAT_P50_MS} ms, p95 {TO_BEAT_P95_MS} ms")


if __name__ == "__main__":
    main()
