"""The page where the driver pays: approve, decline, cancel or leave."""

from datetime import datetime
from html import escape
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from app.sandbox.provider.book import deeds
from app.sandbox.provider.book.bank import Change
from app.sandbox.provider.book.methods import ADYEN_METHODS, METHODS, Method, methods_of
from app.sandbox.provider.book.model import OPEN, Payment, Refusal
from app.sandbox.provider.desk.pages import page
from app.sandbox.provider.exchange import Asked, Exchange

Page = Response[str] | Redirect
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
}
SENTENCES: Final = {
    "authorized": "The amount is reserved.",
    "paid": "The amount is paid.",
    "canceled": "The payment was cancelled.",
    "expired": "The payment has expired.",
    "failed": "The payment was declined.",
}

_ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 24" width="32" height="24">'
    '<rect width="32" height="24" rx="4" fill="#14213d"/><text x="16" y="16" fill="#fff"'
    ' font-family="sans-serif" font-size="11" text-anchor="middle">{}</text></svg>'
)


@get("/checkout/{token:str}")
async def show(token: FromPath[str], exchange: NamedDependency[Exchange]) -> Page:
    """Show what is to be paid, or how the payment ended."""
    try:
        payment = exchange.bank.page(token)
    except Refusal as no:
        return html(page("missing", sentence=no.detail), 404)
    if payment.status != OPEN:
        return _ended(payment, _back(exchange, payment))
    methods = _methods(payment)
    holds = payment.capture_mode == "manual" and methods[0].holds
    return html(
        page("checkout", payment=payment, amount=payment.amount, methods=methods, holds=holds)
    )


@post("/checkout/{token:str}", status_code=200)
async def act(request: Asked, token: FromPath[str], exchange: NamedDependency[Exchange]) -> Page:
    """Do what the driver chose and send them back to the merchant, or to their bank first."""
    form = await request.form()
    name, method = str(form.get("deed")), str(form.get("method") or "")
    try:
        payment = exchange.bank.page(token)
        if name == "leave":
            return _left(payment)
        if name == "challenge" and payment.status == OPEN:
            return _bank(payment, chosen_method(payment, method))
        if payment.status == OPEN:
            payment = exchange.bank.change(payment, deed(name, payment, method))
    except Refusal as no:
        return html(page("missing", sentence=no.detail), no.status)
    return Redirect(_back(exchange, payment), status_code=303, headers=HEADERS)


def deed(name: str, payment: Payment, method: str) -> Change:
    """Return what *name* does to a payment; raise Refusal when there is no such deed."""
    if name in ("approve", "confirm"):
        chosen = chosen_method(payment, method)

        def approve(payment: Payment, now: datetime) -> Payment:
            return deeds.approve(payment, chosen, now, secured=name == "confirm")

        return approve
    known: dict[str, Change] = {
        "decline": deeds.decline,
        "fail": deeds.fail_authentication,
        "cancel": deeds.cancel,
        "expire": deeds.expire,
        "chargeback": deeds.charge_back,
        "chargeback_reversed": deeds.reverse_chargeback,
    }
    if name not in known:
        raise Refusal(422, f"There is no deed {name!r}.")
    return known[name]


def chosen_method(payment: Payment, method: str) -> Method:
    """Return how the driver pays; raise Refusal when that is not offered."""
    known, name = methods_of(payment.face), payment.method or method
    if not name and len(payment.choices) == 1:
        name = payment.choices[0]
    if name not in known:
        raise Refusal(422, "Choose a way to pay.")
    return known[name]


def html(text: str, status: int = 200) -> Response[str]:
    """Answer with a page."""
    return Response(text, status_code=status, media_type="text/html", headers=HEADERS)


def _methods(payment: Payment) -> list[Method]:
    if payment.method is not None:
        return [methods_of(payment.face)[payment.method]]
    known = METHODS if payment.face == "mollie" else ADYEN_METHODS
    return [
        method
        for method in known.values()
        if payment.amount.currency in method.currencies and method.id in (payment.choices or known)
    ]


def _back(exchange: Exchange, payment: Payment) -> str:
    return exchange.bank.faces[payment.face].back(payment)


def _bank(payment: Payment, method: Method) -> Page:
    return html(page("bank", payment=payment, amount=payment.amount, method=method))


def _left(payment: Payment) -> Page:
    sentence = "You left. The payment stays open until it expires; you can come back to it."
    facts = {"link": f"/checkout/{payment.token}", "label": "Come back", "sentence": sentence}
    return html(page("done", payment=payment, amount=payment.amount, **facts))


def _ended(payment: Payment, back: str) -> Page:
    facts = {"link": back, "label": "Back to the shop"}
    sentence = SENTENCES[payment.status]
    return html(page("done", payment=payment, amount=payment.amount, sentence=sentence, **facts))


@get("/icons/{name:str}")
async def icon(name: FromPath[str]) -> Response[str]:
    """Return the picture of a method, `creditcard.svg`: its first letters in a frame."""
    name = name.removesuffix(".svg")
    method = METHODS.get(name) or ADYEN_METHODS.get(name)
    if method is None:
        return html(page("missing", sentence="There is no such method."), 404)
    return Response(_ICON.format(escape(method.label[:2])), media_type="image/svg+xml")


HANDLERS: list[HTTPRouteHandler] = [show, act, icon]
