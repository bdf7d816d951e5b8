"""Bank accounts, payouts and the files of payouts that a bank is given."""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from stdnum import iban as iban_rules
from stdnum.exceptions import ValidationError

from app.funds.payouts.errors import BankAccountInvalid, PayoutOver
from app.kernel.money import Money

# SEPA: the most that a name may have.
LONGEST_NAME = 70
# ISO 9362: institution, country, place, and perhaps a branch.
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
# SEPA credit transfers move this currency only.
CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account: its holder, its IBAN without blanks, and its BIC where one is wanted."""

    holder: str
    iban: str
    bic: str | None = None

    @classmethod
    def of(cls, holder: str, iban: str, bic: str | None = None) -> Self:
        """Return the account as it is written for people. Raises BankAccountInvalid."""
        holder = " ".join(holder.split())
        if not 0 < len(holder) <= LONGEST_NAME:
            raise BankAccountInvalid(f"a holder's name has 1 to {LONGEST_NAME} characters")
        try:
            iban = iban_rules.validate(iban)
        except ValidationError as error:
            raise BankAccountInvalid(f"the IBAN is wrong: {error}") from error
        bic = bic.replace(" ", "").upper() if bic else None
        if bic is not None and not _BIC.fullmatch(bic):
            raise BankAccountInvalid("a BIC has 8 or 11 characters, such as INGBNL2A")
        return cls(holder, iban, bic)


class PayoutState(StrEnum):
    """ORDERED, then in a file for the bank (SENT), and in the end ARRIVED or RETURNED."""

    ORDERED = "ordered"
    SENT = "sent"
    ARRIVED = "arrived"
    RETURNED = "returned"


OVER = frozenset({PayoutState.ARRIVED, PayoutState.RETURNED})


class PayoutKind(StrEnum):
    """What is paid: an operator's sales, or a customer whose refund failed."""

    SALES = "sales"
    CREDIT = "credit"


@dataclass(frozen=True, slots=True)
class Payout:
    """
    One transfer of *amount* to *payee*.

    *owner* is the operator that sold, or the payment whose customer is owed; *reference* is what
    the payee reads on the statement, and the end-to-end id of the transfer.
    """

    payout_id: UUID
    kind: PayoutKind
    owner: str
    payee: BankAccount
    amount: Money
    reference: str
    ordered_at: datetime
    state: PayoutState = PayoutState.ORDERED
    file_id: UUID | None = None

    def ends(self, state: PayoutState) -> Self:
        """Return the payout as it ended. Raises PayoutOver when it ended otherwise."""
        if self.state in OVER and self.state is not state:
            raise PayoutOver(f"{self.reference} is {self.state}", payout_id=self.payout_id)
        return replace(self, state=state)


@dataclass(frozen=True, slots=True)
class TransferFile:
    """
    A file for the bank, which never changes: fetched again it is the same, byte by byte.

    So a bank that is given it twice refuses it by its message id.
    """

    file_id: UUID
    message_id: str
    made_at: datetime
    pay_on: date
    count: int
    total: Money
    document: bytes
