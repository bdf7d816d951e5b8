"""Payments whole: our book on PostgreSQL, the real SDK, judged HTTP, the provider's own book."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID

import httpx
import psycopg
import pytest
from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide

from app.funds.payments.accounts import AccountOrder, Vault, save_account, webhook_tokens
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.jobs import payment_jobs
from app.funds.payments.model import Payment, PaymentStatus
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import PaymentProvider, Strategy
from app.funds.payments.refresh import come_back
from app.funds.payments.steps import (
    PaymentOrder,
    begin_payment,
    get_payment,
    request_capture,
    request_return,
)
from app.funds.payments.sweep import sweep_payments
from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.gateways.adyen.shares import AdyenShares
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from app.gateways.mollie.shares import MollieShares
from app.hooks.payments import payment_webhook
from app.infra.database import Database
from app.kernel.money import Money
from app.sandbox.provider.app import Options
from app.sandbox.provider.server import serving
from tests.contracts.adyen import HMAC_KEY, MERCHANT, items_in, query_of
from tests.contracts.judged import Sandbox, judged_sandbox
from tests.contracts.worlds import HANG_MILLISECONDS, READ
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import HandWorker

OPERATOR = UUID("019c0000-0000-7000-8000-00000000000a")
PRICE = Money(1234, "EUR")
AMOUNT = Money(6000, "EUR")
NOTHING = Money(0, "EUR")
# Long enough for a webhook on this machine.
PATIENCE_SECONDS = 60
NEW_KEY = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
ORDERS = {
    "mollie": AccountOrder("mollie", "test", "test_wire"),
    "adyen": AccountOrder("adyen", "test", "AQEwire", MERCHANT, (HMAC_KEY,)),
}


@dataclass
class Wire:
    """Our payments on one side, the sandbox on the other, HTTP in between, in both directions."""

    database: Database
    desk: PaymentDesk
    worker: HandWorker
    clock: FakeClock
    sandbox: Sandbox
    control: httpx.AsyncClient
    name: str
    ears: list[bytes]

    async def secured(self, strategy: Strategy) -> UUID:
        """Return a payment that the driver made on the sandbox's page, as the webhook told us."""
        payment_id = await self.begun(strategy)
        payment = await start_payment(payment_id, operator_id=OPERATOR, desk=self.desk)
        assert payment.checkout_url is not None
        await self.control.post(payment.checkout_url, data={"deed": "approve"})
        await self.heard()
        await self.worker.run_due()
        assert (await self.payment(payment_id)).status in (
            PaymentStatus.AUTHORISED,
            PaymentStatus.PAID,
        )
        return payment_id

    async def begun(self, strategy: Strategy) -> UUID:
        """Return a payment that was ordered and not sent."""
        async with self.database.work(OPERATOR) as work:
            order = PaymentOrder(
                payment_id=work.ids.uuid7(work.now),
                subject_id=work.ids.uuid7(work.now),
                amount=AMOUNT,
                method="creditcard" if strategy is Strategy.HOLD else "ideal",
                strategy=strategy,
                locale="nl",
                description="Charging at NL*DEM*E1",
                return_url="https://pay.example/s/1/back",
            )
            await begin_payment(work, order)
        return order.payment_id

    async def settle(self, payment_id: UUID, price: Money) -> None:
        """Decide that *price* stays, and let the time pass until nothing moves any more."""
        async with self.database.work(OPERATOR) as work:
            await request_capture(work, payment_id, price)
        await self.calm(payment_id)

    async def calm(self, payment_id: UUID) -> None:
        """Let jobs and sweeps work until the payment is settled, for three days at most."""
        await self.worker.run_due()
        for minutes in [1] * 20 + [60] * 72:
            if await self.is_calm(payment_id):
                return
            self.clock.advance(minutes=minutes)
            await sweep_payments(database=self.database)
            await self.worker.run_due()
        raise AssertionError(await self.payment(payment_id))

    async def is_calm(self, payment_id: UUID) -> bool:
        """Tell whether nothing is under way any more, also not between the sandbox and us."""
        if self.name == "adyen":
            await self.told()
        return (await self.payment(payment_id)).is_settled

    async def told(self) -> None:
        """Let webhooks arrive, and what follows from them, until none is due any more."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                await self.silence()
                await self.desk.readings.done()
                await self.worker.run_due()
                if not await self.due():
                    return

    async def silence(self) -> None:
        """Wait until the sandbox has delivered every webhook that is due."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.due():  # noqa: ASYNC110 - another program works on it
                await asyncio.sleep(0.01)

    async def due(self) -> int:
        """Return how many webhooks the sandbox is to deliver now."""
        count: int = (await self.control.get("/control/state")).json()["due"]
        return count

    async def heard(self) -> None:
        """Wait until a webhook has arrived, and has left a job or was followed by a reading."""
        handled = "SELECT FROM webhook_inbox WHERE handled_at IS NOT NULL"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (self.worker.waiting() or self.worker.sql.execute(handled).fetchall()):  # noqa: ASYNC110 - another program works on it
                await asyncio.sleep(0.02)
        await self.desk.readings.done()

    async def fault(self, operation: str, fault: str) -> None:
        """Let the sandbox's next *operation* go wrong."""
        order = {"operation": operation, "fault": fault, "milliseconds": HANG_MILLISECONDS}
        (await self.control.post("/control/faults", json=order)).raise_for_status()

    async def payment(self, payment_id: UUID) -> Payment:
        """Return the payment in our book."""
        async with self.database.work(OPERATOR) as work:
            return await get_payment(work, payment_id)

    async def books(self, payment_id: UUID) -> tuple[tuple[Money, Money], tuple[Money, Money]]:
        """Return (captured, refunded) in our book and in the sandbox's own."""
        ours = await self.payment(payment_id)
        lines = (await self.control.get("/control/book")).json()
        assert 1 == len(lines)
        theirs = Money(**lines[0]["captured"]), Money(**lines[0]["refunded"])
        return (ours.captured, ours.refunded), theirs

    async def holds(self) -> str:
        """Return the status in the sandbox's own book."""
        status: str = (await self.control.get("/control/book")).json()[0]["status"]
        return status


