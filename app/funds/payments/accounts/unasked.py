"""Accounts without a provider that could be asked: they say in which book money is, and whose."""

from typing import Final
from uuid import UUID, uuid5

from app.funds.payments.accounts import store
from app.funds.payments.accounts.store import AccountRow
from app.funds.payments.errors import AccountNotFound
from app.funds.payments.providers.capabilities import HOUSE, PARTNER
from app.infra.database import Work

_LIVE: Final = "live"


async def house_account(work: Work) -> UUID:
    """Step: return the account of payments from wallets, as `unasked_account` does."""
    return await unasked_account(work, HOUSE)


async def unasked_account(work: Work, name: str) -> UUID:
    """
    Step: return the account *name* (HOUSE, TERMINAL), in the mode of the operator's other accounts.

    It has no provider that could be asked, and no secret; it says in which book the money is, and
    who owes it to us. Raises AccountNotFound for an operator that takes no payments.
    """
    rows = await store.find_chosen(work)
    if not rows:
        msg = "the operator has no payment provider account"
        raise AccountNotFound(msg, operator_id=work.operator_id)
    return await _unasked_in(work, name, rows[0].mode)


async def partner_account(work: Work, party: str) -> UUID:
    """
    Step: return the account of what the terminals of a *party* of OCPI collect for the operator.

    Like `unasked_account`, but an operator needs no provider of its own for it: its money is real.
    """
    rows = await store.find_chosen(work)
    return await _unasked_in(work, f"{PARTNER}:{party}", rows[0].mode if rows else _LIVE)


async def _unasked_in(work: Work, name: str, mode: str) -> UUID:
    account_id = uuid5(work.operator_id, f"{name}:{mode}")
    if await store.find_account(work, account_id) is None:
        await store.put_account(work, _unasked(account_id, name, mode, work))
    return account_id


def _unasked(account_id: UUID, name: str, mode: str, work: Work) -> AccountRow:
    return AccountRow(
        operator_id=work.operator_id,
        account_id=account_id,
        provider=name,
        mode=mode,
        sealed_secret="",
        version=1,
        webhook_token=work.ids.token(),
        chosen=False,
        changed_at=work.now,
        refused_at=None,
        place=0,
        merchant=None,
        sealed_webhook_keys=None,
        live_prefix=None,
    )
