"""What a signed-in driver can pay with at a socket."""

from uuid import UUID

import msgspec

from app.charging.chargers.find_evse import find_evse
from app.directpay.credit.pay import least_of
from app.directpay.desk import Desk
from app.directpay.prices.show import money_view
from app.directpay.prices.views import MoneyView
from app.funds.payments.errors import AccountNotFound
from app.funds.wallet.model import Wallet
from app.funds.wallet.read import find_wallet
from app.infra.database import Work
from app.kernel.money import Money


class CreditView(msgspec.Struct, frozen=True):
    """
    A driver's credit at a socket: what is *spendable*, and how much a session may use.

    It is at least *least*; *suggested* is what others hold here, or all there is. It is None where
    the credit does not suffice. *frozen* says that none can be used now.
    """

    spendable: MoneyView
    least: MoneyView
    suggested: MoneyView | None
    frozen: bool = False


async def credit_at(code: str, driver_id: UUID, *, desk: Desk) -> CreditView:
    """Return what the driver can use at *code*. Raises UnknownCode."""
    operator_id, evse = await find_evse(code, database=desk.database)
    async with desk.database.work(operator_id) as work:
        wallet = await _wallet(work, driver_id, evse.hold.currency)
        none = Money.zero(evse.hold.currency)
        spendable = none if wallet is None else wallet.spendable(work.now)
    least = least_of(evse.hold)
    return CreditView(
        spendable=money_view(spendable),
        least=money_view(least),
        suggested=money_view(min(evse.hold, spendable)) if spendable >= least else None,
        frozen=wallet is not None and wallet.is_frozen,
    )


async def _wallet(work: Work, driver_id: UUID, currency: str) -> Wallet | None:
    try:
        return await find_wallet(work, driver_id, currency)
    except AccountNotFound:
        return None  # an operator that takes no payments keeps no credit either
