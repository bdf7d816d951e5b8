"""Chargebacks, delayed routes to other organisations, and terminals at Mollie."""

from functools import partial

from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.model import PAID, Payment, Refusal
from app.sandbox.provider.book.movements import SHARE, movement_of
from app.sandbox.provider.book.records import ROUTE, TERMINAL, Record, is_online
from app.sandbox.provider.book.shares import given, route_amount
from app.sandbox.provider.exchange import (
    Answer,
    Asked,
    Body,
    Document,
    Exchange,
    Order,
    Reply,
)
from app.sandbox.provider.mollie import amounts, orders
from app.sandbox.provider.mollie.hal import Hal, charged_back, documentation, instant
from app.sandbox.provider.mollie.paging import hal_of, missing, page_of, part_of


@get("/v2/payments/{payment_id:str}/chargebacks")
async def list_chargebacks(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """List the chargebacks of a payment."""

    def effect(order: Order) -> Answer:
        return Answer(200, hal_of(order).chargebacks(exchange.bank.find(order.account, payment_id)))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/payments/{payment_id:str}/chargebacks/{part_id:str}")
async def get_chargeback(
    request: Asked,
    payment_id: FromPath[str],
    part_id: FromPath[str],
    exchange: NamedDependency[Exchange],
) -> Reply:
    """Get one chargeback."""

    def effect(order: Order) -> Answer:
        payment = exchange.bank.find(order.account, payment_id)
        part = part_of(charged_back(payment), part_id)
        return Answer(200, hal_of(order).chargeback(payment, part))

    return await exchange.answer(request, "fetch", effect)


@post("/v2/payments/{payment_id:str}/routes")
async def create_route(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Give a part of what was taken to another organisation."""

    def effect(order: Order) -> Answer:
        bank = exchange.bank
        payment = bank.find(order.account, payment_id)
        facts = _routed(bank, payment, order.body)
        origin = bank.origin(order.account)
        route = Record(f"crt_{origin.new_id}", ROUTE, order.account, payment.id, origin.now, facts)
        bank.store.records.put(route)
        moved = movement_of(payment, route.id, SHARE, route_amount(route), origin.now)
        bank.store.movements.add(moved)
        return Answer(201, _route(hal_of(order), route))

    return await exchange.answer(request, "route", effect)


@get("/v2/payments/{payment_id:str}/routes")
async def list_routes(
    request: Asked, payment_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """List the routes of a payment."""

    def effect(order: Order) -> Answer:
        hal, payment = hal_of(order), exchange.bank.find(order.account, payment_id)
        found = exchange.bank.store.records.of(ROUTE, order.account, payment.id)
        listed = [_route(hal, route) for route in found]
        return Answer(200, hal.listed("routes", listed, f"payments/{payment.id}/routes"))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/terminals")
async def list_terminals(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """List the terminals."""

    def effect(order: Order) -> Answer:
        hal, found = hal_of(order), exchange.bank.store.records.of(TERMINAL, order.account)
        made = [(one.id, partial(_terminal, hal, one)) for one in found]
        return Answer(200, page_of(request, hal, "terminals", made))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/terminals/{terminal_id:str}")
async def get_terminal(
    request: Asked, terminal_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Get a terminal."""

    def effect(order: Order) -> Answer:
        found = exchange.bank.store.records.get(TERMINAL, order.account, terminal_id)
        if found is None:
            raise missing(terminal_id)
        return Answer(200, _terminal(hal_of(order), found))

    return await exchange.answer(request, "fetch", effect)


def _routed(bank: Bank, payment: Payment, body: Body) -> Document:
    """Return the facts of a route; raise Refusal when it gives away more than there is."""
    amount, destination = amounts.read(body.get("amount")), body.get("destination")
    if not isinstance(destination, dict) or not isinstance(destination.get("organizationId"), str):
        raise Refusal(422, "The destination is an organization", "destination")
    if amount.currency != payment.amount.currency:
        raise Refusal(422, "The currency is not the payment's", "amount.currency")
    elsewhere = sum(given(payment, bank.store.records).values())
    left = (payment.captured() - payment.refunded() - payment.charged_back()).minor - elsewhere
    if payment.status != PAID or not 0 < amount.minor <= left:
        raise Refusal(422, "The amount is higher than what is left to route", "amount")
    return {
        "recipient": destination["organizationId"],
        "minor": amount.minor,
        "currency": amount.currency,
        "description": orders.optional_text(body, "description") or "",
    }


def _route(hal: Hal, route: Record) -> Document:
    path = f"payments/{route.owner}"
    return {
        "resource": "route",
        "id": route.id,
        "paymentId": route.owner,
        "amount": amounts.written(route_amount(route)),
        "destination": {"type": "organization", "organizationId": route.facts["recipient"]},
        "description": route.facts["description"],
        "createdAt": instant(route.at),
        "_links": {
            "self": hal.link(f"{path}/routes/{route.id}"),
            "payment": hal.link(path),
            "documentation": documentation(),
        },
    }


def _terminal(hal: Hal, terminal: Record) -> Document:
    return {
        "resource": "terminal",
        "id": terminal.id,
        "mode": "test",
        "status": "active" if is_online(terminal) else "inactive",
        "brand": "PAX",
        "model": "IM30",
        "serialNumber": terminal.id[-10:],
        "currency": "EUR",
        "description": terminal.facts["description"],
        "profileId": f"pfl_{terminal.account[:10]}",
        "createdAt": instant(terminal.at),
        "updatedAt": instant(terminal.at),
        "_links": {"self": hal.link(f"terminals/{terminal.id}"), "documentation": documentation()},
    }


HANDLERS: list[HTTPRouteHandler] = [
    list_chargebacks,
    get_chargeback,
    create_route,
    list_routes,
    list_terminals,
    get_terminal,
]
