"""The merchant accounts, as they are set up in Adyen's Customer Area."""

from dataclasses import dataclass
from typing import Final

import msgspec

from app.sandbox.provider.book.memory import Memory
from app.sandbox.provider.book.model import Refusal

_PREFIX: Final = "adyen:"


@dataclass(frozen=True, slots=True)
class Merchant:
    """
    A merchant account.

    *api_keys* are the keys it takes (none: any), *webhook_url* hears of everything, each item
    signed with *hmac_key* (hexadecimal). *multiple_captures* keeps the rest of a hold after a
    capture; Adyen switches that on upon request. *address* is where it reached us,
    *terminal_url* where terminals answer to messages that nobody waits for.
    """

    name: str
    api_keys: tuple[str, ...] = ()
    webhook_url: str | None = None
    hmac_key: str = ""
    multiple_captures: bool = False
    address: str = ""
    terminal_url: str | None = None

    @property
    def account(self) -> str:
        """Return the name under which its payments are kept."""
        return account_of(self.name)


def account_of(merchant: str) -> str:
    """Return the name under which the payments of *merchant* are kept."""
    return f"{_PREFIX}{merchant}"


def merchant_of(account: str) -> str:
    """Return the merchant account whose payments are kept under *account*."""
    return account.removeprefix(_PREFIX)


class Merchants:
    """The merchant accounts that were set up; any other name works as well, without webhooks."""

    def __init__(self, store: Memory) -> None:
        """Keep them in *store*."""
        self._store = store

    def get(self, name: str) -> Merchant:
        """Return the merchant account called *name*."""
        text = self._store.setting(f"merchant:{name}", "")
        return msgspec.json.decode(text, type=Merchant) if text else Merchant(name)

    def put(self, merchant: Merchant) -> None:
        """Keep *merchant*."""
        text = msgspec.json.encode(merchant).decode()
        self._store.set(f"merchant:{merchant.name}", text)

    def admit(self, api_key: str, name: str) -> Merchant:
        """Return the merchant *name* for whom *api_key* speaks; raise Refusal 401 or 403."""
        if not name:
            raise Refusal(403, "Invalid Merchant Account", code="901")
        merchant = self.get(name)
        if merchant.api_keys and api_key not in merchant.api_keys:
            if self._is_known(api_key):
                raise Refusal(403, "Invalid Merchant Account", code="901")
            raise unauthorised()
        return merchant

    def _is_known(self, api_key: str) -> bool:
        found = self._store.settings("merchant:")
        return any(api_key in msgspec.json.decode(text, type=Merchant).api_keys for text in found)


def unauthorised() -> Refusal:
    """Return the refusal of a key that nobody knows."""
    return Refusal(401, "HTTP Status Response - Unauthorized", code="000")
