"""Lists as Mollie pages them, and what its handlers share."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from app.sandbox.provider.book.model import Part, Refusal
from app.sandbox.provider.exchange import Asked, Document, Order
from app.sandbox.provider.mollie.hal import Hal

_PAGE: Final = 50
_LONGEST: Final = 250
Made = tuple[str, Callable[[], Document]]


def hal_of(order: Order) -> Hal:
    """Return the writer of answers to *order*."""
    return Hal(order.asked, order.pages)


def page_of(
    request: Asked, hal: Hal, name: str, made: Sequence[Made], path: str | None = None
) -> Document:
    """Return the page of a list that `from` and `limit` ask for; *made* are ids and writers."""
    start, limit = request.query_params.get("from"), _limit(request)
    ids = [key for key, _ in made]
    if start is not None and start not in ids:
        raise Refusal(400, f"The from is none of the {name}", "from")
    first = ids.index(start) if start is not None else 0
    page, rest = made[first : first + limit], ids[first + limit :]
    path = path or name
    following = f"{path}?from={rest[0]}&limit={limit}" if rest else None
    return hal.listed(name, [write() for _, write in page], path, following)


def part_of(parts: Iterable[Part], name: str) -> Part:
    """Return the part with this id; raise Refusal 404 when there is none."""
    for part in parts:
        if part.id == name:
            return part
    raise missing(name)


def missing(name: str) -> Refusal:
    """Return the refusal of something that does not exist."""
    return Refusal(404, f"No entity exists with token '{name}'")


def _limit(request: Asked) -> int:
    text = request.query_params.get("limit", str(_PAGE))
    return min(int(text), _LONGEST) if text.isdecimal() and int(text) else _PAGE
