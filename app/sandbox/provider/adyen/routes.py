"""The merchant's side of Adyen: sessions, payments and the methods on offer."""

from collections.abc import Mapping
from typing import Final

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.sandbox.provider.adyen import amounts, answers, changes, orders, tokens
from app.sandbox.provider.adyen.face import AdyenFace, reference_name, result_of
from app.sandbox.provider.adyen.merchants import Merchant, merchant_of
from app.sandbox.provider.book import deeds
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.methods import ADYEN_METHODS, Method
from app.sandbox.provider.book.model import Payment, Refusal
from app.sandbox.provider.exchange import Answer, Asked, Body, Exchange, Order, Reply

BASE: Final = "/adyen/v72"
# The documented way to ask a test acquirer for an answer; anything else is approved.
_TEST_ANSWERS: Final = {"2": "refused", "6": "expired_card", "12": "insufficient_funds"}


@post(f"{BASE}/sessions")
async def create_session(
    request: Asked, exchange: NamedDependency[Exchange], adyen: NamedDependency[AdyenFace]
) -> Reply:
    """Open a session; in hosted mode the driver pays on our page."""

    def effect(order: Order) -> Answer:
        merchant = _merchant(adyen, request, order.body)
        payment = orders.session_from(order.body, exchange.bank.origin(order.account), merchant)
        _open(exchange.bank, payment)
        return Answer(201, answers.session(payment, order.body, order.pages))

    return await exchange.answer(request, "start", effect)


@get(f"{BASE}/sessions/{{session_id:str}}")
async def get_session(
    request: Asked,
    session_id: FromPath[str],
    exchange: NamedDependency[Exchange],
    adyen: NamedDependency[AdyenFace],
) -> Reply:
    """Tell how a session went to whoever has its result from the driver's way back."""
    result = request.query_params.get("sessionResult", "")

    def effect(_: Order) -> Answer:
        payment = exchange.bank.store.named(session_id)
        if payment is None or result != result_of(payment.token):
            raise Refusal(422, "The session or its result is unknown", code="702")
        adyen.merchants.admit(adyen.api_key(request.headers), merchant_of(payment.account))
        return Answer(200, answers.session_result(exchange.bank.settled(payment)))

    return await exchange.answer(request, "fetch", effect)


@post(f"{BASE}/paymentMethods", status_code=200)
async def list_methods(
    request: Asked, exchange: NamedDependency[Exchange], adyen: NamedDependency[AdyenFace]
) -> Reply:
    """List the methods for an amount and a country."""

    def effect(order: Order) -> Answer:
        _merchant(adyen, request, order.body)
        found = [method for method in ADYEN_METHODS.values() if _is_offered(method, order.body)]
        shopper = orders.text(order.body, "shopperReference")
        stored = tokens.offered(exchange.bank.store, order.account, shopper) if shopper else []
        return Answer(200, answers.methods(found, stored))

    return await exchange.answer(request, "methods", effect)


@post(f"{BASE}/payments", status_code=200)
async def create_payment(
    request: Asked, exchange: NamedDependency[Exchange], adyen: NamedDependency[AdyenFace]
) -> Reply:
    """Pay without a session: at once, or by way of a page of the driver's bank."""

    def effect(order: Order) -> Answer:
        bank = exchange.bank
        merchant = _merchant(adyen, request, order.body)
        payment = orders.payment_from(order.body, bank.origin(order.account), merchant)
        again = payment.sequence == "recurring"
        if again:
            tokens.must_be_stored(bank.store, payment)
        _open(bank, payment)
        method = ADYEN_METHODS[payment.method or ""]
        if not again and (not method.raises or _asks_the_bank(order.body)):
            return Answer(200, answers.redirect(payment, order.pages))
        return Answer(200, answers.payment(_decided(bank, payment, method, order.body)))

    return await exchange.answer(request, "start", effect)


@post(f"{BASE}/payments/details", status_code=200)
async def payment_details(
    request: Asked, exchange: NamedDependency[Exchange], adyen: NamedDependency[AdyenFace]
) -> Reply:
    """Tell how a payment went to whoever has its result from the driver's way back."""

    def effect(order: Order) -> Answer:
        details = order.body.get("details")
        result = details.get("redirectResult") if isinstance(details, dict) else None
        payment = exchange.bank.store.named(f"result:{result}")
        if payment is None:
            raise Refusal(422, "The redirectResult is unknown", code="702")
        adyen.merchants.admit(adyen.api_key(request.headers), merchant_of(payment.account))
        return Answer(200, answers.payment(exchange.bank.settled(payment)))

    return await exchange.answer(request, "details", effect)


def _open(bank: Bank, payment: Payment) -> None:
    bank.open(payment)
    bank.store.name(reference_name(merchant_of(payment.account), payment.reference), payment)
    bank.store.name(payment.session or f"result:{result_of(payment.token)}", payment)


def _decided(bank: Bank, payment: Payment, method: Method, body: Body) -> Payment:
    """Return *payment* as the test acquirer answers."""
    more = body.get("additionalData")
    asked = str(more.get("RequestedTestAcquirerResponseCode")) if isinstance(more, dict) else ""
    now = bank.now()
    if asked in _TEST_ANSWERS:
        return bank.keep(payment, deeds.decline(payment, now, _TEST_ANSWERS[asked]))
    if body.get("shopperInteraction") == "ContAuth":
        return bank.charge_stored(payment, method)
    return bank.keep(payment, deeds.approve(payment, method, now))


def _asks_the_bank(body: Body) -> bool:
    """Tell whether the merchant wants 3-D Secure, in the new way or the old."""
    data, more = body.get("authenticationData"), body.get("additionalData")
    always = isinstance(data, dict) and data.get("attemptAuthentication") == "always"
    return always or (isinstance(more, dict) and more.get("executeThreeD") == "true")


def _is_offered(method: Method, body: Body) -> bool:
    allowed = orders.names(body, "allowedPaymentMethods")
    blocked = orders.names(body, "blockedPaymentMethods")
    if method.id in blocked or (allowed and method.id not in allowed):
        return False
    if body.get("amount") is not None:
        amount = amounts.read(body["amount"])
        if amount.currency not in method.currencies:
            return False
    return method.is_used_in(orders.text(body, "countryCode"))


def _merchant(adyen: AdyenFace, request: Asked, body: Body) -> Merchant:
    headers: Mapping[str, str] = request.headers
    name = body.get("merchantAccount")
    return adyen.merchants.admit(adyen.api_key(headers), name if isinstance(name, str) else "")


HANDLERS: list[HTTPRouteHandler] = [
    create_session,
    get_session,
    list_methods,
    create_payment,
    payment_details,
    *changes.HANDLERS,
    *tokens.HANDLERS,
]
