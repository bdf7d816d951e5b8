"""What only a signed-in driver can pay with: own credit, or a means that is kept."""

from dataclasses import replace
from typing import Final

from app.api.bodies import NewSession
from app.directpay.afterwards.errors import ChargeAfterRefused
from app.directpay.afterwards.keep import Consent
from app.directpay.afterwards.promise import Chosen
from app.directpay.credit.pay import Credit
from app.directpay.errors import CreditAmountInvalid
from app.directpay.pay import PayOrder
from app.funds.means.errors import MeansNotFound
from app.funds.means.model import WORDS
from app.funds.payments.errors import MeansNotKept
from app.funds.payments.providers.capabilities import WALLET
from app.funds.wallet.errors import CreditTooLow, WalletFrozen, WalletNotFound
from app.kernel.money import Money
from app.people.identity.drivers.errors import NotSignedIn
from app.people.identity.drivers.model import Driver

KEPT: Final = "kept"
OWN_REFUSALS: Final = (
    CreditAmountInvalid,
    CreditTooLow,
    WalletFrozen,
    WalletNotFound,
    ChargeAfterRefused,
    MeansNotFound,
    MeansNotKept,
)


def with_own(order: PayOrder, data: NewSession, driver: Driver | None) -> PayOrder:
    """
    Return *order* with the credit or the means of the *driver* who calls, where that is to pay.

    Or with the driver's consent to keep the means that pays now. Raises NotSignedIn when nobody is
    known at this operator, CreditAmountInvalid and MeansNotFound when it is not said how much, or
    which, and MeansNotKept when the words that were agreed to are not ours.
    """
    if data.method not in (WALLET, KEPT) and data.keep is None:
        return order
    if driver is None:
        raise NotSignedIn("this way to pay is a driver's own: send the access token")
    if data.method == WALLET:
        most = data.use_at_most
        if most is None:
            raise CreditAmountInvalid("say how much may be used", field="use_at_most")
        return replace(order, credit=Credit(driver.driver_id, Money(most.minor, most.currency)))
    if data.method == KEPT:
        if data.means is None:
            raise MeansNotFound("say which means", field="means")
        return replace(order, after=Chosen(driver.driver_id, data.means))
    if data.keep != WORDS:
        raise MeansNotKept("the words that were agreed to are not ours", field="keep")
    return replace(order, keep=Consent(driver.driver_id, WORDS))
