"""The merchant's side: the paths of Mollie's published API that a charging payment needs."""

from dataclasses import replace
from functools import partial

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.sandbox.provider.book import deeds
from app.sandbox.provider.book.methods import METHODS, limits
from app.sandbox.provider.book.shares import must_have
from app.sandbox.provider.exchange import Answer, Asked, Exchange, Order, Reply
from app.sandbox.provider.mollie import amounts, orders, reversals
from app.sandbox.provider.mollie.opening import opened
from app.sandbox.provider.mollie.paging import hal_of, page_of, part_of


@post("/v2/payments")
async def create_payment(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Create a payment."""

    def effect(order: Order) -> Answer:
        payment = orders.payment_from(order.body, exchange.bank.origin(order.account))
        return Answer(201, hal_of(order).payment(opened(exchange.bank, payment)))

    return await exchange.answer(request, "start", effect)


@get("/v2/payments")
async def list_payments(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """List the payments, newest first."""

    def effect(order: Order) -> Answer:
        hal, found = hal_of(order), exchange.bank.store.payments(order.account, limit=10_000)
        made = [(payment.id, partial(hal.payment, payment)) for payment in found]
        return Answer(200, page_of(request, hal, "payments", made))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/payments/{payment_id:str}")
async def get_payment(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Get a payment, with its captures or refunds when asked to embed them."""
    embed = request.query_params.get("embed")

    def effect(order: Order) -> Answer:
        payment = exchange.bank.find(order.account, payment_id)
        return Answer(200, hal_of(order).payment(payment, embed=embed))

    return await exchange.answer(request, "fetch", effect)


@delete("/v2/payments/{payment_id:str}", status_code=200)
async def cancel_payment(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Cancel a payment."""

    def effect(order: Order) -> Answer:
        bank = exchange.bank
        payment = bank.find(order.account, payment_id)
        cancelled = bank.keep(payment, deeds.cancel(payment, bank.now()))
        return Answer(200, hal_of(order).payment(cancelled))

    return await exchange.answer(request, "cancel", effect)


@post("/v2/payments/{payment_id:str}/release-authorization", status_code=202)
async def release(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Release what is still held; the answer has no body."""
    exchange.bank.lapse("mollie", payment_id, "release")

    def effect(order: Order) -> Answer:
        bank = exchange.bank
        payment = bank.find(order.account, payment_id)
        bank.keep(payment, deeds.release(payment, bank.now()))
        return Answer(202, None)

    return await exchange.answer(request, "release", effect)


@post("/v2/payments/{payment_id:str}/captures")
async def create_capture(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Capture an amount, or all that is held."""
    exchange.bank.lapse("mollie", payment_id, "capture")

    def effect(order: Order) -> Answer:
        bank = exchange.bank
        payment = bank.find(order.account, payment_id)
        origin = bank.origin(order.account)
        part = orders.part_from(order.body, payment.holdable(), origin, "cpt_")
        return Answer(201, hal_of(order).capture(*bank.capture(payment, part)))

    return await exchange.answer(request, "capture", effect)


@post("/v2/payments/{payment_id:str}/refunds")
async def create_refund(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Refund an amount."""

    def effect(order: Order) -> Answer:
        bank = exchange.bank
        payment = bank.find(order.account, payment_id)
        part = orders.part_from(order.body, None, bank.origin(order.account), "re_")
        part = replace(part, shares=reversals.read(order.body, part.amount))
        must_have(payment, bank.store.records, part.shares)
        return Answer(201, hal_of(order).refund(*bank.refund(payment, part)))

    return await exchange.answer(request, "refund", effect)


@get("/v2/payments/{payment_id:str}/captures")
async def list_captures(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """List the captures of a payment."""

    def effect(order: Order) -> Answer:
        return Answer(200, hal_of(order).captures(exchange.bank.find(order.account, payment_id)))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/payments/{payment_id:str}/refunds")
async def list_refunds(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """List the refunds of a payment."""

    def effect(order: Order) -> Answer:
        return Answer(200, hal_of(order).refunds(exchange.bank.find(order.account, payment_id)))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/payments/{payment_id:str}/captures/{part_id:str}")
async def get_capture(
    request: Asked,
    payment_id: FromPath[str],
    part_id: FromPath[str],
    exchange: NamedDependency[Exchange],
) -> Reply:
    """Get one capture."""

    def effect(order: Order) -> Answer:
        payment = exchange.bank.find(order.account, payment_id)
        return Answer(200, hal_of(order).capture(payment, part_of(payment.captures, part_id)))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/payments/{payment_id:str}/refunds/{part_id:str}")
async def get_refund(
    request: Asked,
    payment_id: FromPath[str],
    part_id: FromPath[str],
    exchange: NamedDependency[Exchange],
) -> Reply:
    """Get one refund."""

    def effect(order: Order) -> Answer:
        payment = exchange.bank.find(order.account, payment_id)
        return Answer(200, hal_of(order).refund(payment, part_of(payment.refunds, part_id)))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/methods")
async def list_methods(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """List the methods for an amount and a country; Apple Pay only when `includeWallets` asks."""
    query = request.query_params
    wallets = query.get("includeWallets", "").split(",")

    def effect(order: Order) -> Answer:
        currency = query.get("amount[currency]", "EUR")
        given = {"currency": currency, "value": query.get("amount[value]")}
        amount = amounts.read(given) if "amount[value]" in query else None
        found = [
            method
            for method in METHODS.values()
            if currency in method.currencies
            and (method.id != "applepay" or "applepay" in wallets)
            and method.is_used_in(query.get("billingCountry"))
            and (amount is None or amount <= limits(method, currency)[1])
        ]
        return Answer(200, hal_of(order).methods(found, currency))

    return await exchange.answer(request, "methods", effect)


HANDLERS: list[HTTPRouteHandler] = [
    create_payment,
    list_payments,
    get_payment,
    cancel_payment,
    release,
    create_capture,
    create_refund,
    list_captures,
    list_refunds,
    get_capture,
    get_refund,
    list_methods,
]
