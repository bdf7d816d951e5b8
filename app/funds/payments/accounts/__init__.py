"""An operator's accounts at payment providers, their secrets sealed."""

from app.funds.payments.accounts.every import every_account
from app.funds.payments.accounts.orders import AccountOrder
from app.funds.payments.accounts.steps import (
    Credential,
    account_for,
    account_with,
    accounts_for,
    accounts_usable,
    chosen_account_id,
    credential_at,
    credential_of,
    credentials_for,
    get_account,
    get_credential,
    mark_refused,
    mark_taken,
    mode_of,
    provider_of,
    recipient_at,
    save_account,
    save_accounts,
    webhook_tokens,
)
from app.funds.payments.accounts.unasked import (
    house_account,
    partner_account,
    unasked_account,
)
from app.funds.payments.accounts.vault import Vault

__all__ = [
    "AccountOrder",
    "Credential",
    "Vault",
    "account_for",
    "account_with",
    "accounts_for",
    "accounts_usable",
    "chosen_account_id",
    "credential_at",
    "credential_of",
    "credentials_for",
    "every_account",
    "get_account",
    "get_credential",
    "house_account",
    "mark_refused",
    "mark_taken",
    "mode_of",
    "partner_account",
    "provider_of",
    "recipient_at",
    "save_account",
    "save_accounts",
    "unasked_account",
    "webhook_tokens",
]
