"""Everything that the page of a driver's credit shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.funds.payments.errors import AccountNotFound
from app.funds.wallet.automatic.model import Agreement
from app.funds.wallet.automatic.read import last_agreement
from app.funds.wallet.model import Wallet
from app.funds.wallet.read import wallets_of
from app.funds.wallet.statement import StatementLine, notes_of, wallet_statement
from app.funds.wallet.top_ups.model import WalletOffer
from app.funds.wallet.top_ups.offer import wallet_offer
from app.infra.database import Database, Work


@dataclass(frozen=True, slots=True)
class Credit:
    """
    One wallet, with what became of it; *notes* are those of gifts, by their id.

    *agreement* is what was last agreed to on buying by itself, *instrument* what is charged for it.
    """

    wallet: Wallet
    lines: tuple[StatementLine, ...]
    notes: Mapping[str, str]
    agreement: Agreement | None = None
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Overview:
    """All wallets of a driver, and what the operator sells (None: no credit)."""

    credits: tuple[Credit, ...]
    offer: WalletOffer | None
    now: datetime


async def overview(driver_id: UUID, *, operator_id: UUID, database: Database) -> Overview:
    """Return what a driver has, and what they can buy."""
    async with database.work(operator_id) as work:
        try:
            wallets = await wallets_of(work, driver_id)
        except AccountNotFound:
            return Overview((), None, work.now)
        found = [await _credit(work, wallet) for wallet in wallets]
        return Overview(tuple(found), await wallet_offer(work), work.now)


async def _credit(work: Work, wallet: Wallet) -> Credit:
    lines = await wallet_statement(work, wallet)
    agreement, instrument = await last_agreement(work, wallet.wallet_id) or (None, None)
    return Credit(wallet, tuple(lines), await notes_of(work, wallet), agreement, instrument)
