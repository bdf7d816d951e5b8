"""Adyen's Cloud Device API: a terminal is asked for a card, and waited for or not."""

from dataclasses import replace
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.kernel.money import Money
from app.sandbox.provider.adyen import nexo
from app.sandbox.provider.adyen.face import AdyenFace
from app.sandbox.provider.adyen.identifiers import psp_reference
from app.sandbox.provider.adyen.merchants import Merchant
from app.sandbox.provider.book import deeds
from app.sandbox.provider.book.bank import Bank, Origin
from app.sandbox.provider.book.model import CARD_READ, OPEN, Payment, Refusal
from app.sandbox.provider.book.records import TERMINAL, is_online
from app.sandbox.provider.desk.forms import json
from app.sandbox.provider.exchange import (
    FAULT_HEADER,
    Answer,
    Asked,
    Body,
    Document,
    Exchange,
    Order,
    Reply,
)

_BASE: Final = "/adyen/v1/merchants/{merchant:str}"
# How long a terminal waits for a card.
_LIFE: Final = timedelta(seconds=150)
_PROMPTS: Final = (nexo.PAYMENT, nexo.CARD)


@get(f"{_BASE}/connectedDevices")
async def connected(
    request: Asked,
    merchant: FromPath[str],
    exchange: NamedDependency[Exchange],
    adyen: NamedDependency[AdyenFace],
) -> Reply:
    """List the terminals of a merchant account."""

    def effect(_: Order) -> Answer:
        owner = adyen.merchants.admit(adyen.api_key(request.headers), merchant)
        found = exchange.bank.store.records.of(TERMINAL, owner.account)
        there = [terminal.id for terminal in found if is_online(terminal)]
        return Answer(200, {"uniqueDeviceIds": there})

    return await exchange.answer(request, "fetch", effect)


@get(f"{_BASE}/devices/{{device:str}}/status")
async def device_status(
    request: Asked,
    merchant: FromPath[str],
    device: FromPath[str],
    exchange: NamedDependency[Exchange],
    adyen: NamedDependency[AdyenFace],
) -> Reply:
    """Tell whether a terminal is connected."""

    def effect(_: Order) -> Answer:
        owner = adyen.merchants.admit(adyen.api_key(request.headers), merchant)
        is_there = _is_there(exchange.bank, owner, device)
        return Answer(200, {"deviceId": device, "status": "ONLINE" if is_there else "OFFLINE"})

    return await exchange.answer(request, "fetch", effect)


@post(f"{_BASE}/devices/{{device:str}}/sync", status_code=200)
async def sync(
    request: Asked,
    merchant: FromPath[str],
    device: FromPath[str],
    exchange: NamedDependency[Exchange],
    adyen: NamedDependency[AdyenFace],
) -> Reply:
    """Send a message to a terminal and wait for its answer."""
    waiting: list[str] = []

    def effect(order: Order) -> Answer:
        owner = adyen.merchants.admit(adyen.api_key(request.headers), merchant)
        document, prompted = _sent(exchange.bank, owner, device, order.body)
        waiting.extend(prompted)
        return Answer(200, document)

    reply = await exchange.answer(request, "terminal", effect)
    if not waiting or FAULT_HEADER in reply.headers:
        return reply
    return json(nexo.spoken(await exchange.bank.ended(waiting[0])))


@post(f"{_BASE}/devices/{{device:str}}/async", status_code=200)
async def send(
    request: Asked,
    merchant: FromPath[str],
    device: FromPath[str],
    exchange: NamedDependency[Exchange],
    adyen: NamedDependency[AdyenFace],
) -> Reply:
    """Send a message to a terminal; its answer goes to the merchant's terminal webhook."""

    def effect(order: Order) -> Answer:
        owner = adyen.merchants.admit(adyen.api_key(request.headers), merchant)
        _sent(exchange.bank, owner, device, order.body, is_told=True)
        return Answer(200, None)

    reply = await exchange.answer(request, "terminal", effect)
    if FAULT_HEADER in reply.headers or reply.status_code != HTTPStatus.OK:
        return reply
    return Response(b"ok", media_type="text/plain")


