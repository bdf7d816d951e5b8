"""The page where the driver pays: approve, decline, cancel or leave."""

from datetime import datetime
from html import escape
from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from app.sandbox.provider.book import model
from app.sandbox.provider.book.bank import Change
from app.sandbox.provider.book.methods import METHODS, Method
from app.sandbox.provider.book.model import OPEN, Payment, Refusal
from app.sandbox.provider.exchange import Asked, Exchange
from app.sandbox.provider.pages import page

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
        return _ended(payment)
    methods = _methods(payment)
    holds = payment.capture_mode == "manual" and methods[0].holds
    return html(
        page("checkout", payment=payment, amount=payment.amount, methods=methods, holds=holds)
    )


@post("/checkout/{token:str}", status_code=200)
async def act(request: Asked, token: FromPath[str], exchange: NamedDependency[Exchange]) -> Page:
    """Do what the driver chose and send them back to the merchant."""
    form = await request.form()
    try:
        payment = exchange.bank.page(token)
        if form.get("deed") == "leave":
            return _left(payment)
        if payment.status == OPEN:
            change = deed(str(form.get("deed")), payment, str(form.get("method") or ""))
            payment = exchange.bank.change(payment, change)
    except Refusal as no:
        return html(page("missing", sentence=no.detail), no.status)
    return Redirect(payment.redirect_url, status_code=303, headers=HEADERS)


def deed(name: str, payment: Payment, method: str) -> Change:
    """Return what *name* does to a payment; raise Refusal when there is no such deed."""
    if name == "approve":
        chosen = payment.method or method
        if chosen not in METHODS:
            raise Refusal(422, "Choose a way to pay.")

        def approve(payment: Payment, now: datetime) -> Payment:
            return model.approve(payment, chosen, now)

        return approve
    deeds: dict[str, Change] = {
        "decline": model.decline,
        "cancel": model.cancel,
        "expire": model.expire,
    }
    if name not in deeds:
        raise Refusal(422, f"There is no deed {name!r}.")
    return deeds[name]


def html(text: str, status: int = 200) -> Response[str]:
    """Answer with a page."""
    return Response(text, status_code=status, media_type="text/html", headers=HEADERS)


def _methods(payment: Payment) -> list[Method]:
    if payment.method is not None:
        return [METHODS[payment.method]]
    return [m for m in METHODS.values() if payment.amount.currency in m.currencies]


def _left(payment: Payment) -> Page:
    sentence = "You left. The payment stays open until it expires; you can come back to it."
    facts = {"link": f"/checkout/{payment.token}", "label": "Come back", "sentence": sentence}
    return html(page("done", payment=payment, amount=payment.amount, **facts))


def _ended(payment: Payment) -> Page:
    facts = {"link": payment.redirect_url, "label": "Back to the shop"}
    sentence = SENTENCES[payment.status]
    return html(page("done", payment=payment, amount=payment.amount, sentence=sentence, **facts))


@get("/icons/{name:str}")
async def icon(name: FromPath[str]) -> Response[str]:
    """Return the picture of a method, `creditcard.svg`: its first letters in a frame."""
    method = METHODS.get(name.removesuffix(".svg"))
    if method is None:
        return html(page("missing", sentence="There is no such method."), 404)
    return Response(_ICON.format(escape(method.label[:2])), media_type="image/svg+xml")


HANDLERS: list[HTTPRouteHandler] = [show, act, icon]