@pytest.fixture(params=["mollie", "adyen"])
async def wire(
    request: pytest.FixtureRequest, database: Database, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Wire]:
    """Give both sides, connected, with each provider in turn."""
    async with wired(request.param, database, sql, clock) as given:
        yield given


@pytest.fixture
async def mollie_wire(
    database: Database, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Wire]:
    """Give both sides, connected, with Mollie."""
    async with wired("mollie", database, sql, clock) as given:
        yield given


@pytest.fixture
async def adyen_wire(
    database: Database, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Wire]:
    """Give both sides, connected, with Adyen."""
    async with wired("adyen", database, sql, clock) as given:
        yield given


@asynccontextmanager
async def wired(
    name: str, database: Database, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Wire]:
    """Serve the judged sandbox and our hooks; leave only when every exchange was as published."""
    vault = Vault((Vault.new_key(),))
    async with judged_sandbox(Options(clock=clock)) as sandbox:
        mollie = MollieProvider(MollieOptions(endpoint=sandbox.url, read=READ), clock)
        adyen = AdyenProvider(AdyenOptions(endpoint=f"{sandbox.url}/adyen", read=READ), clock)
        providers: dict[str, PaymentProvider] = {"mollie": mollie, "adyen": adyen}
        ears: list[bytes] = []
        door = PaymentDesk(
            database,
            providers,
            vault,
            None,
            splitters={"adyen": AdyenShares(adyen)},
            routers={"mollie": MollieShares(mollie)},
        )
        async with (
            hooks(door, ears) as address,
            httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as control,
        ):
            desk = replace(door, hooks_base=address)
            async with database.work(OPERATOR) as work:
                account = await save_account(work, ORDERS[name], vault=vault)
            if name == "adyen":
                await register(control, desk.webhook_url(name, account.webhook_token))
            worker = HandWorker(sql, payment_jobs(desk), clock)
            yield Wire(database, desk, worker, clock, sandbox, control, name, ears)
        mollie.close()
        adyen.close()
    for body in ears if name == "adyen" else ():
        assert items_in(body)


async def register(control: httpx.AsyncClient, url: str | None) -> None:
    """Tell the sandbox where the merchant account's webhooks go, and what signs them."""
    hook = {"merchantAccount": MERCHANT, "url": url, "hmacKey": HMAC_KEY}
    (await control.post("/control/adyen/webhooks", json=hook)).raise_for_status()


