"""The card terminals: set up at the desk, and a page on which one taps."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar import get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from app.sandbox.provider.adyen.merchants import account_of as adyen_account
from app.sandbox.provider.book import deeds
from app.sandbox.provider.book.bank import Bank, Change
from app.sandbox.provider.book.methods import methods_of
from app.sandbox.provider.book.model import CARD_READ, OPEN, Payment, Refusal
from app.sandbox.provider.book.records import TERMINAL, Record, is_online
from app.sandbox.provider.desk.checkout import HEADERS, Page, html
from app.sandbox.provider.desk.forms import Reply, done, is_form, json, read, refused
from app.sandbox.provider.desk.pages import page
from app.sandbox.provider.exchange import Asked, Exchange
from app.sandbox.provider.mollie.face import account_of as mollie_account
from qr.drawing import svg
from qr.matrix import Level, matrix_of

_PLUGS: Final = frozenset({"disconnect", "connect"})
_METHODS: Final = {"mollie": "pointofsale", "adyen": "scheme"}


@dataclass(frozen=True, slots=True)
class NewTerminal:
    """A terminal: *owner* is an API key of Mollie or a merchant account of Adyen."""

    face: Literal["mollie", "adyen"]
    owner: str
    description: str = "Terminal"
    id: str | None = None


@dataclass(frozen=True, slots=True)
class Tap:
    """
    What happens at a terminal: `tap`, `decline` or `cancel`, with which *card*.

    `disconnect` takes its connection away, `connect` gives it back.
    """

    deed: Literal["tap", "decline", "cancel", "disconnect", "connect"]
    card: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}$")] = "1234"


@post("/control/terminals", status_code=200)
async def add(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Set up a terminal."""
    try:
        wanted = await read(request, NewTerminal)
    except Refusal as no:
        return refused(no)
    bank = exchange.bank
    account = mollie_account(wanted.owner)
    if wanted.face == "adyen":
        account = adyen_account(wanted.owner)
    origin = bank.origin(account)
    prefix = "term_" if wanted.face == "mollie" else "S1F2-"
    facts = {"description": wanted.description, "face": wanted.face}
    name = wanted.id or f"{prefix}{origin.new_id[:15]}"
    with bank.store.writing():
        bank.store.records.put(Record(name, TERMINAL, account, "", origin.now, facts))
    return done(request, {"id": name})


@get("/terminal/{terminal_id:str}")
async def show(terminal_id: FromPath[str], exchange: NamedDependency[Exchange]) -> Page:
    """Show what the terminal's screen says, with a card to tap."""
    terminal = _known(exchange.bank, terminal_id)
    if terminal is None:
        return html(page("missing", sentence="There is no such terminal."), 404)
    payment = _waiting(exchange.bank, terminal_id)
    screen = terminal.facts.get("screen")
    facts = {"screen": screen, "code": _code(screen), "online": is_online(terminal)}
    return html(page("terminal", terminal=terminal_id, payment=payment, **facts))


@get("/control/terminals/{terminal_id:str}")
async def tell(terminal_id: FromPath[str], exchange: NamedDependency[Exchange]) -> Reply:
    """Tell programs what the terminal asks for and what it shows."""
    terminal = _known(exchange.bank, terminal_id)
    if terminal is None:
        return refused(Refusal(404, "There is no such terminal"))
    payment = _waiting(exchange.bank, terminal_id)
    asks = None
    if payment is not None:
        minor = {"minor": payment.amount.minor, "currency": payment.amount.currency}
        asks = {"id": payment.id, "amount": minor, "reads": not payment.amount}
    shows = terminal.facts.get("screen")
    return json({"asks": asks, "shows": shows, "online": is_online(terminal)})


@post("/terminal/{terminal_id:str}", status_code=200)
async def act(
    request: Asked, terminal_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Tap a card, or not."""
    try:
        wanted = await read(request, Tap)
        if wanted.deed in _PLUGS:
            _plug(exchange.bank, terminal_id, online=wanted.deed == "connect")
        else:
            payment = _asking(exchange.bank, terminal_id)
            exchange.bank.change(payment, _change(payment, wanted))
    except Refusal as no:
        return refused(no)
    if is_form(request):
        return Redirect(f"/terminal/{terminal_id}", status_code=303, headers=HEADERS)
    return json({"done": True})


def _code(screen: object) -> str | None:
    """Return the QR code that the terminal shows, drawn as SVG, or None."""
    link = screen.get("link") if isinstance(screen, dict) else None
    if not isinstance(link, str):
        return None
    return svg(matrix_of(link, Level.L), title=link)


def _plug(bank: Bank, terminal_id: str, *, online: bool) -> None:
    terminal = _known(bank, terminal_id)
    if terminal is None:
        raise Refusal(404, "There is no such terminal")
    with bank.store.writing():
        facts = {**terminal.facts, "online": online}
        bank.store.records.put(replace(terminal, facts=facts))


def _asking(bank: Bank, terminal_id: str) -> Payment:
    payment = _waiting(bank, terminal_id)
    if payment is None:
        raise Refusal(422, "The terminal asks for no card")
    return payment


def _change(payment: Payment, tap: Tap) -> Change:
    method = methods_of(payment.face)[_METHODS[payment.face]]

    def approve(payment: Payment, now: datetime) -> Payment:
        shown = replace(payment, card=tap.card)
        if shown.amount:
            return deeds.approve(shown, method, now)
        # Only read: no money moves, and the payment is over.
        return replace(deeds.cancel(shown, now), failure_reason=CARD_READ)

    changes: dict[str, Change] = {
        "tap": approve,
        "decline": deeds.decline,
        "cancel": deeds.cancel,
    }
    return changes[tap.deed]


def _waiting(bank: Bank, terminal_id: str) -> Payment | None:
    payment = bank.store.named(f"terminal:{terminal_id}")
    if payment is None:
        return None
    with bank.store.writing():
        payment = bank.settled(payment)
    return payment if payment.status == OPEN else None


def _known(bank: Bank, terminal_id: str) -> Record | None:
    every = bank.store.records.every(TERMINAL)
    return next((record for record in every if record.id == terminal_id), None)


HANDLERS: list[HTTPRouteHandler] = [add, show, tell, act]
