"""Steps on provider accounts; they run inside the caller's transaction."""

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from app.funds.payments.accounts import store
from app.funds.payments.accounts.orders import AccountOrder, check_modes
from app.funds.payments.accounts.store import AccountRow
from app.funds.payments.accounts.vault import Vault
from app.funds.payments.errors import AccountNotFound
from app.funds.payments.ports import Health, ProviderAccount
from app.infra.database import Work

_MODES: dict[UUID, str] = {}


@dataclass(frozen=True, slots=True)
class Credential:
    """An account, and whether its provider refused the secret the last time."""

    account: ProviderAccount
    refused: bool


async def save_accounts(
    work: Work, orders: Sequence[AccountOrder], *, vault: Vault
) -> list[ProviderAccount]:
    """
    Step: make the accounts of *orders* those for new payments, the first preferred; return them.

    There is one account per provider and mode, so saving twice changes nothing; other secrets
    raise the version. Payments under way stay on their account. Raises ModeMismatch when a secret
    is of the other mode, or test and live would be mixed.
    """
    check_modes(orders)
    rows = {row.account_id: row for row in await store.lock_accounts(work)}
    saved = []
    for place, order in enumerate(orders):
        account_id = uuid5(work.operator_id, f"{order.provider}:{order.mode}")
        before = rows.pop(account_id, None) or _new(account_id, order, vault, work)
        after = replace(_changed(before, order, vault, work), chosen=True, place=place)
        await store.put_account(work, after)
        saved.append(_opened(after, vault))
    for row in rows.values():
        await store.put_account(work, replace(row, chosen=False))
    return saved


async def save_account(work: Work, order: AccountOrder, *, vault: Vault) -> ProviderAccount:
    """Step: make the account of *order* the only one for new payments. As `save_accounts`."""
    return (await save_accounts(work, [order], vault=vault))[0]


async def accounts_for(work: Work, *, vault: Vault) -> list[ProviderAccount]:
    """Step: return the accounts on which the operator takes new payments, the preferred first."""
    return [_opened(row, vault) for row in await store.find_chosen(work)]


async def credentials_for(work: Work, *, vault: Vault) -> list[Credential]:
    """Step: return the accounts for new payments and how their secrets fared. SecretUnreadable."""
    return [credential_of(row, vault=vault) for row in await store.find_chosen(work)]


async def chosen_account_id(work: Work) -> UUID:
    """Step: return the id of the preferred account for new payments. Raises AccountNotFound."""
    return (await _chosen(work)).account_id


async def account_for(work: Work, *, vault: Vault) -> ProviderAccount:
    """Step: return the preferred account for new payments. Raises AccountNotFound."""
    return _opened(await _chosen(work), vault)


async def credential_at(
    work: Work, provider: str, token: str, *, vault: Vault
) -> Credential | None:
    """
    Step: return the account whose webhooks come to the address with *token*, or None.

    For work of every operator. Raises SecretUnreadable.
    """
    row = await store.find_by_token(work, provider, token)
    return None if row is None else credential_of(row, vault=vault)


async def get_account(work: Work, account_id: UUID, *, vault: Vault) -> ProviderAccount:
    """Step: return the account with this id. Raises AccountNotFound, SecretUnreadable."""
    return _opened(await _existing(work, account_id), vault)


async def get_credential(work: Work, account_id: UUID, *, vault: Vault) -> Credential:
    """Step: return the account and how its secret fared. Raises as `get_account` does."""
    return credential_of(await _existing(work, account_id), vault=vault)


def credential_of(row: AccountRow, *, vault: Vault) -> Credential:
    """Return what a stored account holds. Raises SecretUnreadable."""
    return Credential(_opened(row, vault), refused=row.refused_at is not None)


async def mode_of(work: Work, account_id: UUID) -> str:
    """
    Step: return the mode of an account, test or live. Raises AccountNotFound.

    It is a part of what the account's id is made of and never changes: it is read once.
    """
    if account_id not in _MODES:
        _MODES[account_id] = (await _existing(work, account_id)).mode
    return _MODES[account_id]


async def account_with(work: Work, providers: Collection[str]) -> UUID | None:
    """Step: return the preferred account at one of the *providers*, or None: there is none."""
    rows = await store.find_chosen(work)
    return next((row.account_id for row in rows if row.provider in providers), None)


async def provider_of(work: Work, account_id: UUID) -> str:
    """Step: return the provider of an account. Raises AccountNotFound."""
    return (await _existing(work, account_id)).provider


async def recipient_at(work: Work, account_id: UUID) -> tuple[str, str | None]:
    """
    Step: return the provider of an account, and which account there gets the operator's share.

    None: none does, and the operator is paid out by transfer. Raises AccountNotFound.
    """
    row = await _existing(work, account_id)
    return row.provider, row.share_account


