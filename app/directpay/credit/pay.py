"""Reserve a driver's credit for a journey, and let a payment stand for it."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.charging.chargers.model import Evse
from app.directpay.errors import CreditAmountInvalid
from app.directpay.model import Journey
from app.funds.payments.accounts import house_account
from app.funds.payments.ports import Origin, Strategy
from app.funds.payments.providers.capabilities import WALLET
from app.funds.payments.steps import PaymentOrder
from app.funds.wallet.reserve import ReserveOrder, reserve
from app.infra.database import Work
from app.kernel.money import Money

# Below this a session would stop before it is worth the plugging in.
LEAST = Decimal(5)


@dataclass(frozen=True, slots=True)
class Credit:
    """A signed-in driver's own credit, of which a session may use at most *amount*."""

    driver_id: UUID
    amount: Money


async def reserve_credit(work: Work, journey: Journey, evse: Evse, credit: Credit) -> PaymentOrder:
    """
    Step: set the credit aside and return the payment that stands for it.

    Raises CreditAmountInvalid, and what `reserve` raises: CreditTooLow, WalletFrozen,
    WalletNotFound.
    """
    check_amount(credit.amount, evse.hold)
    country = evse.location.country
    await reserve(
        work,
        ReserveOrder(
            payment_id=journey.payment_id,
            session_id=journey.session_id,
            driver_id=credit.driver_id,
            amount=credit.amount,
            country=country,
        ),
    )
    return PaymentOrder(
        payment_id=journey.payment_id,
        subject_id=journey.session_id,
        amount=credit.amount,
        method=WALLET,
        strategy=Strategy.HOLD,
        locale=journey.locale,
        description=f"{evse.location.name} {evse.evse_id}",
        return_url="",
        country=country,
        account_id=await house_account(work),
        origin=Origin.WALLET,
    )


def least_of(hold: Money) -> Money:
    """Return the least that a session may use of a driver's credit, where others hold *hold*."""
    return min(Money.of(LEAST, hold.currency), hold, key=lambda money: money.minor)


def check_amount(amount: Money, hold: Money) -> None:
    """Refuse an amount that no session can be charged with. Raises CreditAmountInvalid."""
    least = least_of(hold)
    if amount.currency != hold.currency or amount < least:
        raise CreditAmountInvalid(f"at least {least} are used", least=str(least))
