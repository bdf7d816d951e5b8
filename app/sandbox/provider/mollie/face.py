"""How Mollie behaves in every exchange, and how it tells a merchant that something happened."""

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode

from app.sandbox.provider.book import faults
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.letters import Letter
from app.sandbox.provider.book.model import NOTIFIED, Payment, Refusal
from app.sandbox.provider.book.movements import Settlement
from app.sandbox.provider.book.news import News
from app.sandbox.provider.exchange import Body, Document
from app.sandbox.provider.mollie import events
from app.sandbox.provider.mollie.hal import HAL, problem

FORM: Final = "application/x-www-form-urlencoded"
KEY_LENGTH: Final = 5
COPIES: Final = 5
_PREFIXES: Final = {"dispute": "chb_"}


class MollieFace:
    """Keys that begin `test_`, answers in hal+json, unsigned hints by webhook."""

    name: Final = "mollie"
    media_type: Final = HAL
    # Mollie keeps an idempotency key for an hour.
    key_life: Final = timedelta(hours=1)
    longest_key: Final = 64
    webhook_faults: AbstractSet[str] = faults.WEBHOOK - {"webhook_batch"}

    def __init__(self, bank: Bank) -> None:
        """Know keys and subscriptions from the memory of *bank*."""
        self._bank = bank

    def account(self, headers: Mapping[str, str], _: Body) -> str:
        """Return the account of the API key; raise Refusal 401."""
        scheme, _sign, key = headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not key.startswith("test_") or len(key) <= KEY_LENGTH:
            raise Refusal(401, "Missing or wrong API key: the sandbox takes keys that begin test_")
        if self._bank.store.is_revoked(key):
            raise Refusal(401, "This API key was revoked")
        return account_of(key)

    def problem(self, no: Refusal) -> Document:
        """Return the published form of a refusal."""
        return problem(no.status, no.detail, no.field)

    def headers(self, _: str, *, replayed: bool) -> dict[str, str]:
        """Say when an answer is repeated."""
        return {"Idempotent-Replayed": "true"} if replayed else {}

    def letters(self, payment: Payment, happened: Sequence[News]) -> Sequence[Letter]:
        """Return one hint, whatever happened, and the signed events of who subscribed."""
        signed = list(events.letters(self._bank, payment, happened))
        if payment.webhook_url is None or all(what.now == NOTIFIED for what in happened):
            return signed
        body = urlencode({"id": payment.id}).encode()
        return [Letter(self.name, payment.webhook_url, payment.id, body, FORM), *signed]

    def paid_out(self, settlement: Settlement) -> Sequence[Letter]:
        """Return nothing: Mollie's settlements are asked for."""
        _ = settlement
        return ()

    def new_id(self, kind: str, seed: str) -> str:
        """Return an identifier with the prefix of its *kind*."""
        return f"{_PREFIXES[kind]}{seed}"

    def back(self, payment: Payment) -> str:
        """Return where the driver goes when the payment's page is done."""
        return payment.redirect_url

    def copies(self, letter: Letter) -> Sequence[Letter]:
        """Return the same hint five times."""
        return (letter,) * COPIES

    def together(self, letters: Sequence[Letter]) -> Letter:
        """Return the last hint: Mollie has no batches."""
        return letters[-1]


def account_of(api_key: str) -> str:
    """Return the name under which the payments of *api_key* are kept."""
    return hashlib.sha256(api_key.encode()).hexdigest()[:20]
