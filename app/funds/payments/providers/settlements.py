"""What a provider says that it paid out, line by line: to be matched with our own book."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.funds.payments.ports import Declined, Notice, NotSent, ProviderAccount, Unknown
from app.kernel.money import Money


class Movement(StrEnum):
    """What a line of a settlement is about; SHARE is what an operator got, or gave back."""

    PAYMENT = "payment"
    REFUND = "refund"
    REFUND_RETURNED = "refund_returned"
    CHARGEBACK = "chargeback"
    CHARGEBACK_REVERSED = "chargeback_reversed"
    SHARE = "share"
    FEE = "fee"
    PAYOUT = "payout"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SettlementLine:
    """
    One line; amounts are signed as they change our balance at the provider.

    *key* is the same whenever the line is read again. *provider_ref* is the payment, *part_ref*
    its capture, refund or chargeback, *reference* ours. *net* is *gross* less *fee*. *said* is
    the provider's word for what it is.
    """

    key: str
    movement: Movement
    said: str
    provider_ref: str | None
    part_ref: str | None
    reference: str | None
    gross: Money
    fee: Money
    net: Money
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Settlement:
    """The *lines* of one payout, which is called *settlement_ref* at the provider."""

    settlement_ref: str
    lines: tuple[SettlementLine, ...]

    @property
    def balance(self) -> Money | None:
        """Return what the lines leave behind: nothing, when the payout is among them."""
        total: Money | None = None
        for line in self.lines:
            total = line.net if total is None else total + line.net
        return total


Failure = Declined | NotSent | Unknown


class BalanceReader(Protocol):
    """A provider whose movements can be read at any time."""

    async def lines(
        self, account: ProviderAccount, *, since: datetime
    ) -> list[SettlementLine] | Failure:
        """Return what moved from *since* on, newest first."""
        ...


class ReportReader(Protocol):
    """A provider that announces a report for each payout."""

    def announced(self, notice: Notice) -> str | None:
        """Return where the report is that *notice* announces, or None: it announces none."""
        ...

    async def fetch(
        self, account: ProviderAccount, address: str
    ) -> tuple[Settlement, ...] | Failure:
        """Return the settlements of a report; Unknown when it can't be read."""
        ...