@asynccontextmanager
async def hooks(desk: PaymentDesk, ears: list[bytes]) -> AsyncIterator[str]:
    """Serve our side of the webhooks, and keep what came in *ears*."""

    async def listen(request: Request[None, None, State]) -> None:
        ears.append(await request.body())

    app = Litestar(
        [payment_webhook],
        before_request=listen,
        dependencies={"payment_desk": Provide(lambda: desk, sync_to_thread=False)},
        openapi_config=None,
        logging_config=None,
    )
    async with serving(app) as address:
        yield address


@pytest.mark.parametrize("single_capture", ["yes", "no"])
async def test_a_hold_costs_the_price_and_nothing_stays_held(
    wire: Wire, single_capture: str
) -> None:
    """Scanned, held, charged, captured and released: both books say the price."""
    await wire.control.post("/control/policy", json={"single_capture": single_capture == "yes"})
    payment_id = await wire.secured(Strategy.HOLD)
    await wire.settle(payment_id, PRICE)
    ours, theirs = await wire.books(payment_id)

    assert (PRICE, NOTHING) == ours == theirs
    assert "paid" == await wire.holds()
    assert "Visa •••• 1234" == (await wire.payment(payment_id)).instrument


async def test_what_was_paid_first_comes_back_down_to_the_price(wire: Wire) -> None:
    """With iDEAL all is taken; the rest is refunded by itself."""
    payment_id = await wire.secured(Strategy.PAY_FIRST)
    await wire.settle(payment_id, PRICE)
    ours, theirs = await wire.books(payment_id)

    assert (AMOUNT, AMOUNT - PRICE) == ours == theirs


@pytest.mark.parametrize("strategy", [Strategy.HOLD, Strategy.PAY_FIRST])
async def test_a_session_without_energy_costs_nothing(wire: Wire, strategy: Strategy) -> None:
    """Nothing was charged: the hold goes, or all that was paid comes back."""
    payment_id = await wire.secured(strategy)
    async with wire.database.work(OPERATOR) as work:
        await request_return(work, payment_id)
    await wire.calm(payment_id)
    ours, theirs = await wire.books(payment_id)

    assert ours == theirs
    assert NOTHING == theirs[0] - theirs[1]
    assert "authorized" != await wire.holds()


@pytest.mark.parametrize(
    "fault", ["timeout_before", "timeout_after", "error_after", "garbage_after", "rate_limit"]
)
@pytest.mark.parametrize(
    ("operation", "strategy"),
    [
        ("capture", Strategy.HOLD),
        ("release", Strategy.HOLD),
        ("refund", Strategy.PAY_FIRST),
        ("fetch", Strategy.HOLD),
    ],
)
async def test_a_failure_on_the_way_changes_nothing_in_the_end(
    wire: Wire, operation: str, strategy: Strategy, fault: str
) -> None:
    """Whatever is lost, before or after its effect, the driver pays the price once."""
    payment_id = await wire.secured(strategy)
    await wire.fault(operation, fault)
    await wire.settle(payment_id, PRICE)
    ours, theirs = await wire.books(payment_id)

    assert ours == theirs
    assert PRICE == theirs[0] - theirs[1]
    assert "authorized" != await wire.holds()


async def test_a_provider_that_is_away_for_hours_is_paid_later(wire: Wire) -> None:
    """Many failures in a row, of readings as well: in the end the price is taken once."""
    payment_id = await wire.secured(Strategy.HOLD)
    for operation in ("capture", "fetch", "release"):
        await wire.control.post(
            "/control/faults",
            json={"operation": operation, "fault": "unavailable_before", "times": 2},
        )
    await wire.settle(payment_id, PRICE)
    ours, theirs = await wire.books(payment_id)

    assert (PRICE, NOTHING) == ours == theirs


async def test_a_webhook_five_times_is_one_payment(wire: Wire) -> None:
    """Duplicates are read again and change nothing."""
    await wire.fault("webhook", "webhook_duplicate")
    payment_id = await wire.secured(Strategy.HOLD)
    await wire.worker.run_due()
    await wire.settle(payment_id, PRICE)
    ours, theirs = await wire.books(payment_id)

    assert (PRICE, NOTHING) == ours == theirs


