"""What a merchant sets up in Adyen's Customer Area: keys and webhooks."""

import string
from dataclasses import dataclass, replace
from datetime import timedelta

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from app.sandbox.provider.adyen.face import AdyenFace
from app.sandbox.provider.adyen.merchants import account_of
from app.sandbox.provider.book.model import Refusal
from app.sandbox.provider.desk.forms import Reply, done, read, refused
from app.sandbox.provider.exchange import Asked


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where a merchant account listens, and the key (hexadecimal) that signs each item."""

    merchantAccount: str  # noqa: N815 - Adyen's name
    url: str
    hmacKey: str  # noqa: N815 - Adyen's name


@dataclass(frozen=True, slots=True)
class Account:
    """
    What holds for a merchant account.

    *apiKeys* speak for it, *multipleCaptures* lets a hold survive a capture, and at *terminalUrl*
    terminals answer to messages that nobody waits for.
    """

    merchantAccount: str  # noqa: N815 - Adyen's name
    apiKeys: tuple[str, ...] | None = None  # noqa: N815 - Adyen's name
    multipleCaptures: bool | None = None  # noqa: N815 - Adyen's name
    terminalUrl: str | None = None  # noqa: N815 - Adyen's name


@dataclass(frozen=True, slots=True)
class Owner:
    """A merchant account."""

    merchantAccount: str  # noqa: N815 - Adyen's name


@post("/control/adyen/webhooks", status_code=200)
async def listen(request: Asked, adyen: NamedDependency[AdyenFace]) -> Reply:
    """Set up the webhook of a merchant account; a new key signs from now on."""
    try:
        wanted = _signable(await read(request, Webhook))
    except Refusal as no:
        return refused(no)
    with adyen.bank.store.writing():
        merchant = adyen.merchants.get(wanted.merchantAccount)
        listening = replace(merchant, webhook_url=wanted.url, hmac_key=wanted.hmacKey)
        address = str(request.base_url).rstrip("/")
        adyen.merchants.put(replace(listening, address=address))
    return done(request)


@post("/control/adyen/merchants", status_code=200)
async def set_up(request: Asked, adyen: NamedDependency[AdyenFace]) -> Reply:
    """Set up a merchant account; what is not given stays."""
    try:
        wanted = await read(request, Account)
    except Refusal as no:
        return refused(no)
    with adyen.bank.store.writing():
        merchant = adyen.merchants.get(wanted.merchantAccount)
        if wanted.apiKeys is not None:
            merchant = replace(merchant, api_keys=wanted.apiKeys)
        if wanted.multipleCaptures is not None:
            merchant = replace(merchant, multiple_captures=wanted.multipleCaptures)
        if wanted.terminalUrl is not None:
            merchant = replace(merchant, terminal_url=wanted.terminalUrl)
        adyen.merchants.put(merchant)
    return done(request)


def _signable(webhook: Webhook) -> Webhook:
    if len(webhook.hmacKey) % 2 or not set(webhook.hmacKey) <= set(string.hexdigits):
        raise Refusal(422, "The hmacKey is not hexadecimal")
    return webhook


@post("/control/adyen/reports", status_code=200)
async def settle(request: Asked, adyen: NamedDependency[AdyenFace]) -> Reply:
    """Pay out what is on the balance of a merchant account; the report is told by webhook."""
    try:
        wanted = await read(request, Owner)
    except Refusal as no:
        return refused(no)
    bank = adyen.bank
    bank.sweep()
    with bank.store.writing():
        until = bank.now() + timedelta(microseconds=1)
        made = bank.settle_accounts(until, account_of(wanted.merchantAccount))
    bank.woken()
    return done(request, {"settlements": [settlement.number for settlement in made]})


HANDLERS: list[HTTPRouteHandler] = [listen, set_up, settle]
