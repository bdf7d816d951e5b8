"""What is paid later: sessions on an invoice, and the energy of drivers who charge at home."""

from uuid import UUID

from app.funds.ledger.chart import Account
from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Entry, Fact, Posting, TransactionKind, credit, debit
from app.kernel.money import Money


def put_on_account(fact: Fact, account_id: UUID, session_id: UUID, amount: Money) -> Posting:
    """
    Let an account that is collected later owe *amount* of a session's price, as soon as it is so.

    Below zero it owes so much less: that was given back.
    """
    return fact.posts(
        TransactionKind.ON_ACCOUNT,
        debit(Its.CUSTOMER_RECEIVABLE.of(account_id), amount),
        credit(Its.CLEARING.of(session_id), amount),
    )


def invoiced(
    fact: Fact, customer: str, sessions: dict[UUID, Money], *, fees: tuple[Entry, ...] = ()
) -> Posting:
    """Let a *customer* owe the prices of settled *sessions*, and *fees* with their VAT."""
    credits_of = [
        *(credit(Its.CLEARING.of(each), price) for each, price in sessions.items()),
        *fees,
    ]
    currency = credits_of[0].amount.currency
    owed = Money(-sum(entry.amount.minor for entry in credits_of), currency)
    return fact.posts(
        TransactionKind.INVOICED, debit(Its.CUSTOMER_RECEIVABLE.of(customer), owed), *credits_of
    )


def invoice_paid(fact: Fact, customer: str, amount: Money, *, by: Account) -> Posting:
    """Receive what a *customer* owed: on the bank account, or in the clearing of a payment."""
    return fact.posts(
        TransactionKind.INVOICE_PAID,
        debit(by, amount),
        credit(Its.CUSTOMER_RECEIVABLE.of(customer), amount),
    )


def reimbursed(
    fact: Fact, owner: str, amount: Money, *, fee: Money, employer: str | None = None
) -> Posting:
    """Owe an *owner* for energy at home or at the office; the *employer* or we bear it."""
    payer = Its.ENERGY_COST.of() if employer is None else Its.EMPLOYER_RECEIVABLE.of(employer)
    return fact.posts(
        TransactionKind.REIMBURSEMENT,
        debit(payer, amount + fee),
        credit(Its.OWNER_PAYABLE.of(owner), amount),
        credit(Its.REIMBURSEMENT_FEE.of(), fee),
    )
