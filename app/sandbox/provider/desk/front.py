"""The sandbox's first page: the book, the clock, and tricks for a demo."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from app.sandbox.provider.book import faults
from app.sandbox.provider.book.faults import Fault
from app.sandbox.provider.book.model import AUTHORISED, CHARGED_BACK, NOTIFIED, OPEN, Payment
from app.sandbox.provider.book.records import TERMINAL
from app.sandbox.provider.desk.checkout import html
from app.sandbox.provider.desk.pages import page
from app.sandbox.provider.exchange import Exchange

PAYMENTS: Final = 50
# Enough calls for an outage to last until somebody ends it.
_OUTAGE: Final = 200
_STEPS: Final = (
    (60, "1 min"),
    (900, "15 min"),
    (3600, "1 h"),
    (86_400, "1 day"),
    (604_800, "1 week"),
)


@dataclass(frozen=True, slots=True)
class Trick:
    """A failure with a name that everybody understands."""

    name: str
    operation: str
    fault: str
    face: str = ""
    times: int = 1


TRICKS: Final = (
    (
        "The provider",
        (
            Trick("Mollie takes no payments", "start", "rate_limit", "mollie", _OUTAGE),
            Trick("Adyen takes no payments", "start", "rate_limit", "adyen", _OUTAGE),
            Trick("A start is not answered", "start", "timeout_after"),
            Trick("Too many requests", "capture", "rate_limit"),
        ),
    ),
    (
        "The money",
        (
            Trick("The answer to a capture is lost", "capture", "bad_gateway_after"),
            Trick("The hold lapses before the capture", "capture", "hold_expired"),
            Trick("A capture fails two days later", "capture", "part_fails_later"),
            Trick("A refund fails two days later", "refund", "part_fails_later"),
        ),
    ),
    (
        "The webhook",
        (
            Trick("is lost", "webhook", "webhook_lost"),
            Trick("comes twice", "webhook", "webhook_duplicate"),
            Trick("comes too late", "webhook", "webhook_late"),
            Trick("is overtaken", "webhook", "webhook_out_of_order"),
            Trick("comes before the answer", "capture", "webhook_first"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A payment, and what can be made to happen to it: deeds with their names."""

    payment: Payment
    moves: tuple[tuple[str, str], ...]


@get("/")
async def front(exchange: NamedDependency[Exchange]) -> Response[str]:
    """Show the book and the switches."""
    bank = exchange.bank
    bank.sweep()
    armed = Counter(_alike(fault) for fault in bank.store.faults.armed())
    return html(
        page(
            "front",
            now=bank.now(),
            waiting=bank.store.letters.waiting(),
            steps=_STEPS,
            groups=TRICKS,
            operations=list(faults.OPERATIONS),
            kinds=sorted(frozenset().union(*faults.OPERATIONS.values())),
            armed=list(armed.items()),
            terminals=bank.store.records.every(TERMINAL),
            rows=[
                Row(payment, tuple(moves(payment)))
                for payment in bank.store.payments(limit=PAYMENTS)
            ],
        )
    )


def moves(payment: Payment) -> Iterator[tuple[str, str]]:
    """Give what can be made to happen to *payment* now."""
    if payment.status == OPEN and (payment.method or len(payment.choices) == 1):
        yield "approve", "Approve"
    if payment.status == OPEN:
        yield "decline", "Decline"
    if payment.status in (OPEN, AUTHORISED):
        yield "expire", "Expire"
    stages = {part.status for part in payment.disputes}
    left = payment.captured() - payment.refunded() - payment.charged_back()
    if NOTIFIED in stages:
        yield "chargeback", "The bank takes it"
    elif left.minor > 0:
        yield "dispute", "Driver disputes"
    if CHARGED_BACK in stages:
        yield "chargeback_reversed", "Merchant wins"


def _alike(fault: Fault) -> Fault:
    return Fault(fault.operation, fault.fault, face=fault.face)


HANDLERS: list[HTTPRouteHandler] = [front]