async def test_a_start_whose_answer_was_lost_opens_one_payment(wire: Wire) -> None:
    """The start is sent again with its key; the sandbox opened one payment and shows its page."""
    payment_id = await wire.begun(Strategy.HOLD)
    await wire.fault("start", "timeout_after")
    first = await start_payment(payment_id, operator_id=OPERATOR, desk=wire.desk)
    wire.clock.advance(minutes=1)
    await sweep_payments(database=wire.database)
    await wire.worker.run_due()
    second = await wire.payment(payment_id)

    assert first.checkout_url is None
    assert second.checkout_url is not None
    assert 1 == len((await wire.control.get("/control/book")).json())


async def test_a_refund_that_fails_reaches_the_work_list(wire: Wire) -> None:
    """Accepted and then failed: a person is told, never silence."""
    payment_id = await wire.secured(Strategy.PAY_FIRST)
    await wire.fault("refund", "part_fails")
    async with wire.database.work(OPERATOR) as work:
        await request_capture(work, payment_id, PRICE)
    await wire.worker.run_due()
    for _ in range(12):
        wire.clock.advance(minutes=10)
        await sweep_payments(database=wire.database)
        await wire.worker.run_due()
    rows = wire.worker.sql.execute("SELECT reason FROM work_list").fetchall()

    assert rows


async def test_a_driver_who_comes_back_is_served_before_the_webhook(adyen_wire: Wire) -> None:
    """The result of the session, which the driver's browser brings the proof of, is enough."""
    wire = adyen_wire
    await wire.fault("webhook", "webhook_late")
    payment_id = await wire.begun(Strategy.HOLD)
    payment = await start_payment(payment_id, operator_id=OPERATOR, desk=wire.desk)
    assert payment.checkout_url is not None
    page = await wire.control.post(payment.checkout_url, data={"deed": "approve"})
    query = query_of(page.headers["location"])
    back = await come_back(payment_id, query, operator_id=OPERATOR, desk=wire.desk)

    assert {"sessionId", "sessionResult"} <= set(query)
    assert PaymentStatus.AUTHORISED is back.status
    assert [] == wire.ears


@pytest.mark.parametrize("deed", ["cancel", "decline"])
async def test_a_driver_who_did_not_pay_is_told_at_once(adyen_wire: Wire, deed: str) -> None:
    """Coming back after a refusal or a change of mind ends the payment; nothing is held."""
    wire = adyen_wire
    payment_id = await wire.begun(Strategy.HOLD)
    payment = await start_payment(payment_id, operator_id=OPERATOR, desk=wire.desk)
    assert payment.checkout_url is not None
    page = await wire.control.post(payment.checkout_url, data={"deed": deed})
    query = query_of(page.headers["location"])
    back = await come_back(payment_id, query, operator_id=OPERATOR, desk=wire.desk)
    ended = {"cancel": PaymentStatus.CANCELLED, "decline": PaymentStatus.FAILED}

    assert ended[deed] is back.status


@pytest.mark.parametrize("query", [{"sessionId": "CS0", "sessionResult": "x"}, {"lang": "nl"}])
async def test_an_invented_return_says_nothing(adyen_wire: Wire, query: dict[str, str]) -> None:
    """Another session's proof, or none, is not believed: the payment stays as it was."""
    wire = adyen_wire
    payment_id = await wire.begun(Strategy.HOLD)
    await start_payment(payment_id, operator_id=OPERATOR, desk=wire.desk)
    back = await come_back(payment_id, query, operator_id=OPERATOR, desk=wire.desk)

    assert PaymentStatus.OPEN is back.status


@pytest.mark.parametrize("fault", ["webhook_out_of_order", "webhook_batch", "webhook_duplicate"])
async def test_webhooks_in_any_order_are_one_payment(adyen_wire: Wire, fault: str) -> None:
    """Overtaken, bundled or repeated, also with another payment's: each price is taken once."""
    wire = adyen_wire
    first = await wire.secured(Strategy.HOLD)
    await wire.fault("webhook", fault)
    async with wire.database.work(OPERATOR) as work:
        await request_capture(work, first, PRICE)
    await wire.worker.run_due()
    second = await wire.secured(Strategy.HOLD)
    await wire.calm(first)
    await wire.settle(second, PRICE)
    lines = (await wire.control.get("/control/book")).json()

    assert [(PRICE.minor, 0)] * 2 == [
        (line["captured"]["minor"], line["refunded"]["minor"]) for line in lines
    ]
    assert [PRICE] * 2 == [(await wire.payment(each)).captured for each in (first, second)]


