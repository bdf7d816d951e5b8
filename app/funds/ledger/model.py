"""What is posted: a transaction's entries, which cannot be made unless they balance."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID, uuid5

from app.funds.ledger.chart import Account, Book
from app.kernel.money import Money


class TransactionKind(StrEnum):
    """What happened, in the words of the posting table (docs/concepts/ledger.md)."""

    HOLD = "hold"
    CAPTURE = "capture"
    PAID_FIRST = "paid_first"
    PRICE_KEPT = "price_kept"
    REFUND_REQUESTED = "refund_requested"
    REFUND_DONE = "refund_done"
    REFUND_FAILED = "refund_failed"
    CREDIT_PAID_OUT = "credit_paid_out"
    SETTLEMENT = "settlement"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"
    OWED = "owed"
    PROVIDER_SETTLEMENT = "provider_settlement"
    SUSPENSE = "suspense"
    CHARGEBACK = "chargeback"
    CHARGEBACK_PASSED_ON = "chargeback_passed_on"
    PAYOUT = "payout"
    PAYOUT_ARRIVED = "payout_arrived"
    SHARE = "share"
    SHARE_RECALLED = "share_recalled"
    SHARE_DONE = "share_done"
    TOP_UP = "top_up"
    GRANT = "grant"
    RESERVE = "reserve"
    WALLET_SPENT = "wallet_spent"
    WALLET_EXPIRED = "wallet_expired"
    WALLET_REFUND = "wallet_refund"
    WALLET_DISPUTED = "wallet_disputed"
    COUPON = "coupon"
    REIMBURSEMENT = "reimbursement"
    ON_ACCOUNT = "on_account"
    INVOICED = "invoiced"
    INVOICE_PAID = "invoice_paid"
    ROAMING_SOLD = "roaming_sold"
    ROAMING_BOUGHT = "roaming_bought"
    ROAMING_SETTLED = "roaming_settled"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a transaction: *amount* is above zero for a debit, below for a credit."""

    account: Account
    amount: Money


def debit(account: Account, amount: Money) -> Entry:
    """Return the entry that debits *account*; a negative *amount* is a credit."""
    return Entry(account, amount)


def credit(account: Account, amount: Money) -> Entry:
    """Return the entry that credits *account*; a negative *amount* is a debit."""
    return Entry(account, -amount)


@dataclass(frozen=True, slots=True)
class Fact:
    """
    What is booked: *key* is the same for ever, *source_id* is the payment, session or wallet.

    *at* is when it happened, which may be before it is booked.
    """

    key: str
    source_id: UUID
    book: Book
    at: datetime

    def posts(self, kind: TransactionKind, *entries: Entry) -> "Posting":
        """Return the posting of *kind* with those of the *entries* that move something."""
        return Posting(self, kind, tuple(entry for entry in entries if entry.amount))


@dataclass(frozen=True, slots=True)
class Posting:
    """
    A transaction to be written: its entries sum to zero in each currency, or it cannot be made.

    One without entries moves nothing and is not written.
    """

    fact: Fact
    kind: TransactionKind
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        """Refuse what does not balance, moves nothing, or mixes money with memos."""
        sums: defaultdict[str, int] = defaultdict(int)
        for entry in self.entries:
            sums[entry.amount.currency] += entry.amount.minor
        if any(sums.values()):
            msg = f"{self.kind} does not balance: {dict(sums)}"
            raise ValueError(msg)
        if not all(entry.amount for entry in self.entries):
            msg = f"{self.kind} has an entry of nothing"
            raise ValueError(msg)
        if len({entry.account.kind.is_memo for entry in self.entries}) > 1:
            msg = f"{self.kind} mixes money with what is only reserved"
            raise ValueError(msg)

    def reversed(self, fact: Fact) -> "Posting":
        """Return the posting that undoes this one because of *fact*: the only correction."""
        entries = tuple(Entry(entry.account, -entry.amount) for entry in self.entries)
        return Posting(fact, self.kind, entries)

    def account_of(self, entry: Entry) -> "AccountKey":
        """Return where *entry* is written."""
        return AccountKey(self.fact.book, entry.account, entry.amount.currency)

    def digest(self, operator_id: UUID) -> bytes:
        """Return what differs when the content does; `ledger check` works it out again in SQL."""
        lines = [f"{self.fact.book}|{self.kind}|{self.fact.source_id}"]
        lines += [
            f"{self.account_of(entry).account_id(operator_id)}|{entry.amount.minor}"
            for entry in self.entries
        ]
        return hashlib.sha256("\n".join(lines).encode()).digest()


@dataclass(frozen=True, slots=True)
class AccountKey:
    """An account as the database has it: one for each book and currency."""

    book: Book
    account: Account
    currency: str

    def account_id(self, operator_id: UUID) -> UUID:
        """Return the account's id, which follows from what it is."""
        account = self.account
        return uuid5(operator_id, f"{self.book}:{account.kind}:{account.owner}:{self.currency}")


@dataclass(frozen=True, slots=True)
class Posted:
    """A transaction in the books; *is_new* is False when its key had been posted before."""

    transaction_id: UUID
    key: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Movement:
    """An entry as a statement shows it; *amount* is what the account grew by."""

    recorded_at: datetime
    occurred_at: datetime
    kind: TransactionKind
    key: str
    source_id: UUID
    amount: Money
