"""Steps on provider accounts; they run inside the caller's transaction."""

import hmac
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from app.funds.payments.accounts import store
from app.funds.payments.accounts.store import AccountRow
from app.funds.payments.accounts.vault import Vault
from app.funds.payments.errors import AccountNotFound, ModeMismatch
from app.funds.payments.ports import ProviderAccount
from app.infra.database import Work

MODES = ("test", "live")


@dataclass(frozen=True, slots=True)
class AccountOrder:
    """An account as the operator configures it; *mode* is test or live."""

    provider: str
    mode: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credential:
    """An account, and whether its provider refused the secret the last time."""

    account: ProviderAccount
    refused: bool


async def save_account(work: Work, order: AccountOrder, *, vault: Vault) -> ProviderAccount:
    """
    Step: make the account of *order* the one for new payments, and return it.

    There is one account per provider and mode, so saving twice changes nothing; another secret
    raises the version. Payments under way stay on their account. Raises ModeMismatch when the
    secret is of the other mode.
    """
    _check_mode(order)
    rows = {row.account_id: row for row in await store.lock_accounts(work)}
    account_id = uuid5(work.operator_id, f"{order.provider}:{order.mode}")
    before = rows.get(account_id)
    after = _changed(before, order, vault, work) if before else _new(account_id, order, vault, work)
    if after != before:
        await store.put_account(work, after)
    return _opened(after, vault)


async def chosen_account_id(work: Work) -> UUID:
    """Step: return the id of the account for new payments. Raises AccountNotFound."""
    return (await _chosen(work)).account_id


async def account_for(work: Work, *, vault: Vault) -> ProviderAccount:
    """Step: return the account on which the operator takes new payments. Raises AccountNotFound."""
    return _opened(await _chosen(work), vault)


async def get_account(work: Work, account_id: UUID, *, vault: Vault) -> ProviderAccount:
    """Step: return the account with this id. Raises AccountNotFound, SecretUnreadable."""
    return _opened(await _existing(work, account_id), vault)


async def get_credential(work: Work, account_id: UUID, *, vault: Vault) -> Credential:
    """Step: return the account and how its secret fared. Raises as `get_account` does."""
    return credential_of(await _existing(work, account_id), vault=vault)


def credential_of(row: AccountRow, *, vault: Vault) -> Credential:
    """Return what a stored account holds. Raises SecretUnreadable."""
    return Credential(_opened(row, vault), refused=row.refused_at is not None)


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


async def _existing(work: Work, account_id: UUID) -> AccountRow:
    row = await store.find_account(work, account_id)
    if row is None:
        msg = "no such payment provider account"
        raise AccountNotFound(msg, account_id=account_id)
    return row


async def _chosen(work: Work) -> AccountRow:
    row = await store.find_chosen(work)
    if row is None:
        msg = "the operator has no payment provider account"
        raise AccountNotFound(msg, operator_id=work.operator_id)
    return row


def _check_mode(order: AccountOrder) -> None:
    if order.mode not in MODES:
        msg = f"a mode is test or live, not {order.mode!r}"
        raise ModeMismatch(msg, provider=order.provider, mode=order.mode)
    for mode in MODES:
        # Mollie: API keys begin with test_ or live_; other tokens do not tell.
        if order.secret.startswith(f"{mode}_") and mode != order.mode:
            msg = f"a {mode} key was given for the {order.mode} account of {order.provider}"
            raise ModeMismatch(msg, provider=order.provider, mode=order.mode)


def _new(account_id: UUID, order: AccountOrder, vault: Vault, work: Work) -> AccountRow:
    return AccountRow(
        operator_id=work.operator_id,
        account_id=account_id,
        provider=order.provider,
        mode=order.mode,
        sealed_secret=vault.seal(order.secret, row=_bound(work.operator_id, account_id)),
        version=1,
        webhook_token=work.ids.token(),
        chosen=True,
        changed_at=work.now,
        refused_at=None,
    )


def _changed(row: AccountRow, order: AccountOrder, vault: Vault, work: Work) -> AccountRow:
    bound = _bound(row.operator_id, row.account_id)
    row = replace(row, chosen=True)
    # Without the key that sealed the old one, nobody can say that it is the same.
    known = vault.has_key_of(row.sealed_secret)
    before = vault.open(row.sealed_secret, row=bound) if known else ""
    if not hmac.compare_digest(before.encode(), order.secret.encode()):
        row = replace(row, version=row.version + 1, changed_at=work.now, refused_at=None)
    elif vault.is_current(row.sealed_secret):
        return row
    return replace(row, sealed_secret=vault.seal(order.secret, row=bound))


def _opened(row: AccountRow, vault: Vault) -> ProviderAccount:
    return ProviderAccount(
        operator_id=row.operator_id,
        account_id=row.account_id,
        provider=row.provider,
        mode=row.mode,
        secret=vault.open(row.sealed_secret, row=_bound(row.operator_id, row.account_id)),
        version=row.version,
        webhook_token=row.webhook_token,
    )


def _bound(operator_id: UUID, account_id: UUID) -> str:
    return f"{operator_id}:{account_id}"
