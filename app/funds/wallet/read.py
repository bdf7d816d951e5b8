"""Steps that find a driver's wallet, and make it."""

from uuid import UUID

from app.funds.ledger.chart import Book
from app.funds.payments.accounts import house_account, mode_of
from app.funds.wallet import store
from app.funds.wallet.errors import WalletNotFound
from app.funds.wallet.model import Wallet
from app.infra.database import Work
from app.kernel.money import Money


async def book_now(work: Work) -> Book:
    """Step: return the book in which the operator's wallets are now. Raises AccountNotFound."""
    return Book(await mode_of(work, await house_account(work)))


async def find_wallet(work: Work, driver_id: UUID, currency: str) -> Wallet | None:
    """Step: return a driver's wallet, or None. Raises AccountNotFound."""
    wallet_id = await store.wallet_id_of(work, driver_id, currency, await book_now(work))
    return None if wallet_id is None else await store.find_wallet(work, wallet_id)


async def get_wallet(work: Work, driver_id: UUID, currency: str) -> Wallet:
    """Step: return a driver's wallet. Raises WalletNotFound, AccountNotFound."""
    found = await find_wallet(work, driver_id, currency)
    if found is None:
        raise WalletNotFound("the driver has no credit in this currency", currency=currency)
    return found


async def wallets_of(work: Work, driver_id: UUID) -> list[Wallet]:
    """Step: return all wallets of a driver, by currency. Raises AccountNotFound."""
    return await store.wallets_of(work, driver_id, await book_now(work))


async def open_wallet(work: Work, driver_id: UUID, currency: str) -> Wallet:
    """Step: return a driver's wallet, locked, made if need be. Raises AccountNotFound."""
    book = await book_now(work)
    wallet_id = await store.wallet_id_of(work, driver_id, currency, book)
    if wallet_id is None:
        new = Wallet(
            work.ids.uuid7(work.now), work.operator_id, driver_id, currency, book, work.now
        )
        await store.add_wallet(work, new)
        wallet_id = await store.wallet_id_of(work, driver_id, currency, book)
    assert wallet_id is not None, "it was just made"  # noqa: S101
    return await lock_wallet(work, wallet_id)


async def lock_wallet(work: Work, wallet_id: UUID) -> Wallet:
    """Step: return a wallet, locked until the work ends. Raises WalletNotFound."""
    found = await store.lock_wallet(work, wallet_id)
    if found is None:
        raise WalletNotFound("there is no wallet with this id", wallet_id=wallet_id)
    return found


async def spendable_of(work: Work, payment_id: UUID) -> Money | None:
    """Step: return what the wallet behind a payment could still reserve; None: there is none."""
    its = await store.find_reservation(work, payment_id)
    found = None if its is None else await store.find_wallet(work, its.wallet_id)
    return None if found is None else found.spendable(work.now)
