"""What a driver agreed to: credit that is bought again by itself, and no more than so much."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from app.funds.payments.providers.keeping import Keeping
from app.funds.wallet.model import Wallet
from app.funds.wallet.top_ups.model import TopUp, TopUpState, WalletOffer
from app.kernel.money import Money

# The version of the sentence beside the box; a new one whenever it says something else.
WORDS: Final = "2026-11"
A_DAY: Final = timedelta(days=1)
# Cards that were declined so often in a row are not tried again.
MOST_DECLINES: Final = 2


class AgreementState(StrEnum):
    """Where an agreement is: its first payment is not there yet, it holds, or it is over."""

    AGREED = "agreed"
    ON = "on"
    OFF = "off"


class Ending(StrEnum):
    """Why an agreement is over."""

    DRIVER = "driver"
    DECLINED = "declined"
    GONE = "gone"
    UNPAID = "unpaid"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class Terms:
    """With less than *below* left *amount* is bought, and at most *a_day* in 24 hours."""

    below: Money
    amount: Money
    a_day: Money


@dataclass(frozen=True, slots=True)
class Agreement:
    """
    A driver's consent, given with the top-up of the same id, whose means is kept for it.

    *customer* is what the provider of the account calls whom the means is kept for: one of its own
    for each agreement. *words* is the version of what was agreed to, *page* where its pages are.
    *declines* counts refusals in a row, *declined_at* is the last.
    """

    agreement_id: UUID
    wallet_id: UUID
    account_id: UUID
    customer: str
    terms: Terms
    words: str
    locale: str
    page: str
    agreed_at: datetime
    state: AgreementState = AgreementState.AGREED
    declines: int = 0
    declined_at: datetime | None = None
    ended_at: datetime | None = None
    ended_why: Ending | None = None

    def keeping(self, operator_id: UUID) -> Keeping:
        """Return where the means is kept, and for whom."""
        return Keeping(operator_id, self.account_id, self.customer)


def terms_of(offer: WalletOffer) -> Terms:
    """Return what is proposed to drivers: the smallest amount, two fifths of it, twice a day."""
    amount = min(offer.amounts, key=lambda one: one.minor)
    return Terms(
        below=Money(amount.minor * 2 // 5, amount.currency),
        amount=amount,
        a_day=Money(amount.minor * 2, amount.currency),
    )


def is_low(agreement: Agreement, wallet: Wallet, now: datetime) -> bool:
    """Tell whether less is left than the driver wanted to have, and it can be used."""
    is_on = agreement.state is AgreementState.ON and not wallet.is_frozen
    return is_on and wallet.spendable(now).minor < agreement.terms.below.minor


def may_buy(
    agreement: Agreement, wallet: Wallet, before: Sequence[TopUp], *, most: Money, now: datetime
) -> bool:
    """
    Tell whether credit is bought by itself now.

    *before* is what was bought so within a day, whatever came of it, or is on its way; *most* is
    what the operator lets a wallet have.
    """
    terms, waits = agreement.terms, any(one.state is TopUpState.ASKED for one in before)
    today = sum(one.amount.minor for one in before if now - one.asked_at < A_DAY)
    is_tired = agreement.declined_at is not None and now < agreement.declined_at + A_DAY
    fits = (
        terms.amount.currency == most.currency
        and today + terms.amount.minor <= terms.a_day.minor
        and wallet.balance.minor + terms.amount.minor <= most.minor
    )
    return is_low(agreement, wallet, now) and fits and not waits and not is_tired
