"""Behind the scenes: the sandbox's own book, its clock, and failures on demand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Final, TypeVar

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from app.kernel.money import Money
from app.sandbox.provider.book import faults
from app.sandbox.provider.book.model import Payment, Refusal
from app.sandbox.provider.checkout import deed, html
from app.sandbox.provider.exchange import Asked, Exchange
from app.sandbox.provider.hal import Hal
from app.sandbox.provider.pages import page

JSON: Final = "application/json"
Reply = Response[bytes] | Redirect
T = TypeVar("T")
Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]


@dataclass(frozen=True, slots=True)
class Arming:
    """Which operation is to fail, how, how often, and (for time-outs) for how long."""

    operation: str
    fault: str
    times: Count = 1
    milliseconds: Annotated[int, msgspec.Meta(ge=1)] = faults.DEFAULT_MILLISECONDS


@dataclass(frozen=True, slots=True)
class Forward:
    """How far the clock goes forward."""

    seconds: Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class Policy:
    """Whether a capture ends the hold, as it does on accounts without multiple capture."""

    single_capture: bool


@dataclass(frozen=True, slots=True)
class BookLine:
    """One payment in the sandbox's own book, to compare ours with."""

    id: str
    description: str
    method: str | None
    status: str
    amount: Money
    captured: Money
    refunded: Money
    history: tuple[tuple[datetime, str], ...]


@get("/")
async def desk(exchange: NamedDependency[Exchange]) -> Response[str]:
    """Show the book and the switches."""
    bank = exchange.bank
    return html(
        page(
            "desk",
            now=bank.now(),
            waiting=bank.store.waiting(),
            operations=list(faults.OPERATIONS),
            kinds=sorted(frozenset().union(*faults.OPERATIONS.values())),
            armed=bank.store.faults(),
            payments=bank.store.payments(limit=50),
        )
    )


@get("/control/book")
async def book(exchange: NamedDependency[Exchange]) -> Response[bytes]:
    """Return every payment with what was really taken and given back."""
    exchange.bank.sweep()
    return _json([_line(payment) for payment in exchange.bank.store.payments(limit=100_000)])


@post("/control/faults", status_code=200)
async def arm(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Arm failures."""
    try:
        arming = _possible(await _read(request, Arming))
    except Refusal as no:
        return _json({"detail": no.detail}, no.status)
    with exchange.bank.store.writing():
        for _ in range(arming.times):
            exchange.bank.store.arm(arming.operation, arming.fault, arming.milliseconds)
    return _done(request)


@post("/control/faults/clear", status_code=200)
async def disarm(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Disarm all failures."""
    with exchange.bank.store.writing():
        exchange.bank.store.disarm()
    return _done(request)


@post("/control/clock", status_code=200)
async def forward(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Put the clock forward: payments and holds expire, webhooks come due."""
    try:
        exchange.bank.advance((await _read(request, Forward)).seconds)
    except Refusal as no:
        return _json({"detail": no.detail}, no.status)
    return _done(request)


@post("/control/policy", status_code=200)
async def policy(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Choose whether one capture ends a hold."""
    try:
        wanted = await _read(request, Policy)
    except Refusal as no:
        return _json({"detail": no.detail}, no.status)
    with exchange.bank.store.writing():
        exchange.bank.store.set("single_capture", "yes" if wanted.single_capture else "no")
    return _done(request)


@post("/control/payments/{payment_id:str}/{name:str}", status_code=200)
async def act(
    request: Asked,
    payment_id: FromPath[str],
    name: FromPath[str],
    exchange: NamedDependency[Exchange],
) -> Reply:
    """Do what a driver, a bank or the time would do: approve, decline, cancel or expire."""
    try:
        payment = exchange.bank.any_payment(payment_id)
        changed = exchange.bank.change(
            payment, deed(name, payment, request.query_params.get("method", ""))
        )
    except Refusal as no:
        return _json({"detail": no.detail}, no.status)
    return _done(request, Hal("", "").payment(changed))


def _possible(arming: Arming) -> Arming:
    if arming.fault not in faults.OPERATIONS.get(arming.operation, frozenset()):
        raise Refusal(422, f"{arming.operation} can't fail as {arming.fault}")
    return arming


def _line(payment: Payment) -> BookLine:
    return BookLine(
        id=payment.id,
        description=payment.description,
        method=payment.method,
        status=payment.status,
        amount=payment.amount,
        captured=payment.captured(),
        refunded=payment.refunded(),
        history=payment.history,
    )


async def _read(request: Asked, wanted: type[T]) -> T:
    """Return the JSON or the form of *request*; raise Refusal when it does not fit."""
    try:
        if _is_form(request):
            return msgspec.convert(dict(await request.form()), wanted, strict=False)
        return msgspec.json.decode(await request.body(), type=wanted)
    except msgspec.MsgspecError as error:
        raise Refusal(422, str(error)) from error


def _done(request: Asked, facts: object = None) -> Reply:
    if _is_form(request):
        return Redirect("/", status_code=303)
    return _json(facts if facts is not None else {"done": True})


def _is_form(request: Asked) -> bool:
    return request.content_type[0] == "application/x-www-form-urlencoded"


def _json(value: object, status: int = 200) -> Response[bytes]:
    return Response(msgspec.json.encode(value), status_code=status, media_type=JSON)


HANDLERS: list[HTTPRouteHandler] = [desk, book, arm, disarm, forward, policy, act]
