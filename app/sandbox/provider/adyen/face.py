"""How Adyen behaves in every exchange, and how it tells a merchant that something happened."""

import hashlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

import msgspec

from app.kernel.money import Money
from app.sandbox.provider.adyen import items, nexo
from app.sandbox.provider.adyen.identifiers import psp_reference
from app.sandbox.provider.adyen.merchants import (
    Merchants,
    account_of,
    merchant_of,
    unauthorised,
)
from app.sandbox.provider.book import faults
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.letters import Letter
from app.sandbox.provider.book.model import OPEN, Payment, Refusal
from app.sandbox.provider.book.movements import Settlement
from app.sandbox.provider.book.news import PAYMENT, News
from app.sandbox.provider.exchange import Body, Document

_CODES: Final = {400: "702", 401: "000", 403: "901", 422: "702", 429: "000", 500: "905"}
_TYPES: Final = {401: "security", 403: "security", 500: "internal"}
_RESULT_LENGTH: Final = 40


class AdyenFace:
    """API keys in a header, plain JSON, signed items by webhook."""

    name: Final = "adyen"
    media_type: Final = "application/json"
    # Adyen promises at least seven days.
    key_life: Final = timedelta(days=7)
    longest_key: Final = 64
    webhook_faults: AbstractSet[str] = faults.WEBHOOK

    def __init__(self, bank: Bank, pages: str | None) -> None:
        """Know the merchant accounts from the memory of *bank*; reports are below *pages*."""
        self.bank = bank
        self.pages = pages
        self.merchants = Merchants(bank.store)

    def account(self, headers: Mapping[str, str], body: Body) -> str:
        """Return the merchant account of an order; raise Refusal 401 or 403."""
        api_key = self.api_key(headers)
        if "merchantAccount" not in body:
            return f"key:{hashlib.sha256(api_key.encode()).hexdigest()[:20]}"
        merchant = body["merchantAccount"]
        return self.merchants.admit(api_key, merchant if isinstance(merchant, str) else "").account

    def api_key(self, headers: Mapping[str, str]) -> str:
        """Return the key of a request; raise Refusal 401 when it is none of ours."""
        key = headers.get("x-api-key", "")
        if not key or key.startswith("live") or self.bank.store.is_revoked(key):
            raise unauthorised()
        return key

    def problem(self, no: Refusal) -> Document:
        """Return the published form of a refusal."""
        return {
            "status": no.status,
            "errorCode": no.code or _CODES.get(no.status, "905"),
            "message": no.detail,
            "errorType": _TYPES.get(no.status, "validation"),
        }

    def headers(self, key: str, *, replayed: bool) -> dict[str, str]:
        """Give the idempotency key back."""
        _ = replayed
        return {"Idempotency-Key": key} if key else {}

    def letters(self, payment: Payment, happened: Sequence[News]) -> Sequence[Letter]:
        """Return one webhook per item."""
        merchant = self.merchants.get(merchant_of(payment.account))
        made = (
            items.letter_of([item], merchant, self.bank.now())
            for item in items.items_of(payment, happened, merchant)
        )
        found = [letter for letter in made if letter is not None]
        return [*found, *self._from_terminal(payment, happened)]

    def _from_terminal(self, payment: Payment, happened: Sequence[News]) -> Sequence[Letter]:
        """Return what a terminal says at the end of a message that nobody waited for."""
        ended = any(what.kind == PAYMENT and what.was == OPEN for what in happened)
        if not ended or payment.terminal is None or payment.webhook_url is None:
            return ()
        body = msgspec.json.encode(nexo.spoken(payment))
        return (Letter("adyen", payment.webhook_url, payment.id, body, self.media_type),)

    def paid_out(self, settlement: Settlement) -> Sequence[Letter]:
        """Return the webhook that a settlement detail report is ready."""
        merchant = self.merchants.get(merchant_of(settlement.account))
        file = f"settlement_detail_report_batch_{settlement.number}.csv"
        item = items.plain_item(merchant.name, "REPORT_AVAILABLE", file, Money.zero("EUR"))
        item["reason"] = f"{self.pages or merchant.address}/adyen/reports/{merchant.name}/{file}"
        letter = items.letter_of([item], merchant, self.bank.now())
        return () if letter is None else (letter,)

    def new_id(self, kind: str, seed: str) -> str:
        """Return a pspReference, whatever the *kind*."""
        _ = kind
        return psp_reference(seed)

    def back(self, payment: Payment) -> str:
        """Return where the driver goes, with what the merchant needs to ask how it went."""
        if payment.session is not None:
            facts = {"sessionId": payment.session, "sessionResult": result_of(payment.token)}
        else:
            facts = {"redirectResult": result_of(payment.token)}
        sign = "&" if "?" in payment.redirect_url else "?"
        return f"{payment.redirect_url}{sign}{urlencode(facts)}"

    def copies(self, letter: Letter) -> Sequence[Letter]:
        """Return *letter* and a second message about the same with another date."""
        return (letter, items.again(letter))

    def together(self, letters: Sequence[Letter]) -> Letter:
        """Return one webhook with all items."""
        return items.together(letters)


class DevicesFace(AdyenFace):
    """The same merchant accounts, with the refusals of the Cloud Device API (RFC 7807)."""

    def problem(self, no: Refusal) -> Document:
        """Return the published form of a refusal."""
        return {
            "type": "https://docs.adyen.com/errors/validation",
            "title": HTTPStatus(no.status).phrase,
            "status": no.status,
            "detail": no.detail,
            "errorCode": no.code or _CODES.get(no.status, "905"),
        }


def result_of(token: str) -> str:
    """Return the proof that a driver was on the page with this *token*."""
    return hashlib.sha256(f"result:{token}".encode()).hexdigest()[:_RESULT_LENGTH]


def reference_name(merchant: str, reference: str) -> str:
    """Return the name by which a payment is found through the merchant's own reference."""
    return f"{account_of(merchant)}:{reference}"
