"""Changes of a payment at Adyen: received at once, decided later, told by webhook."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from litestar import post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.kernel.money import Money
from app.sandbox.provider.adyen import answers, items, orders
from app.sandbox.provider.adyen.face import AdyenFace, reference_name
from app.sandbox.provider.adyen.merchants import merchant_of
from app.sandbox.provider.book import deeds, news
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.methods import ADYEN_METHODS
from app.sandbox.provider.book.model import (
    AUTHORISED,
    FAILED,
    SUCCEEDED,
    Part,
    Payment,
    Refusal,
    noted,
)
from app.sandbox.provider.book.shares import must_have
from app.sandbox.provider.exchange import Answer, Asked, Exchange, Order, Reply

_PATH: Final = "/adyen/v72/payments/{psp:str}"
Deed = Callable[[Bank, Payment, Part], object]


@post(f"{_PATH}/captures")
async def capture(request: Asked, psp: FromPath[str], exchange: NamedDependency[Exchange]) -> Reply:
    """Capture an amount."""
    exchange.bank.lapse("adyen", psp, "capture")

    def effect(order: Order) -> Answer:
        return _received(exchange.bank, order, psp, news.CAPTURE)

    return await exchange.answer(request, "capture", effect)


@post(f"{_PATH}/refunds")
async def refund(request: Asked, psp: FromPath[str], exchange: NamedDependency[Exchange]) -> Reply:
    """Refund an amount."""

    def effect(order: Order) -> Answer:
        return _received(exchange.bank, order, psp, news.REFUND)

    return await exchange.answer(request, "refund", effect)


@post(f"{_PATH}/amountUpdates")
async def update_amount(
    request: Asked, psp: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Raise or lower a hold to an amount."""
    exchange.bank.lapse("adyen", psp, "raise")

    def effect(order: Order) -> Answer:
        return _received(exchange.bank, order, psp, news.RAISE)

    return await exchange.answer(request, "raise", effect)


@post(f"{_PATH}/cancels")
async def cancel(request: Asked, psp: FromPath[str], exchange: NamedDependency[Exchange]) -> Reply:
    """Give a hold back."""
    exchange.bank.lapse("adyen", psp, "release")

    def effect(order: Order) -> Answer:
        return _received(exchange.bank, order, psp, news.CANCEL)

    return await exchange.answer(request, "release", effect)


@post(f"{_PATH}/reversals")
async def reverse(request: Asked, psp: FromPath[str], exchange: NamedDependency[Exchange]) -> Reply:
    """Give a hold back, or refund what was captured of it."""

    def effect(order: Order) -> Answer:
        return _received(exchange.bank, order, psp, news.REVERSAL)

    return await exchange.answer(request, "release", effect)


@post("/adyen/v72/cancels")
async def cancel_by_reference(
    request: Asked, exchange: NamedDependency[Exchange], adyen: NamedDependency[AdyenFace]
) -> Reply:
    """Give a hold back that the merchant knows only by its own reference."""

    def effect(order: Order) -> Answer:
        bank, merchant = exchange.bank, merchant_of(_account(order))
        reference = orders.text(order.body, "paymentReference")
        if not reference:
            raise Refusal(422, "Reference Missing", code="130")
        payment = bank.store.named(reference_name(merchant, reference))
        amount = payment.amount if payment else Money.zero("EUR")
        part = orders.part_from(order.body, bank.origin(order.account), news.TECHNICAL, amount)
        if payment is not None:
            _cancel(bank, bank.settled(payment), part)
        else:
            _tell_in_vain(bank, adyen, merchant, part)
        return Answer(201, _received_reference(merchant, reference, part))

    return await exchange.answer(request, "cancel", effect)


def _received(bank: Bank, order: Order, psp: str, kind: str) -> Answer:
    payment = _payment(bank, _account(order), psp)
    with_amount = kind in (news.CAPTURE, news.REFUND, news.RAISE)
    amount = None if with_amount else payment.amount
    part = orders.part_from(order.body, bank.origin(order.account), kind, amount)
    if amount is None and part.amount.currency != payment.amount.currency:
        raise Refusal(422, "Unsupported currency specified", code="138")
    _DEEDS[kind](bank, payment, part)
    if kind == news.RAISE and not part.reference:
        part = replace(part, reference=payment.reference)
    return Answer(201, answers.change(payment, part, with_amount=with_amount))


