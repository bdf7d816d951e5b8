"""Subscriptions to Mollie's signed webhooks, and the events that went out."""

from functools import partial
from urllib.parse import urlsplit

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.model import Refusal
from app.sandbox.provider.book.records import EVENT, WEBHOOK, Record
from app.sandbox.provider.exchange import Answer, Asked, Body, Document, Exchange, Order, Reply
from app.sandbox.provider.mollie import orders
from app.sandbox.provider.mollie.events import TYPES, event_of
from app.sandbox.provider.mollie.hal import Hal, documentation, instant
from app.sandbox.provider.mollie.paging import hal_of, missing, page_of


@post("/v2/webhooks")
async def create(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Subscribe to events; the answer tells the secret once."""

    def effect(order: Order) -> Answer:
        origin = exchange.bank.origin(order.account)
        facts = {
            "name": _needed(order.body, "name"),
            "url": _address(_needed(order.body, "url")),
            "eventTypes": _types(order.body.get("eventTypes")),
            "secret": origin.token,
            "api": order.asked,
            "pages": order.pages,
        }
        name = f"hook_{origin.new_id}"
        hook = Record(name, WEBHOOK, order.account, "", origin.now, facts)
        exchange.bank.store.records.put(hook)
        return Answer(201, _webhook(hal_of(order), hook) | {"webhookSecret": facts["secret"]})

    return await exchange.answer(request, "webhooks", effect)


@get("/v2/webhooks")
async def list_webhooks(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """List the subscriptions."""

    def effect(order: Order) -> Answer:
        hal, found = hal_of(order), exchange.bank.store.records.of(WEBHOOK, order.account)
        made = [(one.id, partial(_webhook, hal, one)) for one in found]
        return Answer(200, page_of(request, hal, "webhooks", made))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/webhooks/{webhook_id:str}")
async def get_webhook(
    request: Asked, webhook_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Get a subscription."""

    def effect(order: Order) -> Answer:
        found = _found(exchange.bank, WEBHOOK, order.account, webhook_id)
        return Answer(200, _webhook(hal_of(order), found))

    return await exchange.answer(request, "fetch", effect)


@delete("/v2/webhooks/{webhook_id:str}", status_code=200)
async def remove(
    request: Asked, webhook_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """End a subscription."""

    def effect(order: Order) -> Answer:
        found = _found(exchange.bank, WEBHOOK, order.account, webhook_id)
        exchange.bank.store.records.remove(found)
        return Answer(204, None)

    return await exchange.answer(request, "webhooks", effect)


@get("/v2/events/{event_id:str}")
async def get_event(
    request: Asked, event_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Get an event again."""

    def effect(order: Order) -> Answer:
        found = _found(exchange.bank, EVENT, order.account, event_id)
        return Answer(200, event_of(hal_of(order), found))

    return await exchange.answer(request, "fetch", effect)


def _found(bank: Bank, kind: str, account: str, name: str) -> Record:
    found = bank.store.records.get(kind, account, name)
    if found is None:
        raise missing(name)
    return found


def _needed(body: Body, field: str) -> str:
    text = orders.optional_text(body, field)
    if not text:
        raise Refusal(422, f"The {field} is required", field)
    return text


def _address(url: str) -> str:
    if urlsplit(url).scheme not in ("http", "https"):
        raise Refusal(422, "Invalid URL provided", "url")
    return url


def _types(given: object) -> list[str]:
    wanted = given.split(",") if isinstance(given, str) else given
    known = {"*", *TYPES.values()}
    if not isinstance(wanted, list) or not wanted or not set(map(str, wanted)) <= known:
        raise Refusal(422, f"The event types are some of {sorted(known)}", "eventTypes")
    return [str(one) for one in wanted]


def _webhook(hal: Hal, hook: Record) -> Document:
    return {
        "resource": "webhook",
        "id": hook.id,
        "url": hook.facts["url"],
        "profileId": f"pfl_{hook.account[:10]}",
        "createdAt": instant(hook.at),
        "name": hook.facts["name"],
        "eventTypes": hook.facts["eventTypes"],
        "status": "enabled",
        "mode": "test",
        "_links": {"self": hal.link(f"webhooks/{hook.id}"), "documentation": documentation()},
    }


HANDLERS: list[HTTPRouteHandler] = [create, list_webhooks, get_webhook, remove, get_event]
