"""What a provider does on its own: it pays out, it keeps fees, it takes back what is disputed."""

from uuid import UUID

from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Fact, Posting, TransactionKind, credit, debit
from app.kernel.money import Money


def provider_settlement(fact: Fact, account_id: UUID, *, gross: Money, fee: Money) -> Posting:
    """Receive on the bank account what a provider owed, *gross*, less its *fee*."""
    return fact.posts(
        TransactionKind.PROVIDER_SETTLEMENT,
        debit(Its.BANK.of(), gross - fee),
        debit(Its.PSP_FEE.of(account_id), fee),
        credit(Its.PSP_RECEIVABLE.of(account_id), gross),
    )


def unknown_line(fact: Fact, account_id: UUID, line: str, amount: Money) -> Posting:
    """Keep *amount* of a settlement's *line* that fits no payment, until somebody explains it."""
    return fact.posts(
        TransactionKind.SUSPENSE,
        debit(Its.PSP_RECEIVABLE.of(account_id), amount),
        credit(Its.SUSPENSE.of(line), amount),
    )


def charged_back(fact: Fact, account_id: UUID, amount: Money) -> Posting:
    """Lose *amount* to a dispute; negative when the dispute was won, and it comes back."""
    return fact.posts(
        TransactionKind.CHARGEBACK,
        debit(Its.DISPUTE_LOSS.of(), amount),
        credit(Its.PSP_RECEIVABLE.of(account_id), amount),
    )


def passed_on(fact: Fact, cpo: str, amount: Money) -> Posting:
    """Let the operator *cpo* bear a dispute: the clawback."""
    return fact.posts(
        TransactionKind.CHARGEBACK_PASSED_ON,
        debit(Its.CPO_PAYABLE.of(cpo), amount),
        credit(Its.DISPUTE_LOSS.of(), amount),
    )
