"""What an account does about the operations of the payments that stand for it."""

from dataclasses import replace
from typing import assert_never
from uuid import UUID

from app.funds.ledger.model import Fact, TransactionKind
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.invoices import put_on_account
from app.funds.payments.events import OrderedInHouse
from app.funds.payments.house import answer, refuse
from app.funds.payments.model import Operation, OperationKind, PaymentStatus
from app.funds.payments.ports import Origin
from app.funds.payments.steps import get_payment
from app.funds.postpaid import store
from app.funds.postpaid.manage import get_account
from app.funds.postpaid.model import Charge, ChargeState
from app.infra.database import Reactors, Work
from app.kernel.money import Money


def reactors() -> Reactors:
    """Return what accounts do, inside the same transaction, about facts of payments."""
    return {OrderedInHouse: (_ordered,)}


async def _ordered(work: Work, event: OrderedInHouse) -> None:
    """React: do what the payment asks of its account, and answer it, in the same transaction."""
    payment = await get_payment(work, event.payment_id)
    if payment.origin is not Origin.TOKEN:
        return
    operation = payment.operation(event.operation_id)
    its = await store.find_charge(work, event.payment_id)
    if its is None:
        await refuse(work, event.payment_id, event.operation_id, "not_on_account")
        return
    is_held = payment.status is PaymentStatus.AUTHORISED
    if await _carry_out(work, its, operation, is_held=is_held):
        await answer(work, event.payment_id, event.operation_id)
    else:
        await refuse(work, event.payment_id, event.operation_id, "account_exhausted")


async def _carry_out(work: Work, its: Charge, operation: Operation, *, is_held: bool) -> bool:
    """Do it, and tell whether it can be done: only more than was agreed on can't."""
    amount = operation.amount or Money.zero(its.amount.currency)
    match operation.kind:
        case OperationKind.CAPTURE:
            booked = replace(its, booked=amount, state=ChargeState.BOOKED)
            await store.save_charge(work, booked)
            await _post(work, its, amount, its.payment_id)
        case OperationKind.RELEASE if is_held:
            await store.save_charge(work, replace(its, state=ChargeState.RELEASED))
        case OperationKind.REFUND:
            await store.save_charge(work, replace(its, booked=its.booked - amount))
            await _post(work, its, -amount, operation.operation_id)
        case OperationKind.RAISE:
            return False
        case (
            OperationKind.START | OperationKind.RELEASE | OperationKind.CANCEL | OperationKind.ROUTE
        ):
            # It was put on the account before, is gone with the capture, or was never open.
            return True
        case _:
            assert_never(operation.kind)
    return True


async def _post(work: Work, its: Charge, amount: Money, mark: UUID) -> None:
    book = (await get_account(work, its.account_id)).book
    fact = Fact(f"{TransactionKind.ON_ACCOUNT}:{mark}", its.payment_id, book, work.now)
    post_at_end(work, put_on_account(fact, its.account_id, its.session_id, amount))
