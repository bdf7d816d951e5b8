"""What an operator earned and is given by the provider itself, out of what a driver paid."""

from uuid import UUID

from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Fact, Posting, TransactionKind, credit, debit
from app.funds.ledger.postings.payments import Paid
from app.kernel.money import Money


def share_ordered(fact: Fact, cpo: str, payment_id: UUID, amount: Money) -> Posting:
    """Owe *amount* to the operator *cpo* no more: its provider is to give it out of a payment."""
    return fact.posts(
        TransactionKind.SHARE,
        debit(Its.CPO_PAYABLE.of(cpo), amount),
        credit(Its.SHARE_IN_TRANSIT.of(payment_id), amount),
    )


def share_recalled(fact: Fact, cpo: str, payment_id: UUID, amount: Money) -> Posting:
    """Owe *amount* again: the provider refused, or it comes back with a refund."""
    return fact.posts(
        TransactionKind.SHARE_RECALLED,
        debit(Its.SHARE_IN_TRANSIT.of(payment_id), amount),
        credit(Its.CPO_PAYABLE.of(cpo), amount),
    )


def share_done(fact: Fact, paid: Paid, amount: Money) -> Posting:
    """Know that the provider gave *amount* to the operator, and owes it to us no more."""
    return fact.posts(
        TransactionKind.SHARE_DONE,
        debit(Its.SHARE_IN_TRANSIT.of(paid.payment_id), amount),
        credit(Its.PSP_RECEIVABLE.of(paid.account_id), amount),
    )