def _account(order: Order) -> str:
    if "merchantAccount" not in order.body:
        raise Refusal(403, "Invalid Merchant Account", code="901")
    return order.account


def _payment(bank: Bank, account: str, psp: str) -> Payment:
    try:
        return bank.find(account, psp)
    except Refusal as no:
        detail = "Original pspReference required for this operation"
        raise Refusal(422, detail, code="167") from no


def _capture(bank: Bank, payment: Payment, part: Part) -> None:
    try:
        bank.capture(payment, part)
    except Refusal as no:
        lost = _refused(part, no)
        _keep(bank, payment, replace(payment, captures=(*payment.captures, lost)), lost)


def _refund(bank: Bank, payment: Payment, part: Part) -> None:
    must_have(payment, bank.store.records, part.shares)
    try:
        bank.refund(payment, part)
    except Refusal as no:
        lost = _refused(part, no)
        _keep(bank, payment, replace(payment, refunds=(*payment.refunds, lost)), lost)


def _raise(bank: Bank, payment: Payment, part: Part) -> None:
    try:
        _must_raise(payment)
        bank.adjust(payment, part)
    except Refusal as no:
        lost = _refused(part, no)
        _keep(bank, payment, replace(payment, changes=(*payment.changes, lost)), lost)


def _must_raise(payment: Payment) -> None:
    if payment.method is None or not ADYEN_METHODS[payment.method].raises:
        raise Refusal(422, "Adjustment is not supported")


def _cancel(bank: Bank, payment: Payment, part: Part) -> None:
    """Release what is held now; without a hold, or after the only capture, it is refused."""
    taken = payment.captures and payment.single_capture
    if payment.status != AUTHORISED or taken:
        lost = replace(part, status=FAILED, reason=f"The payment is {payment.status}")
        _keep(bank, payment, replace(payment, changes=(*payment.changes, lost)), lost)
        return
    done = replace(part, status=SUCCEEDED)
    kept = replace(payment, changes=(*payment.changes, done))
    bank.keep(payment, deeds.release(kept, bank.now()))


def _reverse(bank: Bank, payment: Payment, part: Part) -> None:
    left = payment.captured() - payment.refunded() - payment.charged_back()
    if left.minor > 0:
        _refund(bank, payment, replace(part, amount=left))
    else:
        _cancel(bank, payment, part)


def _refused(part: Part, no: Refusal) -> Part:
    return replace(part, status=FAILED, reason=no.detail)


def _keep(bank: Bank, before: Payment, after: Payment, part: Part) -> None:
    bank.keep(before, noted(after, bank.now(), f"{part.kind} refused"))


def _tell_in_vain(bank: Bank, adyen: AdyenFace, name: str, part: Part) -> None:
    """Tell that there was nothing to cancel."""
    merchant = adyen.merchants.get(name)
    item = items.plain_item(name, "TECHNICAL_CANCEL", part.id, part.amount)
    item |= {"merchantReference": part.reference, "success": "false", "reason": "No such payment"}
    letter = items.letter_of([item], merchant, bank.now())
    if letter is not None:
        bank.send(letter, adyen)


def _received_reference(merchant: str, reference: str, part: Part) -> dict[str, object]:
    return {
        "merchantAccount": merchant,
        "paymentReference": reference,
        "pspReference": part.id,
        "reference": part.reference,
        "status": "received",
    }


_DEEDS: Final[dict[str, Deed]] = {
    news.CAPTURE: _capture,
    news.REFUND: _refund,
    news.RAISE: _raise,
    news.CANCEL: _cancel,
    news.REVERSAL: _reverse,
}

HANDLERS: list[HTTPRouteHandler] = [
    capture,
    refund,
    update_amount,
    cancel,
    reverse,
    cancel_by_reference,
]
