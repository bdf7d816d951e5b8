"""Notices of a provider that can't be read: kept once, remembered whole, and nobody else's."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from uuid import UUID

import psycopg
import pytest

from app.funds.payments.accounts import AccountOrder, Vault, save_account
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.told import store
from app.funds.payments.inbox.told.receive import Delivery, judge_again, receive_notices
from app.funds.payments.model import Payment, PaymentStatus
from app.funds.payments.perform import start_payment
from app.funds.payments.ports import Accepted, Outcome, ProviderAccount, StartPayment, Strategy
from app.funds.payments.refresh import refresh_payment
from app.funds.payments.steps import PaymentOrder, begin_payment
from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.infra.database import Database
from app.kernel.money import Money
from tests.fakes.clock import FakeClock
from tests.gateways.adyen_notices import FORMER_KEY, KEY, MERCHANT, PAYMENT, batch, item, signed

OPERATOR = UUID("019c0000-0000-7000-8000-00000000000a")
OTHER = UUID("019c0000-0000-7000-8000-00000000000b")
ORDER = AccountOrder("adyen", "test", "AQE", MERCHANT, (KEY,))
HELD = Money(6000, "EUR")
VAULT = Vault((Vault.new_key(),))


class QuietAdyen(AdyenProvider):
    """Adyen without a network: a session is opened at once."""

    async def start(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Open a session."""
        return Accepted("CS451F2AB1ED897A94", "https://test.adyen.link/CS451F2AB1ED897A94")


@dataclass
class Inbox:
    """An operator with an account at Adyen, and one open payment."""

    database: Database
    sql: psycopg.Connection
    desk: PaymentDesk
    account: ProviderAccount
    payment: Payment

    async def told(self, *items: dict[str, object], live: str = "false") -> None:
        """Let Adyen tell *items* of the payment in one webhook."""
        mine = [each | {"merchantReference": self.payment.reference} for each in items]
        await self.heard(batch(*(signed(each) for each in mine), live=live))

    async def heard(self, body: bytes, token: str | None = None) -> None:
        """Let *body* come to the address of an account."""
        delivery = Delivery("adyen", token or self.account.webhook_token, body)
        await receive_notices(delivery, desk=self.desk)

    async def seen(self) -> Payment:
        """Look at the payment."""
        return await refresh_payment(self.payment.payment_id, operator_id=OPERATOR, desk=self.desk)

    def count(self, table: str) -> int:
        """Return how many rows *table* has."""
        row = self.sql.execute(f"SELECT count(*) FROM {table}").fetchone()
        assert row is not None
        return int(row[0])


@pytest.fixture
async def inbox(database: Database, sql: psycopg.Connection) -> AsyncIterator[Inbox]:
    """Give an inbox."""
    adyen = QuietAdyen(AdyenOptions(), FakeClock())
    desk = PaymentDesk(database, {"adyen": adyen}, VAULT, "https://pay.test")
    async with database.work(OPERATOR) as work:
        account = await save_account(work, ORDER, vault=VAULT)
        order = PaymentOrder(
            payment_id=work.ids.uuid7(work.now),
            subject_id=work.ids.uuid7(work.now),
            amount=HELD,
            method="creditcard",
            strategy=Strategy.HOLD,
            locale="nl",
            description="Charging",
            return_url="https://pay.test/s/1/back",
        )
        await begin_payment(work, order)
    payment = await start_payment(order.payment_id, operator_id=OPERATOR, desk=desk)
    yield Inbox(database, sql, desk, account, payment)
    adyen.close()


AUTHORISED = item("AUTHORISATION", PAYMENT)


async def test_a_notice_is_kept_once_and_wakes_its_payment(inbox: Inbox):
    """Repeated, also with another date, it is one row and one job."""
    await inbox.told(AUTHORISED)
    await inbox.told(AUTHORISED | {"eventDate": "2026-12-01T00:00:00+01:00"})
    jobs = inbox.sql.execute(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'payments.refresh'"
    ).fetchone()
    seen = await inbox.seen()

    assert (1, (1,)) == (inbox.count("provider_notice"), jobs)
    assert (PaymentStatus.AUTHORISED, PAYMENT) == (seen.status, seen.orders_ref)


