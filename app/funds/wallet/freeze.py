"""Freeze a wallet, and make it usable again: a person's decision."""

from dataclasses import replace

from app.funds.wallet import store
from app.funds.wallet.model import Wallet
from app.funds.wallet.read import lock_wallet
from app.infra.database import Work


async def freeze_wallet(work: Work, wallet: Wallet, why: str) -> Wallet:
    """Step: let nothing be reserved of a wallet, or given back; sessions under way go on."""
    found = await lock_wallet(work, wallet.wallet_id)
    frozen = replace(found, frozen_at=found.frozen_at or work.now, frozen_why=why)
    await store.set_frozen(work, frozen)
    return frozen


async def unfreeze_wallet(work: Work, wallet: Wallet) -> Wallet:
    """Step: make a wallet usable again."""
    usable = replace(await lock_wallet(work, wallet.wallet_id), frozen_at=None, frozen_why="")
    await store.set_frozen(work, usable)
    return usable
