"""The chart of accounts: what kinds of account there are, their normal side and their floor."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class Side(StrEnum):
    """The side on which an account grows: assets and expenses debit, the rest credit."""

    DEBIT = "debit"
    CREDIT = "credit"

    @property
    def sign(self) -> int:
        """Return what turns an entry (debit above zero) into growth of an account."""
        return 1 if self is Side.DEBIT else -1


class Book(StrEnum):
    """Which money a posting is about: real, or that of a provider's test mode."""

    LIVE = "live"
    TEST = "test"


class AccountKind(StrEnum):
    """What an account is for; see docs/concepts/ledger.md for what its owner is."""

    # The memo book: what is reserved and is nobody's money yet.
    HOLD = "hold"
    HOLD_CONTRA = "hold_contra"
    # What we have, or are owed.
    BANK = "bank"
    PSP_RECEIVABLE = "psp_receivable"
    CLEARING = "clearing"
    CUSTOMER_RECEIVABLE = "customer_receivable"
    EMPLOYER_RECEIVABLE = "employer_receivable"
    PARTNER_RECEIVABLE = "partner_receivable"
    ROAMING_RECEIVABLE = "roaming_receivable"
    INPUT_VAT = "input_vat"
    SUSPENSE = "suspense"
    # What we owe.
    CUSTOMER_ADVANCE = "customer_advance"
    REFUND_DUE = "refund_due"
    REFUND_IN_FLIGHT = "refund_in_flight"
    CUSTOMER_CREDIT = "customer_credit"
    VAT_PAYABLE = "vat_payable"
    CPO_PAYABLE = "cpo_payable"
    OWNER_PAYABLE = "owner_payable"
    ROAMING_PAYABLE = "roaming_payable"
    PAYOUT_IN_TRANSIT = "payout_in_transit"
    SHARE_IN_TRANSIT = "share_in_transit"
    WALLET_PURCHASED = "wallet_purchased"
    WALLET_GRANTED = "wallet_granted"
    WALLET_RESERVED = "wallet_reserved"
    # What was earned, and what it cost.
    REVENUE = "revenue"
    PLATFORM_FEE = "platform_fee"
    REIMBURSEMENT_FEE = "reimbursement_fee"
    DISPUTE_LOSS = "dispute_loss"
    ENERGY_COST = "energy_cost"
    PROMO_EXPENSE = "promo_expense"
    PSP_FEE = "psp_fee"
    ROAMING_COST = "roaming_cost"
    WRITE_OFF = "write_off"

    @property
    def side(self) -> Side:
        """Return the side on which accounts of this kind grow."""
        return Side.DEBIT if self in _DEBIT else Side.CREDIT

    @property
    def floor(self) -> int | None:
        """Return the least balance in minor units, which the database enforces, or None."""
        return 0 if self in _NEVER_BELOW_ZERO else None

    @property
    def is_memo(self) -> bool:
        """Tell whether this is a note of what is reserved, and not of money."""
        return self in _MEMO

    def of(self, owner: UUID | str = "") -> "Account":
        """Return the account of this kind that belongs to *owner*: a session, a payment, a rate."""
        return Account(self, str(owner))


_DEBIT: Final = frozenset(
    {
        AccountKind.HOLD,
        AccountKind.BANK,
        AccountKind.PSP_RECEIVABLE,
        AccountKind.CLEARING,
        AccountKind.CUSTOMER_RECEIVABLE,
        AccountKind.EMPLOYER_RECEIVABLE,
        AccountKind.PARTNER_RECEIVABLE,
        AccountKind.ROAMING_RECEIVABLE,
        AccountKind.INPUT_VAT,
        AccountKind.SUSPENSE,
        AccountKind.DISPUTE_LOSS,
        AccountKind.ENERGY_COST,
        AccountKind.PROMO_EXPENSE,
        AccountKind.PSP_FEE,
        AccountKind.ROAMING_COST,
        AccountKind.WRITE_OFF,
    }
)
_MEMO: Final = frozenset({AccountKind.HOLD, AccountKind.HOLD_CONTRA})
_NEVER_BELOW_ZERO: Final = frozenset(
    {
        AccountKind.HOLD,
        AccountKind.CUSTOMER_ADVANCE,
        AccountKind.REFUND_DUE,
        AccountKind.REFUND_IN_FLIGHT,
        AccountKind.CUSTOMER_CREDIT,
        AccountKind.PAYOUT_IN_TRANSIT,
        AccountKind.WALLET_PURCHASED,
        AccountKind.WALLET_GRANTED,
        AccountKind.WALLET_RESERVED,
    }
)


@dataclass(frozen=True, slots=True, order=True)
class Account:
    """One account of an operator: its kind, and whose or what's it is ("" where there is one)."""

    kind: AccountKind
    owner: str = ""

    def __str__(self) -> str:
        """Return the name by which people call it: `clearing:019c…`, `revenue`."""
        return f"{self.kind}:{self.owner}" if self.owner else str(self.kind)