async def test_webhooks_of_a_new_key_wait_until_it_is_known(adyen_wire: Wire) -> None:
    """Signed with a key that we don't have yet, they are acknowledged, kept, and read later."""
    wire = adyen_wire
    payment_id = await wire.begun(Strategy.HOLD)
    payment = await start_payment(payment_id, operator_id=OPERATOR, desk=wire.desk)
    async with wire.database.work(OPERATOR) as work:
        url = wire.desk.webhook_url("adyen", (await webhook_tokens(work))[0][2])
    hook = {"merchantAccount": MERCHANT, "url": url, "hmacKey": NEW_KEY}
    (await wire.control.post("/control/adyen/webhooks", json=hook)).raise_for_status()
    assert payment.checkout_url is not None
    await wire.control.post(payment.checkout_url, data={"deed": "approve"})
    await wire.told()
    before = await wire.payment(payment_id)
    async with wire.database.work(OPERATOR) as work:
        order = AccountOrder("adyen", "test", "AQEwire", MERCHANT, (NEW_KEY, HMAC_KEY))
        await save_account(work, order, vault=wire.desk.vault)
    await sweep_payments(database=wire.database)
    await wire.worker.run_due()
    wire.ears.clear()  # signed with another key than the one they are judged with

    assert PaymentStatus.OPEN is before.status
    assert PaymentStatus.AUTHORISED is (await wire.payment(payment_id)).status


async def test_an_order_is_not_repeated_when_its_key_may_be_forgotten(adyen_wire: Wire) -> None:
    """After six days nobody sends a capture again; from the first day on a person knows of it."""
    wire = adyen_wire
    payment_id = await wire.secured(Strategy.HOLD)
    for fault in ("error_before",) * 40:
        await wire.fault("capture", fault)
    async with wire.database.work(OPERATOR) as work:
        await request_capture(work, payment_id, PRICE)
    await wire.worker.run_due()
    for _ in range(9):
        wire.clock.advance(days=1)
        await sweep_payments(database=wire.database)
        await wire.worker.run_due()
    captures = [each for each in wire.sandbox.judged.exchanges if each.path.endswith("/captures")]
    rows = wire.worker.sql.execute("SELECT reason FROM work_list ORDER BY reason").fetchall()

    # One at once, one on each of the days one to five, and none from the sixth on.
    assert 6 == len(captures)
    assert ("outcome_unknown",) in rows


@pytest.mark.parametrize("known", ["yes", "no"])
async def test_a_signed_event_of_mollies_is_followed_only_with_the_right_key(
    mollie_wire: Wire, known: str
) -> None:
    """The new webhooks come beside the classic; with a wrong signature they leave no trace."""
    wire = mollie_wire
    async with wire.database.work(OPERATOR) as work:
        url = wire.desk.webhook_url("mollie", (await webhook_tokens(work))[0][2])
    subscription = {"name": "All", "url": url, "eventTypes": ["payment.authorized"]}
    key = {"Authorization": "Bearer test_wire"}
    hook = (await wire.control.post("/v2/webhooks", json=subscription, headers=key)).json()
    secret = hook["webhookSecret"] if known == "yes" else "whsec_other"
    async with wire.database.work(OPERATOR) as work:
        order = AccountOrder("mollie", "test", "test_wire", webhook_keys=(secret,))
        await save_account(work, order, vault=wire.desk.vault)
    await wire.fault("webhook", "webhook_lost")  # the classic one
    payment_id = await wire.begun(Strategy.HOLD)
    payment = await start_payment(payment_id, operator_id=OPERATOR, desk=wire.desk)
    assert payment.checkout_url is not None
    await wire.control.post(payment.checkout_url, data={"deed": "approve"})
    await wire.told()
    status = (await wire.payment(payment_id)).status

    assert wire.ears
    assert all(body.startswith(b"{") for body in wire.ears)
    assert (PaymentStatus.AUTHORISED if known == "yes" else PaymentStatus.OPEN) is status
