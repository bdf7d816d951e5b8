"""Payments and snapshots for the tests of funds."""

from collections.abc import Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar
from uuid import UUID

from app.funds.payments.model import Operation, OperationKind, Payment
from app.funds.payments.ports import (
    Accepted,
    ProviderAccount,
    ProviderStatus,
    Snapshot,
    StartPayment,
    Strategy,
)
from app.funds.payments.rules.decide import Effect, Tell, decide
from app.funds.payments.rules.news import Answered, News, Sending
from app.funds.payments.rules.plan import new_operation
from app.kernel.events import Event
from app.kernel.money import Money

T = TypeVar("T")

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OPERATOR = UUID("019c0000-0000-7000-8000-000000000001")
ACCOUNT_ID = UUID("019c0000-0000-7000-8000-000000000002")
PAYMENT_ID = UUID("019c0000-0000-7000-8000-000000000003")
SESSION_ID = UUID("019c0000-0000-7000-8000-000000000004")
REF = "tr_1"
ACCOUNT = ProviderAccount(
    operator_id=OPERATOR,
    account_id=ACCOUNT_ID,
    provider="fake",
    mode="test",
    secret="test_abc",
    version=1,
    webhook_token="token",
)


def eur(amount: str) -> Money:
    """An amount in euros: `eur("19.99")`."""
    whole, _, cents = amount.partition(".")
    return Money(int(whole) * 100 + int(cents or "0"), "EUR")


def begun(strategy: Strategy = Strategy.HOLD, *, amount: str = "60.00") -> Payment:
    """A payment that was ordered, and not yet sent."""
    payment = Payment(
        payment_id=PAYMENT_ID,
        operator_id=OPERATOR,
        account_id=ACCOUNT_ID,
        subject_id=SESSION_ID,
        reference="DPTEST234567",
        amount=eur(amount),
        method="creditcard" if strategy is Strategy.HOLD else "ideal",
        ordered_strategy=strategy,
        opened_at=NOW,
        taken=eur("0"),
    )
    start = new_operation(payment, OperationKind.START, None, NOW)
    order = StartPayment(
        key=start.key,
        reference=payment.reference,
        amount=payment.amount,
        method=payment.method,
        strategy=strategy,
        description="Charging",
        return_url="https://pay.test/s/1",
        webhook_url=None,
        locale="nl_NL",
    )
    return payment.with_operation(replace(start, order=order))


def snapshot(status: ProviderStatus | str = ProviderStatus.OPEN, **changes: object) -> Snapshot:
    """The payment of € 60 as the provider has it."""
    plain = Snapshot(
        provider_ref=REF,
        status=ProviderStatus(status),
        amount=eur("60.00"),
        captured=eur("0"),
        refunded=eur("0"),
        method="creditcard",
        checkout_url=None,
        capture_before=None,
        instrument=None,
        reference="DPTEST234567",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # named by the test


def at_once(coroutine: Coroutine[object, None, T]) -> T:
    """Run a coroutine of the fake provider, which never waits for anything."""
    try:
        coroutine.send(None)
    except StopIteration as answered:
        return answered.value
    msg = "it waits"
    raise AssertionError(msg)


def started(strategy: Strategy = Strategy.HOLD) -> Payment:
    """A payment whose page is open at the provider."""
    start = begun(strategy).operations[0]
    payment, _ = decide(begun(strategy), Sending(start.operation_id), NOW)
    answer = Answered(start.operation_id, Accepted(REF, "https://provider.test/pay/1"))
    return decide(payment, answer, NOW)[0]


def after(payment: Payment, *news: News, now: datetime = NOW) -> tuple[Payment, list[Effect]]:
    """The payment after *news*, and all effects in order."""
    effects: list[Effect] = []
    for one in news:
        payment, more = decide(payment, one, now)
        effects.extend(more)
    return payment, effects


def events(effects: list[Effect]) -> list[Event]:
    """What was told."""
    return [effect.event for effect in effects if isinstance(effect, Tell)]


def latest(payment: Payment, kind: OperationKind) -> Operation:
    """The last operation of a kind."""
    return payment.of_kind(kind)[-1]


def kinds(payment: Payment) -> list[str]:
    """The operations of a payment by kind and state: `["start succeeded", "capture created"]`."""
    return [f"{one.kind} {one.state}" for one in payment.operations]
