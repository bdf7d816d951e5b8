"""What platforms owe each other: their drivers at our charge points, and ours at theirs."""

from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Fact, Posting, TransactionKind, credit, debit
from app.funds.ledger.postings.sales import Sale
from app.kernel.money import Money


def roaming_sold(fact: Fact, party: str, sale: Sale) -> Posting:
    """Let a *party* of OCPI owe what its driver used at a charge point of ours."""
    owed = debit(Its.ROAMING_RECEIVABLE.of(party), sale.gross)
    return fact.posts(TransactionKind.ROAMING_SOLD, owed, *sale.shares)


def roaming_bought(fact: Fact, party: str, *, net: Money, vat: Money, country: str) -> Posting:
    """Owe a *party* what a driver of ours used at its charge point in *country*."""
    return fact.posts(
        TransactionKind.ROAMING_BOUGHT,
        debit(Its.ROAMING_COST.of(), net),
        debit(Its.INPUT_VAT.of(country), vat),
        credit(Its.ROAMING_PAYABLE.of(party), net + vat),
    )


def roaming_settled(fact: Fact, party: str, *, received: Money, paid: Money) -> Posting:
    """Write down that an invoice between us and a *party* was paid, one way or the other."""
    return fact.posts(
        TransactionKind.ROAMING_SETTLED,
        debit(Its.BANK.of(), received - paid),
        credit(Its.ROAMING_RECEIVABLE.of(party), received),
        debit(Its.ROAMING_PAYABLE.of(party), paid),
    )
