"""What a merchant sets up in Adyen's Customer Area: keys and webhooks."""

import string
from dataclasses import dataclass, replace

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from app.sandbox.provider.adyen.face import AdyenFace
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
    """Which API keys speak for a merchant account, and whether a hold survives a capture."""

    merchantAccount: str  # noqa: N815 - Adyen's name
    apiKeys: tuple[str, ...] | None = None  # noqa: N815 - Adyen's name
    multipleCaptures: bool | None = None  # noqa: N815 - Adyen's name


@post("/control/adyen/webhooks", status_code=200)
async def listen(request: Asked, adyen: NamedDependency[AdyenFace]) -> Reply:
    """Set up the webhook of a merchant account; a new key signs from now on."""
    try:
        wanted = _signable(await read(request, Webhook))
    except Refusal as no:
        return refused(no)
    with adyen.bank.store.writing():
        merchant = adyen.merchants.get(wanted.merchantAccount)
        adyen.merchants.put(replace(merchant, webhook_url=wanted.url, hmac_key=wanted.hmacKey))
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
        adyen.merchants.put(merchant)
    return done(request)


def _signable(webhook: Webhook) -> Webhook:
    if len(webhook.hmacKey) % 2 or not set(webhook.hmacKey) <= set(string.hexdigits):
        raise Refusal(422, "The hmacKey is not hexadecimal")
    return webhook


HANDLERS: list[HTTPRouteHandler] = [listen, set_up]
