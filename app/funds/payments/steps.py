"""Steps on payments, for the transaction of whoever needs the money."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.funds.payments import store
from app.funds.payments.accounts import chosen_account_id
from app.funds.payments.events import OrderedInHouse
from app.funds.payments.model import UNTRIED, Operation, OperationKind, Payment
from app.funds.payments.ports import Alternative, AtTerminal, Origin, StartPayment, Strategy
from app.funds.payments.record import defer_operation, find, lock, record
from app.funds.payments.rules.news import HoldWished, KeepDecided
from app.funds.payments.rules.plan import ABANDONED_AFTER, new_operation, operation_id_of
from app.funds.payments.sharing.store import find_share
from app.infra.database import Work
from app.kernel.money import Money

REFERENCE_LENGTH = 12


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """
    A payment to be made for *subject_id*, a session or a top-up.

    *strategy* is what the chosen *method* was offered with.
    *description* is what the driver reads on the statement, *return_url* where the provider's page
    leads back to, *country* where the charging point is. *account_id* is the account that takes it
    (None: the preferred one), *alternatives* those that are tried when it can't. *origin* is where
    the driver agrees, *terminal* the one that asks for a card. *customer* is whom the means is
    stored for, as the account's provider calls one; with *token* their stored means is charged.
    *instrument* is what pays, where that is known before.
    """

    payment_id: UUID
    subject_id: UUID
    amount: Money
    method: str
    strategy: Strategy
    locale: str
    description: str
    return_url: str
    country: str | None = None
    account_id: UUID | None = None
    alternatives: tuple[Alternative, ...] = ()
    origin: Origin = Origin.WEB
    terminal: AtTerminal | None = None
    customer: str | None = None
    token: str | None = None
    instrument: str | None = None


async def begin_payment(work: Work, order: PaymentOrder) -> Payment:
    """
    Step: write the payment and the order to start it, on the operator's account.

    Nothing is sent: that is `start_payment`, after the commit. A payment from a wallet is secured
    with this very step. Raises AccountNotFound.
    """
    payment = Payment(
        payment_id=order.payment_id,
        operator_id=work.operator_id,
        account_id=order.account_id or await chosen_account_id(work),
        subject_id=order.subject_id,
        reference=work.ids.id_tag()[:REFERENCE_LENGTH],
        amount=order.amount,
        method=order.method,
        ordered_strategy=order.strategy,
        opened_at=work.now,
        taken=Money.zero(order.amount.currency),
        origin=order.origin,
        instrument=order.instrument,
        device=order.terminal.device if order.terminal else None,
    )
    start = _start_of(payment, order, work.now)
    payment = payment.with_operation(start)
    await store.insert_payment(work, payment)
    if payment.is_in_house:
        await work.emit(OrderedInHouse(payment.payment_id, start.operation_id))
    return payment


def _start_of(payment: Payment, order: PaymentOrder, now: datetime) -> Operation:
    """Return the start of *payment*, with what it says frozen."""
    start = new_operation(payment, OperationKind.START, None, now)
    frozen = StartPayment(
        key=start.key,
        reference=payment.reference,
        amount=order.amount,
        method=order.method,
        strategy=order.strategy,
        description=order.description,
        return_url=order.return_url,
        webhook_url=None,
        locale=order.locale,
        country=order.country,
        alternatives=order.alternatives,
        expires_at=(now + ABANDONED_AFTER).replace(microsecond=0),
        terminal=order.terminal,
        customer=order.customer,
        token=order.token,
    )
    return replace(start, order=frozen)


def order_start(work: Work, payment: Payment) -> None:
    """Step: let a job send the start of *payment*, after the commit."""
    start = operation_id_of(payment.payment_id, 0, OperationKind.START)
    defer_operation(work, payment.operator_id, payment.payment_id, start)


async def withdraw_unsent(work: Work, payment_id: UUID) -> bool:
    """
    Step: don't make a payment whose start was never sent; tell whether that was so.

    Who asks is told of no failure. Raises PaymentNotFound.
    """
    payment = await lock(work, payment_id)
    start = payment.operation(operation_id_of(payment_id, 0, OperationKind.START))
    if start.state not in UNTRIED:
        return False
    await record(work, payment, KeepDecided(Money.zero(payment.amount.currency)))
    return True


async def get_payment(work: Work, payment_id: UUID) -> Payment:
    """Step: return the payment with its operations. Raises PaymentNotFound."""
    return await find(work, payment_id)


async def lock_payment(work: Work, payment_id: UUID) -> Payment:
    """Step: return the payment, which nobody else changes then. Raises PaymentNotFound."""
    return await lock(work, payment_id)


async def payment_of_provider(
    work: Work, account_id: UUID, provider_refs: Sequence[str], reference: str | None
) -> Payment | None:
    """
    Step: return the account's payment that a provider calls by one of its names, or None.

    Last of all it is looked for by our own *reference*.
    """
    payment_id = await store.find_by_names(work, account_id, provider_refs)
    if payment_id is None and reference is not None:
        payment_id = await store.find_by_reference(work, account_id, reference)
    return None if payment_id is None else await find(work, payment_id)


async def lock_payments_of(work: Work, subject_id: UUID) -> list[Payment]:
    """Step: return the payments for a session, oldest first, locked until the work ends."""
    return [await lock(work, each) for each in await store.ids_of_subject(work, subject_id)]


async def request_raise(work: Work, payment_id: UUID, amount: Money) -> Payment:
    """
    Step: ask for the hold to become *amount*, in a job after the commit.

    PaymentRaised or PaymentNotRaised is told when it is known. Repeating it is harmless. Raises
    PaymentNotFound.
    """
    return await record(work, await lock(work, payment_id), HoldWished(amount))


async def request_capture(
    work: Work, payment_id: UUID, amount: Money, *, share: Money | None = None
) -> Payment:
    """
    Step: *amount*, gross, stays with the operator and the rest goes back.

    A hold is captured and its rest released; what was paid first is refunded down to *amount*;
    zero gives all back. Jobs do it after the commit; when there is nothing to move, it is told as
    PaymentCollected at once. Repeating it is harmless. What `order_shares` ordered of it goes to
    the operator; *share* is what the operator is to have of it from now on, where that is less.
    Returns the payment as decided. Raises PaymentNotFound, and AmountNotPossible for more than was
    ordered, or than was decided before.
    """
    payment = await lock(work, payment_id)
    sharing = payment.sharing
    if payment.keep is None:
        sharing = await find_share(work, payment_id)
    if sharing is not None and share is not None:
        sharing = sharing.at_most(share)
    return await record(work, payment, KeepDecided(amount, sharing))


async def request_return(work: Work, payment_id: UUID, amount: Money | None = None) -> Payment:
    """
    Step: give money back, by whatever way the payment's state needs, now or as soon as it can be.

    Without *amount* all goes back that was not decided to stay. With it, *amount* is the total
    that goes back, so that repeating is harmless. A start whose outcome is unknown is remembered
    and undone when it becomes known. Raises PaymentNotFound, AmountNotPossible.
    """
    payment = await lock(work, payment_id)
    if amount is not None:
        keep = payment.amount - amount
    elif payment.keep is not None:
        keep = payment.keep
    else:
        keep = Money.zero(payment.amount.currency)
    return await record(work, payment, KeepDecided(keep))
