"""
How soon a webhook is stored and answered while 200 of them come each second.

They come at their hour, whether those before are answered or not, and a wait counts from then.
Each is about a payment of its own that was just made at the sandbox; then all are about one.
"""

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import psycopg

from app.directpay.desk import Desk
from app.funds.payments.model import Payment
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Strategy
from app.funds.payments.steps import PaymentOrder, begin_payment
from app.kernel.money import Money
from app.settings import Settings
from app.wiring import create_services
from bench.town import Town, lose_webhooks, town

PER_SECOND = 200
SECONDS = int(os.environ.get("BENCH_SECONDS", "5"))
MAKERS = 8
HOLD = Money(5000, "EUR")
QUIET_SECONDS = 60
OPEN = "SELECT count(*) FROM webhook_inbox WHERE handled_at IS NULL"
# How long after a hint its effect was committed: handled_at is when that work began.
READ = """
SELECT count(*), sum(deliveries), percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP
    (ORDER BY 1000 * extract(epoch FROM handled_at - received_at)) FROM webhook_inbox
"""
OPERATOR = "SELECT operator_id FROM provider_account WHERE provider = 'mollie'"


async def pay(desk: Desk, place: Town, many: int) -> list[str]:
    """Let *many* drivers agree to pay, and return the provider's names of the payments."""
    with psycopg.connect(place.sql) as sql:
        ((operator_id,),) = sql.execute(OPERATOR).fetchall()
    waiting = iter(range(many))
    made: list[str] = []

    async def maker(driver: httpx.AsyncClient) -> None:
        for _ in waiting:
            async with desk.database.work(operator_id) as work:
                payment = await begin_payment(work, _order(work.ids.uuid7(work.now)))
            opened = await start_payment(
                payment.payment_id, operator_id=operator_id, desk=desk.payments
            )
            await driver.post(_page(opened), data={"deed": "approve"})
            made.append(_ref(opened))

    async with httpx.AsyncClient(headers={"Sec-Fetch-Site": "same-origin"}) as driver:
        await asyncio.gather(*(maker(driver) for _ in range(MAKERS)))
    return made


def _order(payment_id: UUID) -> PaymentOrder:
    way = ("creditcard", Strategy.HOLD, "en")
    return PaymentOrder(payment_id, payment_id, HOLD, *way, "bench", "http://127.0.0.1")


def _page(payment: Payment) -> str:
    assert payment.checkout_url is not None, "the sandbox has opened it"
    return payment.checkout_url


def _ref(payment: Payment) -> str:
    assert payment.provider_ref is not None, "the sandbox has opened it"
    return payment.provider_ref


async def storm(url: str, refs: Sequence[str]) -> list[int]:
    """Send a webhook for each of *refs* at its hour; return the microseconds until each answer."""
    begin = time.perf_counter_ns() + 100_000_000
    calls = [
        _call(url, ref, begin + number * 1_000_000_000 // PER_SECOND)
        for number, ref in enumerate(refs)
    ]
    return list(await asyncio.gather(*calls))


async def _call(url: str, ref: str, due: int) -> int:
    """Post a webhook when it is *due*, on a connection of its own as providers do."""
    parts = urlsplit(url)
    body = f"id={ref}"
    request = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        f"\r\n{body}"
    ).encode()
    await asyncio.sleep((due - time.perf_counter_ns()) / 1_000_000_000)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    if b" 200 " not in answer[:20]:
        raise ConnectionError(answer[:200])
    return (time.perf_counter_ns() - due) // 1000


def report(what: str, times: Sequence[int], place: Town) -> None:
    """Print how soon they were answered, and how soon what they told had its effect."""
    with psycopg.connect(place.sql, autocommit=True) as sql:
        deadline = time.monotonic() + QUIET_SECONDS
        while sql.execute(OPEN).fetchall() != [(0,)] and time.monotonic() < deadline:
            time.sleep(0.1)
        ((hints, deliveries, read),) = sql.execute(READ).fetchall()
        sql.execute("DELETE FROM webhook_inbox")
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    print(
        f"{what}, {PER_SECOND}/s for {SECONDS} s: stored and answered p50 {cuts[49] / 1000:.1f} ms,"
        f" p99 {cuts[98] / 1000:.1f} ms, at most {max(times) / 1000:.1f} ms;"
        f" {deliveries} came as {hints} hints, read at the provider after p50 {read[0]:.1f} ms,"
        f" p99 {read[1]:.1f} ms",
        flush=True,
    )


async def measure(place: Town) -> None:
    """Send one for each of many payments, then as many for one."""
    many = PER_SECOND * SECONDS
    async with create_services(
        Settings.from_env(place.environ), place.environ["DATABASE_URL"]
    ) as services:
        refs = await pay(services.desk, place, many)
    report("webhooks of a payment each", await storm(place.webhook, refs), place)
    report("webhooks of one payment", await storm(place.webhook, refs[:1] * many), place)


def main() -> None:
    """Measure on a server and a sandbox of their own."""
    with town() as place:
        lose_webhooks(place, PER_SECOND * SECONDS)
        asyncio.run(measure(place))


if __name__ == "__main__":
    main()
