"""An operator's accounts at payment providers, their secrets sealed."""

from app.funds.payments.accounts.steps import (
    AccountOrder,
    account_for,
    accounts_usable,
    get_account,
    mark_answer,
    save_account,
)
from app.funds.payments.accounts.vault import Vault

__all__ = [
    "AccountOrder",
    "Vault",
    "account_for",
    "accounts_usable",
    "get_account",
    "mark_answer",
    "save_account",
]
