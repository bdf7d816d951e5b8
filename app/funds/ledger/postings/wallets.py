"""Prepaid money: bought or given, reserved for a session, spent, given back, expired."""

from dataclasses import dataclass
from uuid import UUID

from app.funds.ledger.chart import Account
from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Entry, Fact, Posting, TransactionKind, credit, debit
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Lots:
    """An amount by where it came from: bought with money, or given as a present."""

    purchased: Money
    granted: Money

    @property
    def total(self) -> Money:
        """Return both together."""
        return self.purchased + self.granted

    def credits(self, wallet_id: UUID) -> tuple[Entry, Entry]:
        """Return the entries that put both into a wallet."""
        return (
            credit(Its.WALLET_PURCHASED.of(wallet_id), self.purchased),
            credit(Its.WALLET_GRANTED.of(wallet_id), self.granted),
        )


def topped_up(fact: Fact, top_up_id: UUID, wallet_id: UUID, amount: Money) -> Posting:
    """Buy credit: *amount* was paid for the top-up, and lies in its clearing account."""
    return fact.posts(
        TransactionKind.TOP_UP,
        debit(Its.CLEARING.of(top_up_id), amount),
        credit(Its.WALLET_PURCHASED.of(wallet_id), amount),
    )


def granted(fact: Fact, wallet_id: UUID, amount: Money) -> Posting:
    """Give *amount* as a present."""
    return fact.posts(
        TransactionKind.GRANT,
        debit(Its.PROMO_EXPENSE.of(), amount),
        credit(Its.WALLET_GRANTED.of(wallet_id), amount),
    )


def reserved(fact: Fact, wallet_id: UUID, session_id: UUID, lots: Lots) -> Posting:
    """Set *lots* of a wallet aside for a session."""
    return fact.posts(
        TransactionKind.RESERVE,
        debit(Its.WALLET_PURCHASED.of(wallet_id), lots.purchased),
        debit(Its.WALLET_GRANTED.of(wallet_id), lots.granted),
        credit(Its.WALLET_RESERVED.of(session_id), lots.total),
    )


def spent(fact: Fact, wallet_id: UUID, session_id: UUID, price: Money, *, rest: Lots) -> Posting:
    """End a reservation: the *price* pays the session, and the *rest* goes back to its lots."""
    return fact.posts(
        TransactionKind.WALLET_SPENT,
        debit(Its.WALLET_RESERVED.of(session_id), price + rest.total),
        credit(Its.CLEARING.of(session_id), price),
        *rest.credits(wallet_id),
    )


def expired(fact: Fact, wallet_id: UUID, amount: Money) -> Posting:
    """Take back a present that was not used in time."""
    return fact.posts(
        TransactionKind.WALLET_EXPIRED,
        debit(Its.WALLET_GRANTED.of(wallet_id), amount),
        credit(Its.PROMO_EXPENSE.of(), amount),
    )


def refunded(fact: Fact, wallet_id: UUID, amount: Money, *, to: Account) -> Posting:
    """
    Give bought credit back, through the clearing of its top-up or the customer's credit (*to*).

    Presents are never paid out.
    """
    return fact.posts(
        TransactionKind.WALLET_REFUND,
        debit(Its.WALLET_PURCHASED.of(wallet_id), amount),
        credit(to, amount),
    )


def disputed(fact: Fact, wallet_id: UUID, amount: Money, *, of_lot: Money) -> Posting:
    """
    Bear a dispute over a top-up: what is left of it is taken back, the rest is the driver's debt.

    Below zero, the bank gave *amount* again: the debt is paid, and *of_lot* is credit again.
    """
    return fact.posts(
        TransactionKind.WALLET_DISPUTED,
        debit(Its.WALLET_PURCHASED.of(wallet_id), of_lot),
        debit(Its.CUSTOMER_RECEIVABLE.of(wallet_id), amount - of_lot),
        credit(Its.DISPUTE_LOSS.of(), amount),
    )