def _sent(
    bank: Bank, merchant: Merchant, device: str, body: Body, *, is_told: bool = False
) -> tuple[Document | None, list[str]]:
    """Do what a message says; return the answer, or the payment that is to be waited for."""
    header = nexo.header_of(body)
    category = nexo.text(header, "MessageCategory")
    if not _is_there(bank, merchant, device):
        return nexo.rejected(header, "Did not receive a response from the POI.", bank.now()), []
    if category in _PROMPTS:
        payment = _prompt(bank, merchant, device, body, is_told=is_told)
        return (None, [payment.id]) if payment else (_busy(header, body, category, bank), [])
    if category == nexo.ABORT:
        _abort(bank, _referenced(bank, device, body, category))
        return None, []
    if category == nexo.DISPLAY:
        return nexo.answer(header, "DisplayResponse", _display(bank, merchant, device, body)), []
    if category == nexo.STATUS:
        reference = nexo.request_of(body, category).get("MessageReference")
        found = _referenced(bank, device, body, category)
        content = nexo.status_answer(found, reference if isinstance(reference, dict) else {})
        return nexo.answer(header, f"{category}Response", content), []
    raise Refusal(400, f"The sandbox's terminals know no {category}")


def _prompt(
    bank: Bank, merchant: Merchant, device: str, body: Body, *, is_told: bool
) -> Payment | None:
    """Ask for a card; None when the terminal is asking already."""
    try:
        bank.must_be_free(device)
    except Refusal:
        return None
    made = _payment(body, device, merchant, bank.origin(merchant.account))
    payment = bank.open(replace(made, webhook_url=merchant.terminal_url if is_told else None))
    header = nexo.header_of(body)
    bank.store.name(f"terminal:{device}", payment)
    bank.store.name(_service(device, nexo.text(header, "ServiceID")), payment)
    return payment


def _payment(body: Body, device: str, merchant: Merchant, origin: Origin) -> Payment:
    header = nexo.header_of(body)
    category = nexo.text(header, "MessageCategory")
    request = nexo.request_of(body, category)
    transaction, data = nexo.transaction_of(request), nexo.acquirer_data(request)
    is_payment = category == nexo.PAYMENT
    name = nexo.text(transaction, "TransactionID")
    return Payment(
        id=psp_reference(origin.new_id),
        account=merchant.account,
        token=origin.token,
        created_at=origin.now,
        expires_at=origin.now + _LIFE,
        amount=nexo.amount_of(request) if is_payment else Money.zero("EUR"),
        description=name if is_payment else "Show your card",
        redirect_url="",
        webhook_url=None,
        method="scheme",
        capture_mode="manual" if nexo.holds(data) else "automatic",
        locale=None,
        metadata={"header": header, "transaction": transaction},
        history=((origin.now, "open"),),
        face="adyen",
        reference=name,
        single_capture=not merchant.multiple_captures,
        shopper=data.get("shopperReference"),
        sequence="oneoff" if is_payment else CARD_READ,
        terminal=device,
    )


def _display(bank: Bank, merchant: Merchant, device: str, body: Body) -> Document:
    """Show what a message says, unless the terminal asks for a card."""
    request = nexo.request_of(body, nexo.DISPLAY)
    screen = nexo.screen_of(request)
    try:
        bank.must_be_free(device)
    except Refusal:
        return nexo.shown(request, busy=True)
    there = bank.store.records.get(TERMINAL, merchant.account, device)
    if there is not None:
        bank.store.records.put(replace(there, facts={**there.facts, "screen": screen}))
    return nexo.shown(request, busy=False)


def _busy(header: Document, body: Body, category: str, bank: Bank) -> Document:
    transaction = nexo.transaction_of(nexo.request_of(body, category))
    at = bank.now().isoformat(timespec="milliseconds")
    content: Document = {
        "Response": {"Result": "Failure", "ErrorCondition": "Busy"},
        "SaleData": {"SaleTransactionID": transaction},
        "POIData": {"POITransactionID": {"TransactionID": "none", "TimeStamp": at}},
    }
    return nexo.answer(header, f"{category}Response", content)


def _referenced(bank: Bank, device: str, body: Body, category: str) -> Payment | None:
    reference = nexo.request_of(body, category).get("MessageReference")
    name = reference.get("ServiceID") if isinstance(reference, dict) else None
    payment = bank.store.named(_service(device, str(name)))
    return None if payment is None else bank.settled(payment)


def _abort(bank: Bank, payment: Payment | None) -> None:
    if payment is not None and payment.status == OPEN:
        ended = deeds.cancel(payment, bank.now())
        bank.keep(payment, replace(ended, failure_reason=nexo.ABORTED))


def _service(device: str, service_id: str) -> str:
    return f"service:{device}:{service_id}"


def _is_there(bank: Bank, merchant: Merchant, device: str) -> bool:
    found = bank.store.records.get(TERMINAL, merchant.account, device)
    return found is not None and is_online(found)


HANDLERS: list[HTTPRouteHandler] = [connected, device_status, sync, send]
