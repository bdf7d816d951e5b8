"""Stored ways to pay at Adyen: kept for a shopper, charged later, listed and removed."""

from typing import Final

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.sandbox.provider.adyen import orders
from app.sandbox.provider.adyen.face import AdyenFace
from app.sandbox.provider.adyen.identifiers import psp_reference
from app.sandbox.provider.adyen.items import CARDS, EXPIRY, LAST_FOUR
from app.sandbox.provider.adyen.merchants import account_of, merchant_of
from app.sandbox.provider.book.memory import Memory
from app.sandbox.provider.book.model import Payment, Refusal
from app.sandbox.provider.book.records import STORED, Record
from app.sandbox.provider.exchange import Answer, Asked, Document, Exchange, Order, Reply

_PATH: Final = "/adyen/v72/storedPaymentMethods"


def must_be_stored(store: Memory, payment: Payment) -> None:
    """Raise Refusal unless the stored way to pay belongs to the shopper and the method."""
    found = store.records.get(STORED, payment.account, payment.stored or "")
    if found is None or found.owner != payment.shopper or found.facts["method"] != payment.method:
        raise Refusal(422, "PaymentDetail not found", code="803")


def offered(store: Memory, account: str, shopper: str) -> list[Document]:
    """Return what a shopper may pay with again, for the list of methods."""
    return [
        {**_card(record), "name": str(record.facts["method"]), "supportedShopperInteractions": _HOW}
        for record in store.records.of(STORED, account, shopper)
    ]


_HOW: Final = ["Ecommerce", "ContAuth"]
_MODELS: Final = ["CardOnFile", "UnscheduledCardOnFile"]


@get(_PATH)
async def list_stored(
    request: Asked, exchange: NamedDependency[Exchange], adyen: NamedDependency[AdyenFace]
) -> Reply:
    """List what a shopper stored."""
    query = request.query_params

    def effect(_: Order) -> Answer:
        account = _account(request, adyen)
        shopper = query.get("shopperReference", "")
        found = exchange.bank.store.records.of(STORED, account, shopper)
        document: Document = {
            "merchantAccount": merchant_of(account),
            "shopperReference": shopper,
            "storedPaymentMethods": [_resource(record) for record in found],
        }
        return Answer(200, document)

    return await exchange.answer(request, "fetch", effect)


@post(_PATH)
async def store(
    request: Asked, exchange: NamedDependency[Exchange], adyen: NamedDependency[AdyenFace]
) -> Reply:
    """Store a card without a payment."""
    _ = adyen

    def effect(order: Order) -> Answer:
        bank, method = exchange.bank, order.body.get("paymentMethod")
        shopper = orders.text(order.body, "shopperReference")
        if not shopper:
            raise Refusal(422, "Shopper Reference Missing", code="131")
        if not isinstance(method, dict) or method.get("type") not in ("scheme", "card"):
            raise Refusal(422, "Missing payment method details", code="14_004")
        origin = bank.origin(order.account)
        facts = {"method": "scheme", "payment": ""}
        record = Record(
            psp_reference(origin.new_id), STORED, order.account, shopper, origin.now, facts
        )
        bank.store.records.put(record)
        return Answer(201, _resource(record))

    return await exchange.answer(request, "start", effect)


@delete(f"{_PATH}/{{token:str}}", status_code=200)
async def remove(
    request: Asked,
    token: FromPath[str],
    exchange: NamedDependency[Exchange],
    adyen: NamedDependency[AdyenFace],
) -> Reply:
    """Forget a stored way to pay."""
    shopper = request.query_params.get("shopperReference", "")

    def effect(_: Order) -> Answer:
        account = _account(request, adyen)
        found = exchange.bank.store.records.get(STORED, account, token)
        if found is None or found.owner != shopper:
            raise Refusal(422, "PaymentDetail not found", code="803")
        exchange.bank.store.records.remove(found)
        return Answer(204, None)

    return await exchange.answer(request, "cancel", effect)


def _account(request: Asked, adyen: AdyenFace) -> str:
    name = request.query_params.get("merchantAccount", "")
    adyen.merchants.admit(adyen.api_key(request.headers), name)
    return account_of(name)


def _resource(record: Record) -> Document:
    return {
        **_card(record),
        "shopperReference": record.owner,
        "createdAt": record.at.isoformat(timespec="seconds"),
    }


def _card(record: Record) -> Document:
    document: Document = {
        "id": record.id,
        "type": record.facts["method"],
        "supportedRecurringProcessingModels": _MODELS,
    }
    if record.facts["method"] in CARDS:
        month, _, year = EXPIRY.partition("/")
        document |= {
            "brand": "visa",
            "lastFour": LAST_FOUR,
            "expiryMonth": month,
            "expiryYear": year,
            "holderName": "A. Driver",
        }
    return document


HANDLERS: list[HTTPRouteHandler] = [list_stored, store, remove]
