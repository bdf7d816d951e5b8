"""What an operator does with its drivers' credit: give it, look at it, freeze it, give it back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.directpay.credit.overview import Overview, overview
from app.funds.wallet.freeze import freeze_wallet, unfreeze_wallet
from app.funds.wallet.grant import Grant, grant
from app.funds.wallet.model import Lot, Wallet
from app.funds.wallet.read import get_wallet
from app.funds.wallet.top_ups.refund import refund_credit
from app.infra.database import Database
from app.kernel.money import Money
from app.people.identity.drivers.add import driver_for
from app.people.identity.drivers.read import driver_of_address
from app.people.identity.read import get_operator


@dataclass(frozen=True, slots=True)
class Gift:
    """
    Credit for whoever has a mail *address*, good until *expires_at*.

    *key* makes giving it twice harmless, *note* is what the driver reads.
    """

    address: str
    amount: Money
    expires_at: datetime
    key: str
    note: str = ""


async def give_credit(gift: Gift, *, operator_id: UUID, database: Database) -> Lot:
    """
    Give credit, once for each key, and return it as it is by now.

    Who has not signed in yet finds it when they do. Raises NotAnAddress, GrantInvalid,
    AccountNotFound.
    """
    async with database.work(operator_id) as work:
        language = (await get_operator(work)).languages[0]
        driver = await driver_for(work, gift.address, language)
        order = Grant(driver.driver_id, gift.amount, gift.expires_at, gift.key, gift.note)
        return await grant(work, order)


async def credit_of(address: str, *, operator_id: UUID, database: Database) -> Overview:
    """Return all credit of the driver with this *address*. Raises DriverNotFound."""
    async with database.work(operator_id) as work:
        driver = await driver_of_address(work, address)
    return await overview(driver.driver_id, operator_id=operator_id, database=database)


async def freeze_credit(
    address: str, currency: str, why: str, *, operator_id: UUID, database: Database
) -> Wallet:
    """Let a driver's credit not be used for now. Raises DriverNotFound, WalletNotFound."""
    async with database.work(operator_id) as work:
        driver = await driver_of_address(work, address)
        return await freeze_wallet(work, await get_wallet(work, driver.driver_id, currency), why)


async def unfreeze_credit(
    address: str, currency: str, *, operator_id: UUID, database: Database
) -> Wallet:
    """Make a driver's credit usable again. Raises DriverNotFound, WalletNotFound."""
    async with database.work(operator_id) as work:
        driver = await driver_of_address(work, address)
        return await unfreeze_wallet(work, await get_wallet(work, driver.driver_id, currency))


async def return_credit(
    address: str, currency: str, *, operator_id: UUID, database: Database
) -> Money:
    """
    Give a driver's bought credit back; return how much it is.

    Raises DriverNotFound and what `refund_credit` raises.
    """
    async with database.work(operator_id) as work:
        driver = await driver_of_address(work, address)
    return await refund_credit(
        driver.driver_id, currency, operator_id=operator_id, database=database
    )
