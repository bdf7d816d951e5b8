"""An operator's accounts at payment providers, their secrets sealed."""

from app.funds.payments.accounts.steps import (
    AccountOrder,
    account_by_token,
    account_for,
    accounts_usable,
    chosen_account_id,
    get_account,
    mark_refused,
    mark_taken,
    save_account,
)
from app.funds.payments.accounts.vault import Vault

__all__ = [
    "AccountOrder",
    "Vault",
    "account_by_token",
    "account_for",
    "accounts_usable",
    "chosen_account_id",
    "get_account",
    "mark_refused",
    "mark_taken",
    "save_account",
]
