"""A payment's money: held, taken, kept, given back. A negative amount takes a step back."""

from dataclasses import dataclass
from uuid import UUID

from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Fact, Posting, TransactionKind, credit, debit
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment as the books know it: its provider account, and the *subject_id* it pays for."""

    payment_id: UUID
    account_id: UUID
    subject_id: UUID


def held(fact: Fact, paid: Paid, amount: Money) -> Posting:
    """Note that *amount* more is held at the provider: a memo, for it is nobody's money yet."""
    return fact.posts(
        TransactionKind.HOLD,
        debit(Its.HOLD.of(paid.payment_id), amount),
        credit(Its.HOLD_CONTRA.of(), amount),
    )


def captured(fact: Fact, paid: Paid, amount: Money) -> Posting:
    """Take *amount* of a hold: the provider owes it to us."""
    return fact.posts(
        TransactionKind.CAPTURE,
        debit(Its.PSP_RECEIVABLE.of(paid.account_id), amount),
        credit(Its.CLEARING.of(paid.subject_id), amount),
    )


def paid_first(fact: Fact, paid: Paid, amount: Money) -> Posting:
    """Take *amount* before there is a price: it is the customer's until then."""
    return fact.posts(
        TransactionKind.PAID_FIRST,
        debit(Its.PSP_RECEIVABLE.of(paid.account_id), amount),
        credit(Its.CUSTOMER_ADVANCE.of(paid.payment_id), amount),
    )


def price_kept(fact: Fact, paid: Paid, *, advance: Money, due: Money) -> Posting:
    """
    Know what stays: of the *advance*, and of what was captured, *due* goes back.

    What is neither advance nor due was captured for the price and lies in clearing already.
    """
    return fact.posts(
        TransactionKind.PRICE_KEPT,
        debit(Its.CUSTOMER_ADVANCE.of(paid.payment_id), advance),
        credit(Its.CLEARING.of(paid.subject_id), advance - due),
        credit(Its.REFUND_DUE.of(paid.payment_id), due),
    )


def refund_requested(fact: Fact, paid: Paid, *, due: Money, unexplained: Money) -> Posting:
    """Send *due* back; what is *unexplained* was sent back at the provider without us."""
    return fact.posts(
        TransactionKind.REFUND_REQUESTED,
        debit(Its.REFUND_DUE.of(paid.payment_id), due),
        debit(Its.SUSPENSE.of(f"payment:{paid.payment_id}"), unexplained),
        credit(Its.REFUND_IN_FLIGHT.of(paid.payment_id), due + unexplained),
    )


def refund_done(fact: Fact, paid: Paid, amount: Money) -> Posting:
    """Know that a refund has arrived."""
    return fact.posts(
        TransactionKind.REFUND_DONE,
        debit(Its.REFUND_IN_FLIGHT.of(paid.payment_id), amount),
        credit(Its.PSP_RECEIVABLE.of(paid.account_id), amount),
    )


def refund_failed(fact: Fact, paid: Paid, amount: Money) -> Posting:
    """Know that a refund did not arrive: we owe it to the customer, by another way."""
    return fact.posts(
        TransactionKind.REFUND_FAILED,
        debit(Its.REFUND_IN_FLIGHT.of(paid.payment_id), amount),
        credit(Its.CUSTOMER_CREDIT.of(paid.payment_id), amount),
    )
