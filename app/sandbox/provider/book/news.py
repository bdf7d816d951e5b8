"""What changed between two states of a payment: the news that a merchant may hear of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.sandbox.provider.book.model import NOTIFIED, PENDING, Part, Payment

PAYMENT: Final = "payment"
CAPTURE: Final = "capture"
REFUND: Final = "refund"
DISPUTE: Final = "dispute"
CANCEL: Final = "cancel"
TECHNICAL: Final = "technical"
REVERSAL: Final = "reversal"
RAISE: Final = "raise"


@dataclass(frozen=True, slots=True)
class News:
    """
    Something of *kind* went from one status to another.

    *part* is the capture, refund, change or dispute; None when it is the payment itself.
    """

    kind: str
    was: str
    now: str
    part: Part | None = None


def news(before: Payment | None, after: Payment) -> list[News]:
    """Return what is new in *after*; None before means that the payment was just made."""
    found: list[News] = []
    if before is not None and before.status != after.status:
        found.append(News(PAYMENT, before.status, after.status))
    known = {part.id: part.status for part in before.parts()} if before else {}
    for kind, part in _parts(after):
        was = known.get(part.id, "" if part.status == NOTIFIED else PENDING)
        if was != part.status:
            found.append(News(kind, was, part.status, part))
    return found


def _parts(payment: Payment) -> Iterator[tuple[str, Part]]:
    yield from ((CAPTURE, part) for part in payment.captures)
    yield from ((REFUND, part) for part in payment.refunds)
    yield from ((part.kind, part) for part in payment.changes)
    yield from ((DISPUTE, part) for part in payment.disputes)
