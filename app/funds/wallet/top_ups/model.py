"""A top-up, and the terms on which an operator sells credit."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.funds.wallet.errors import WalletOfferInvalid
from app.kernel.money import Money


class TopUpState(StrEnum):
    """Where a top-up is: asked for, in the wallet, or come to nothing."""

    ASKED = "asked"
    CREDITED = "credited"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class TopUp:
    """
    Credit that a driver buys with a payment, whose subject it is.

    *key* makes asking twice harmless. Its lot has the same id. *agreement_id* is what the driver
    agreed to when nobody pressed a button for it.
    """

    top_up_id: UUID
    wallet_id: UUID
    payment_id: UUID
    amount: Money
    key: str
    asked_at: datetime
    state: TopUpState = TopUpState.ASKED
    agreement_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class WalletOffer:
    """What an operator sells: one of the *amounts*, as long as no wallet then has above *most*."""

    amounts: tuple[Money, ...]
    most: Money

    def check(self) -> None:
        """Raise WalletOfferInvalid when it contradicts itself."""
        if not self.amounts or any(amount.minor <= 0 for amount in self.amounts):
            raise WalletOfferInvalid("credit is sold in amounts above zero", field="amounts")
        if any(amount.currency != self.most.currency for amount in self.amounts):
            raise WalletOfferInvalid("credit is sold in one currency", field="amounts")
        if max(amount.minor for amount in self.amounts) > self.most.minor:
            raise WalletOfferInvalid(
                "the largest amount is more than a wallet may have", field="most"
            )
