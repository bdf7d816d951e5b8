"""A driver leaves: what names a person is erased, what the books need stays without the name."""

from uuid import UUID

from app.billing.receipts.send import forget_mails_of
from app.charging.tokens.block import block_token
from app.charging.tokens.own import name_token
from app.charging.tokens.read import tokens_of
from app.directpay.afterwards.read import open_promise
from app.directpay.desk import Desk
from app.directpay.errors import CreditLeft, SessionUnderWay
from app.directpay.favourites.read import forget_places
from app.directpay.owned import store
from app.directpay.vehicles.agree import forget_vehicles
from app.funds.means.model import Removal
from app.funds.means.read import means_of
from app.funds.means.remove import end_means
from app.funds.payments.errors import AccountNotFound
from app.funds.wallet.automatic.stop import end_for_driver
from app.funds.wallet.model import LotKind, Wallet
from app.funds.wallet.read import wallets_of
from app.funds.wallet.top_ups.read import is_buying
from app.infra.database import Work
from app.people.identity.drivers.forget import forget_driver
from app.people.notifications.forget import forget_subscriber

_WHY = "the driver left"


async def leave(driver_id: UUID, *, operator_id: UUID, desk: Desk) -> None:
    """
    Erase a driver: address, sign-ins, cards, kept means, and where receipts were mailed to.

    Sessions, receipts and bookings stay, as tax law asks for, under a number that is nobody's.
    Twice is as once. Raises SessionUnderWay, also as long as a session is not paid, and CreditLeft
    while bought credit is left or on its way: it goes back first.
    """
    async with desk.database.work(operator_id) as work:
        if await store.has_live(work, driver_id):
            raise SessionUnderWay("stop the session first")
        if await open_promise(work, driver_id) is not None:
            raise SessionUnderWay("a session is still to be paid")
        await _close_wallets(work, driver_id)
        for means in await means_of(work, driver_id):
            await end_means(work, means, Removal.DRIVER)
        await forget_vehicles(work, driver_id)
        await forget_places(work, driver_id)
        for token in await tokens_of(work, driver_id):
            await name_token(work, await block_token(work, token.token_id, _WHY), "")
        await forget_mails_of(work, await store.forget_payer(work, driver_id))
        await forget_subscriber(work, driver_id)
        await forget_driver(work, driver_id)


async def _close_wallets(work: Work, driver_id: UUID) -> None:
    """Buy nothing more by itself. Raises CreditLeft while there is what was bought, or may come."""
    for wallet in await _wallets(work, driver_id):
        await end_for_driver(work, wallet.wallet_id)
        if await is_buying(work, wallet.wallet_id):
            raise CreditLeft("credit that you ordered may still come")
    # Read once more, now that the wallets are locked.
    for wallet in await _wallets(work, driver_id):
        if any(lot.left and lot.kind is LotKind.PURCHASED for lot in wallet.lots):
            raise CreditLeft("let what is left of your credit go back first")


async def _wallets(work: Work, driver_id: UUID) -> list[Wallet]:
    try:
        return await wallets_of(work, driver_id)
    except AccountNotFound:
        return []
