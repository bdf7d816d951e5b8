"""Send an operation to the provider: the intent and its key, the call, the outcome."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, assert_never
from uuid import UUID

from app.funds.payments.accounts import Credential, get_credential, mark_refused, mark_taken
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.model import Operation, OperationKind, Payment
from app.funds.payments.ports import (
    Accepted,
    Declined,
    NotSent,
    Outcome,
    ProviderAccount,
    Reading,
    Snapshot,
    StartPayment,
    Unknown,
)
from app.funds.payments.providers.stored import charge_of
from app.funds.payments.record import lock, record
from app.funds.payments.refresh import is_refused, ordered_of, read_payment, remembered
from app.funds.payments.rules.news import Answered, News, Observed, Sending, TimePassed
from app.funds.payments.rules.plan import operation_id_of
from app.funds.payments.sharing.send import send_shared

# How long the key of a charge is surely known, where the provider does not say (Mollie: an hour).
CHARGE_AGAIN_WITHIN: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Ordered:
    """Which operation of which payment is to be sent."""

    operator_id: UUID
    payment_id: UUID
    operation_id: UUID


@dataclass(frozen=True, slots=True)
class _Call:
    credential: Credential
    payment: Payment
    operation: Operation
    in_doubt: bool
    began_at: datetime

    @property
    def account(self) -> ProviderAccount:
        return self.credential.account


async def start_payment(payment_id: UUID, *, operator_id: UUID, desk: PaymentDesk) -> Payment:
    """
    Open the payment at its provider and return it; `checkout_url` is where the driver goes next.

    Safe to repeat: the key is the operation's. Without an answer the payment stays CREATED and
    without an address; it is sent again by itself. A refusal is told as PaymentFailed(declined).
    Raises PaymentNotFound, SecretUnreadable.
    """
    start = operation_id_of(payment_id, 0, OperationKind.START)
    return await perform_operation(Ordered(operator_id, payment_id, start), desk=desk)


async def perform_operation(ordered: Ordered, *, desk: PaymentDesk) -> Payment:
    """
    Send an operation, or find out what became of it and send it again with the same key.

    Does nothing for one that is resolved. What was perhaps sent before is looked for at the
    provider first. What stays unknown, or was not sent, comes back by the sweep. Returns the
    payment as it is then. Raises PaymentNotFound, SecretUnreadable.
    """
    call = await _begin(ordered, desk, looked=False)
    if call.in_doubt:
        refreshed = await read_payment(
            ordered.payment_id, operator_id=ordered.operator_id, desk=desk
        )
        if not refreshed.seen:
            return await _finish(ordered, desk, call, (Unknown("no reading"), None))
        call = await _begin(ordered, desk, looked=True)
    if _is_forgotten(desk, call):
        lost = Unknown("too old to be sent again: only the provider's own word can tell")
        return await _finish(ordered, desk, call, (lost, None))
    if not call.operation.is_unresolved:
        return call.payment
    outcome = await _send(desk, call)
    reading = await _look(desk, call, outcome)
    payment = await _finish(ordered, desk, call, (outcome, reading))
    if payment.account_id != call.payment.account_id:
        # Another account of the operator takes the start; each can be the next only once.
        return await perform_operation(ordered, desk=desk)
    return payment


async def _begin(ordered: Ordered, desk: PaymentDesk, *, looked: bool) -> _Call:
    """Write that the operation is being sent, unless it is resolved or has to be looked for."""
    async with desk.database.work(ordered.operator_id) as work:
        payment = await lock(work, ordered.payment_id)
        credential = await get_credential(work, payment.account_id, vault=desk.vault)
        operation = payment.operation(ordered.operation_id)
        began_at = work.now
        perhaps_sent = operation.is_unresolved and operation.attempts > 0
        can_be_found = payment.provider_ref is not None or _is_remembered(payment, credential, desk)
        in_doubt = perhaps_sent and can_be_found and not looked
        if operation.is_unresolved and not in_doubt:
            payment = payment.with_operation(_addressed(operation, credential.account, desk))
            payment = await record(work, payment, TimePassed(), Sending(ordered.operation_id))
    operation = payment.operation(ordered.operation_id)
    return _Call(credential, payment, operation, in_doubt, began_at)


def _is_remembered(payment: Payment, credential: Credential, desk: PaymentDesk) -> bool:
    """Tell whether a terminal knows a prompt again by our own name of it: none is made twice."""
    signs = desk.providers[credential.account.provider].signs_webhooks
    return payment.device is not None and signs


def _is_forgotten(desk: PaymentDesk, call: _Call) -> bool:
    """
    Tell whether a provider that can't be read may no longer know the key of an old order.

    A stored means is never charged for a payment that was given up: that money would only go back;
    and never a second time: where no page is between, an unknown key would be another charge.
    """
    life = desk.providers[call.account.provider].key_life
    order, keep, sent_at = call.operation.order, call.payment.keep, call.operation.sent_at
    if order is not None and order.token is not None:
        if keep is not None and not keep:
            return True
        life = life or CHARGE_AGAIN_WITHIN
    if life is None or sent_at is None or not call.operation.is_unresolved:
        return False
    return call.began_at >= sent_at + life


def _addressed(operation: Operation, account: ProviderAccount, desk: PaymentDesk) -> Operation:
    """Tell a start where the provider shall call us; what was once sent stays as it was."""
    if operation.order is None or operation.sent_at is not None:
        return operation
    url = desk.webhook_url(account.provider, account.webhook_token)
    return replace(operation, order=replace(operation.order, webhook_url=url))


async def _send(desk: PaymentDesk, call: _Call) -> Outcome:
    if call.operation.order is not None:
        return await _start(desk, call.account, call.operation.order)
    if call.operation.share is not None:
        return await send_shared(desk, call.account, call.payment, call.operation)
    return await _order(desk, call)


async def _order(desk: PaymentDesk, call: _Call) -> Outcome:
    provider = desk.providers[call.account.provider]
    account, operation = call.account, call.operation
    ref, key = _named(call.payment, operation), operation.key
    match operation.kind:
        case OperationKind.CAPTURE | OperationKind.REFUND:
            assert operation.amount is not None  # noqa: S101 - the planner gives both an amount
            move = provider.capture if operation.kind is OperationKind.CAPTURE else provider.refund
            return await move(account, ref, operation.amount, key=key)
        case OperationKind.RAISE:
            assert operation.amount is not None  # noqa: S101 - the planner gives it one
            return await provider.raise_hold(account, ref, operation.amount, key=key)
        case OperationKind.RELEASE:
            return await provider.release(account, ref, key=key)
        case OperationKind.CANCEL if call.payment.device is not None:
            return await desk.devices[account.provider].abort(account, ordered_of(call.payment))
        case OperationKind.CANCEL:
            return await provider.cancel(account, ref, key=key)
        case OperationKind.START | OperationKind.ROUTE:
            msg = f"the {operation.kind} {operation.operation_id} says nothing"
            raise AssertionError(msg)
        case _:
            assert_never(operation.kind)


async def _start(desk: PaymentDesk, account: ProviderAccount, order: StartPayment) -> Outcome:
    if order.token is not None:
        return await desk.keepers[account.provider].charge(account, charge_of(order))
    if order.terminal is not None:
        return await desk.devices[account.provider].activate(account, order)
    return await desk.providers[account.provider].start(account, order)


def _named(payment: Payment, operation: Operation) -> str:
    """Return what the provider calls that which *operation* is about."""
    assert payment.provider_ref is not None  # noqa: S101 - only a start comes before it
    if operation.kind is OperationKind.CANCEL:
        return payment.provider_ref
    return payment.orders_ref or payment.provider_ref


async def _look(desk: PaymentDesk, call: _Call, outcome: Outcome) -> Reading | None:
    """Read what an answer led to; a refusal is only believed together with a reading."""
    ref = call.payment.provider_ref
    if ref is None or is_refused(outcome) or not isinstance(outcome, Accepted | Declined):
        return None
    provider = desk.providers[call.account.provider]
    if provider.signs_webhooks:
        return await remembered(desk, call.account, call.payment.payment_id)
    return await provider.fetch(call.account, ref)


async def _finish(
    ordered: Ordered,
    desk: PaymentDesk,
    call: _Call,
    answer: tuple[Outcome, Reading | None],
) -> Payment:
    outcome, reading = answer
    async with desk.database.work(ordered.operator_id) as work:
        payment = await lock(work, ordered.payment_id)
        if is_refused(outcome):
            await mark_refused(work, call.account.account_id)
        elif isinstance(outcome, Accepted) and call.credential.refused:
            await mark_taken(work, call.account.account_id)
        is_start = payment.operation(ordered.operation_id).kind is OperationKind.START
        believed = outcome if is_start else _believed(outcome, reading)
        answered = Answered(ordered.operation_id, _resendable(believed))
        return await record(work, payment, *_in_order(answered, reading))


def _believed(outcome: Outcome, reading: Reading | None) -> Outcome:
    if not isinstance(outcome, Declined) or is_refused(outcome):
        return outcome
    if isinstance(reading, Snapshot | Declined) and not is_refused(reading):
        return outcome
    return Unknown(f"declined ({outcome.code}: {outcome.detail}), but it could not be read")


def _resendable(outcome: Outcome) -> Outcome:
    """Keep an order whose secret was refused: it goes out again when the secret is right."""
    return NotSent("the provider refused the credentials") if is_refused(outcome) else outcome


def _in_order(answered: Answered, reading: Reading | None) -> list[News]:
    """Order the news: what was accepted is known before it is seen, what was refused after."""
    if not isinstance(reading, Snapshot):
        return [answered]
    observed = Observed(reading)
    return [answered, observed] if isinstance(answered.outcome, Accepted) else [observed, answered]
