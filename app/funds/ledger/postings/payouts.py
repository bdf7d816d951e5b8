"""What we transfer from the bank: to operators, and to customers whose refund failed."""

from uuid import UUID

from app.funds.ledger.chart import Account
from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Fact, Posting, TransactionKind, credit, debit
from app.kernel.money import Money


def paid_out(fact: Fact, cpo: str, payout_id: UUID, amount: Money) -> Posting:
    """Order a transfer of *amount* to the operator *cpo*; negative when the bank returns it."""
    return _ordered(TransactionKind.PAYOUT, fact, Its.CPO_PAYABLE.of(cpo), payout_id, amount)


def credit_paid_out(fact: Fact, owed_for: UUID, payout_id: UUID, amount: Money) -> Posting:
    """Order a transfer of what a customer is owed for the payment *owed_for*."""
    owed = Its.CUSTOMER_CREDIT.of(owed_for)
    return _ordered(TransactionKind.CREDIT_PAID_OUT, fact, owed, payout_id, amount)


def payout_arrived(fact: Fact, payout_id: UUID, amount: Money) -> Posting:
    """See on the bank's statement that a transfer went out."""
    return fact.posts(
        TransactionKind.PAYOUT_ARRIVED,
        debit(Its.PAYOUT_IN_TRANSIT.of(payout_id), amount),
        credit(Its.BANK.of(), amount),
    )


def _ordered(
    kind: TransactionKind, fact: Fact, owed: Account, payout_id: UUID, amount: Money
) -> Posting:
    return fact.posts(
        kind, debit(owed, amount), credit(Its.PAYOUT_IN_TRANSIT.of(payout_id), amount)
    )