async def mark_refused(work: Work, account_id: UUID) -> None:
    """Step: remember that the provider refused the account's secret just now."""
    await store.set_refused(work, account_id, work.now)


async def mark_taken(work: Work, account_id: UUID) -> None:
    """Step: remember that the provider takes the account's secret (again)."""
    await store.set_refused(work, account_id, None)


async def accounts_usable(work: Work, *, vault: Vault) -> bool:
    """
    Step: tell whether no provider refused the secret of an account in use at its last answer.

    A secret whose key *vault* does not have is of no use either. For work of every operator
    (readiness).
    """
    if await store.refused_accounts(work):
        return False
    return all(vault.has_key_of(sealed) for sealed in await store.sealed_secrets(work))


async def webhook_tokens(work: Work) -> list[tuple[str, str, str]]:
    """Step: return provider, mode and token of the accounts in use; no secret is opened."""
    rows = await store.find_chosen(work)
    return [(row.provider, row.mode, row.webhook_token) for row in rows]


async def _existing(work: Work, account_id: UUID) -> AccountRow:
    row = await store.find_account(work, account_id)
    if row is None:
        msg = "no such payment provider account"
        raise AccountNotFound(msg, account_id=account_id)
    return row


async def _chosen(work: Work) -> AccountRow:
    rows = await store.find_chosen(work)
    if not rows:
        msg = "the operator has no payment provider account"
        raise AccountNotFound(msg, operator_id=work.operator_id)
    return rows[0]


def _new(account_id: UUID, order: AccountOrder, vault: Vault, work: Work) -> AccountRow:
    bound = _bound(work.operator_id, account_id)
    return AccountRow(
        operator_id=work.operator_id,
        account_id=account_id,
        provider=order.provider,
        mode=order.mode,
        sealed_secret=vault.seal(order.secret, row=bound),
        version=1,
        webhook_token=work.ids.token(),
        chosen=True,
        changed_at=work.now,
        refused_at=None,
        place=0,
        merchant=order.merchant,
        sealed_webhook_keys=_sealed_keys(order, vault, bound),
        live_prefix=order.live_prefix,
        share_account=order.share_account,
    )


def _changed(row: AccountRow, order: AccountOrder, vault: Vault, work: Work) -> AccountRow:
    """Return *row* with what *order* says; what is the same stays as it was sealed."""
    bound = _bound(row.operator_id, row.account_id)
    same = _is_same(row, order, vault)
    row = replace(
        row,
        merchant=order.merchant,
        live_prefix=order.live_prefix,
        share_account=order.share_account,
    )
    if same and vault.is_current(row.sealed_secret):
        return row
    if not same:
        row = replace(row, version=row.version + 1, changed_at=work.now, refused_at=None)
    return replace(
        row,
        sealed_secret=vault.seal(order.secret, row=bound),
        sealed_webhook_keys=_sealed_keys(order, vault, bound),
    )


def _is_same(row: AccountRow, order: AccountOrder, vault: Vault) -> bool:
    # Without the key that sealed the old one, nobody can say that it is the same.
    if not vault.has_key_of(row.sealed_secret):
        return False
    before = _opened(row, vault)
    names = (before.merchant, before.live_prefix) == (order.merchant, order.live_prefix)
    secrets = hmac.compare_digest(before.secret.encode(), order.secret.encode())
    return names and secrets and before.webhook_keys == order.webhook_keys


def _sealed_keys(order: AccountOrder, vault: Vault, bound: str) -> str | None:
    if not order.webhook_keys:
        return None
    return vault.seal(" ".join(order.webhook_keys), row=f"{bound}:webhook")


def _opened(row: AccountRow, vault: Vault) -> ProviderAccount:
    bound = _bound(row.operator_id, row.account_id)
    keys = ""
    if row.sealed_webhook_keys is not None:
        keys = vault.open(row.sealed_webhook_keys, row=f"{bound}:webhook")
    return ProviderAccount(
        operator_id=row.operator_id,
        account_id=row.account_id,
        provider=row.provider,
        mode=row.mode,
        secret=vault.open(row.sealed_secret, row=bound),
        version=row.version,
        webhook_token=row.webhook_token,
        merchant=row.merchant,
        webhook_keys=tuple(keys.split()),
        live_prefix=row.live_prefix,
        share_account=row.share_account,
        health=Health(row.failures, row.open_until, row.down_since, row.said),
    )


def _bound(operator_id: UUID, account_id: UUID) -> str:
    return f"{operator_id}:{account_id}"