async def test_a_notice_finds_its_payment_by_the_providers_reference(inbox: Inbox):
    """Some events carry another reference of ours, or none: the authorisation names the payment."""
    await inbox.told(AUTHORISED)
    await inbox.seen()
    released = item("CANCELLATION", "CANC000000000001", merchantReference="")
    await inbox.heard(batch(signed(released)))

    assert PaymentStatus.CANCELLED is (await inbox.seen()).status


async def test_a_notice_of_nothing_that_we_know_is_kept(inbox: Inbox):
    """A report, or a payment of another shop on the same account, belongs to no payment here."""
    report = item("REPORT_AVAILABLE", "REPO000000000001", merchantReference="", reason="https://x")
    await inbox.heard(batch(signed(report), signed(AUTHORISED)))

    assert 2 == inbox.count("provider_notice")
    assert PaymentStatus.OPEN is (await inbox.seen()).status


async def test_an_unknown_address_leaves_no_trace(inbox: Inbox):
    """Nobody learns what exists here, and nothing is stored for a stranger."""
    await inbox.heard(batch(signed(AUTHORISED)), token="guessed")

    assert (0, 0) == (inbox.count("provider_notice"), inbox.count("doubtful_notice"))


@pytest.mark.parametrize("live", ["true", "maybe"])
async def test_a_live_notice_never_reaches_a_test_account(inbox: Inbox, live: str):
    """Modes are not mixed, whatever the signature says."""
    await inbox.told(AUTHORISED, live=live)

    assert (0, 0) == (inbox.count("provider_notice"), inbox.count("doubtful_notice"))


async def test_a_doubtful_notice_counts_when_its_key_is_configured(
    inbox: Inbox, database: Database
):
    """Nothing that came with a key we did not know yet is lost, and nothing is believed before."""
    mine = AUTHORISED | {"merchantReference": inbox.payment.reference}
    await inbox.heard(batch(signed(mine, FORMER_KEY)))
    before = await inbox.seen()
    async with database.work(OPERATOR) as work:
        order = replace(ORDER, webhook_keys=(KEY, FORMER_KEY))
        await save_account(work, order, vault=VAULT)
    await judge_again(inbox.account.account_id, operator_id=OPERATOR, desk=inbox.desk)

    assert PaymentStatus.OPEN is before.status
    assert PaymentStatus.AUTHORISED is (await inbox.seen()).status
    assert 0 == inbox.count("doubtful_notice")


async def test_what_stays_doubtful_is_not_judged_for_ever(inbox: Inbox, database: Database):
    """After each change of the keys once, and then no more."""
    await inbox.heard(batch(signed(AUTHORISED, "AB" * 32)))
    async with database.work(OPERATOR) as work:
        await save_account(work, replace(ORDER, webhook_keys=(FORMER_KEY,)), vault=VAULT)
    await judge_again(inbox.account.account_id, operator_id=OPERATOR, desk=inbox.desk)
    async with database.work(OPERATOR) as work:
        left = await store.retries(work, 10)

    assert (1, []) == (inbox.count("doubtful_notice"), left)


async def test_who_knows_the_address_cannot_fill_the_table(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
):
    """Unsigned items are kept up to a number; signed ones are taken as before."""
    monkeypatch.setattr(store, "MOST_DOUBTFUL", 3)
    for number in range(5):
        await inbox.heard(batch(item("CAPTURE", f"CAPT{number:012}")))
    await inbox.told(AUTHORISED)

    assert (3, 1) == (inbox.count("doubtful_notice"), inbox.count("provider_notice"))


async def test_another_operators_payment_is_out_of_reach(inbox: Inbox, database: Database):
    """A notice at one operator's address finds no payment of another, though it names it."""
    async with database.work(OTHER) as work:
        theirs = await save_account(work, ORDER, vault=VAULT)
    mine = AUTHORISED | {"merchantReference": inbox.payment.reference}
    await inbox.heard(batch(signed(mine)), token=theirs.webhook_token)

    assert PaymentStatus.OPEN is (await inbox.seen()).status


async def test_nothing_personal_is_stored(inbox: Inbox):
    """Of a notice only what the fold and the receipt need is kept."""
    await inbox.told(AUTHORISED | {"additionalData": {"shopperEmail": "driver@example.org"}})
    rows = inbox.sql.execute("SELECT body FROM provider_notice").fetchall()

    assert "driver@example.org" not in json.dumps([bytes(row[0]).decode() for row in rows])
