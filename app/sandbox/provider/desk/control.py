"""Behind the scenes: the sandbox's own book, its clock, and failures on demand."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.kernel.money import Money
from app.sandbox.provider.book import faults
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.faults import Fault
from app.sandbox.provider.book.model import Payment, Refusal
from app.sandbox.provider.book.shares import given
from app.sandbox.provider.desk.checkout import deed
from app.sandbox.provider.desk.forms import Reply, done, json, read, refused
from app.sandbox.provider.exchange import Asked, Exchange

Count = Annotated[int, msgspec.Meta(ge=1, le=1000)]


@dataclass(frozen=True, slots=True)
class Arming:
    """
    Which operation is to fail, how, how often, and (for time-outs) for how long.

    *face* is `mollie` or `adyen`; without one it is whichever is called first.
    """

    operation: str
    fault: str
    face: str = ""
    times: Count = 1
    milliseconds: Annotated[int, msgspec.Meta(ge=1)] = faults.DEFAULT_MILLISECONDS


@dataclass(frozen=True, slots=True)
class Forward:
    """How far the clock goes forward."""

    seconds: Annotated[int, msgspec.Meta(ge=0)]


@dataclass(frozen=True, slots=True)
class Policy:
    """
    How the sandbox behaves from now on; what is not given stays.

    *single_capture*: a capture ends the hold, as on accounts without multiple capture.
    *retries*: webhooks are repeated after seconds (`quick`) or as each provider says (`published`).
    *stored*: what banks say when a means is charged that a driver left (`approve`, `decline`).
    """

    single_capture: bool | None = None
    retries: Literal["quick", "published"] | None = None
    stored: Literal["approve", "decline"] | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """An API key of a merchant."""

    key: str


@dataclass(frozen=True, slots=True)
class BookLine:
    """One payment in the sandbox's own book, to compare ours with; *shares* are others' parts."""

    id: str
    face: str
    session: str | None
    reference: str
    description: str
    method: str | None
    status: str
    amount: Money
    authorised: Money
    captured: Money
    refunded: Money
    charged_back: Money
    fees: Money
    shares: dict[str, int]
    history: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, slots=True)
class State:
    """What time it is here, how many webhooks wait, and how many failures are armed."""

    now: datetime
    webhooks: int
    due: int
    faults: int


@get("/control/state")
async def state(exchange: NamedDependency[Exchange]) -> Response[bytes]:
    """Tell how the sandbox stands: whoever waits for silence waits for no webhooks."""
    bank = exchange.bank
    bank.sweep()
    letters, now = bank.store.letters, bank.now()
    armed = len(bank.store.faults.armed())
    return json(State(now, letters.waiting(), len(letters.due(now)), armed))


@get("/control/book")
async def book(exchange: NamedDependency[Exchange]) -> Response[bytes]:
    """Return every payment with what was really taken and given back."""
    exchange.bank.sweep()
    return json(
        [_line(exchange.bank, payment) for payment in exchange.bank.store.payments(limit=100_000)]
    )


@post("/control/faults", status_code=200)
async def arm(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Arm failures."""
    try:
        arming = _possible(await read(request, Arming))
    except Refusal as no:
        return refused(no)
    with exchange.bank.store.writing():
        fault = Fault(arming.operation, arming.fault, arming.milliseconds, arming.face)
        for _ in range(arming.times):
            exchange.bank.store.faults.arm(fault)
    return done(request)


@post("/control/faults/clear", status_code=200)
async def disarm(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Disarm all failures."""
    with exchange.bank.store.writing():
        exchange.bank.store.faults.disarm()
    return done(request)


@post("/control/clock", status_code=200)
async def forward(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Put the clock forward: payments and holds expire, webhooks come due."""
    try:
        exchange.bank.advance((await read(request, Forward)).seconds)
    except Refusal as no:
        return refused(no)
    return done(request)


@post("/control/policy", status_code=200)
async def policy(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Choose how the sandbox behaves."""
    try:
        wanted = _something(await read(request, Policy))
    except Refusal as no:
        return refused(no)
    with exchange.bank.store.writing():
        if wanted.single_capture is not None:
            exchange.bank.store.set("single_capture", "yes" if wanted.single_capture else "no")
        if wanted.retries is not None:
            exchange.bank.store.set("retries", wanted.retries)
        if wanted.stored is not None:
            exchange.bank.store.set("stored", wanted.stored)
    return done(request)


@post("/control/payments/{payment_id:str}/{name:str}", status_code=200)
async def act(
    request: Asked,
    payment_id: FromPath[str],
    name: FromPath[str],
    exchange: NamedDependency[Exchange],
) -> Reply:
    """Do what a driver, a bank or the time would do."""
    try:
        changed = _acted(exchange.bank, payment_id, name, request.query_params.get("method", ""))
    except Refusal as no:
        return refused(no)
    return done(request, _line(exchange.bank, changed))


def _acted(bank: Bank, payment_id: str, name: str, method: str) -> Payment:
    payment = bank.any_payment(payment_id)
    with bank.store.writing():
        payment = bank.settled(payment)
    if name == "dispute":
        return bank.dispute(payment)
    return bank.change(payment, deed(name, payment, method))


def _something(policy: Policy) -> Policy:
    if policy == Policy():
        raise Refusal(422, "Say what is to change")
    return policy


def _possible(arming: Arming) -> Arming:
    if arming.fault not in faults.OPERATIONS.get(arming.operation, frozenset()):
        raise Refusal(422, f"{arming.operation} can't fail as {arming.fault}")
    if arming.face not in faults.FACES:
        raise Refusal(422, f"There is no face {arming.face!r}")
    return arming


def _line(bank: Bank, payment: Payment) -> BookLine:
    none = Money.zero(payment.amount.currency)
    return BookLine(
        id=payment.id,
        face=payment.face,
        session=payment.session,
        reference=payment.reference,
        description=payment.description,
        method=payment.method,
        status=payment.status,
        amount=payment.amount,
        authorised=payment.amount if payment.was_authorised() else none,
        captured=payment.captured(),
        refunded=payment.refunded(),
        charged_back=payment.charged_back(),
        fees=sum((line.fee for line in bank.store.movements.of_payment(payment.id)), none),
        shares=given(payment, bank.store.records, settled=True),
        history=payment.history,
    )


@post("/control/keys/revoke", status_code=200)
async def revoke(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Take a merchant's API key no more, as after a rotation."""
    try:
        key = (await read(request, Key)).key
    except Refusal as no:
        return refused(no)
    with exchange.bank.store.writing():
        exchange.bank.store.revoke(key)
    return done(request)


@post("/control/keys/restore", status_code=200)
async def restore(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Take every API key again."""
    with exchange.bank.store.writing():
        exchange.bank.store.restore()
    return done(request)


HANDLERS: list[HTTPRouteHandler] = [book, state, arm, disarm, forward, policy, act, revoke, restore]
