"""The played platform as a provider of payment terminals: cards, and what was collected."""

from decimal import Decimal

from app.sandbox.ocpi.book import Json
from app.sandbox.ocpi.platform import CENT, VAT, Platform
from app.sandbox.ocpi.wire import price, stamp

_ADVICES = "financial-advice-confirmations"


def card(platform: Platform) -> Json:
    """Return the token of somebody who paid at a terminal of *platform*."""
    return {
        **platform.driver(),
        "uid": "TERMINAL",
        "type": "AD_HOC_USER",
        "contract_id": "TERMINAL",
        "whitelist": "NEVER",
        "language": "en",
    }


async def confirm(platform: Platform, reference: str, gross: Decimal, **more: object) -> None:
    """Tell the partner what a terminal collected, in all, for the session of *reference*."""
    book = platform.book
    net = (gross / (1 + VAT)).quantize(CENT)
    body = {
        "id": f"FAC{len(book.confirmed) + 1}",
        "authorization_reference": reference,
        "total_costs": price(net, gross - net, book.version),
        "currency": "EUR",
        "eft_data": ["Mastercard", "Nr: **** **** **** 1234"],
        "capture_status_code": "SUCCESS",
        "last_updated": stamp(platform.clock.now()),
        **more,
    }
    book.confirmed.append(body)
    url = book.partner.endpoints["payments", "RECEIVER"]
    await platform.line.call("POST", f"{url}/{_ADVICES}", body)
