"""Who is acting: known from the door at which somebody came in until the work is written."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from app.people.identity.staff.model import Deed


@dataclass(slots=True)
class Acting:
    """A deed under way, and whether it is on record."""

    deed: Deed
    recorded: bool = False


_acting: ContextVar[Acting | None] = ContextVar("acting", default=None)


def acts(deed: Deed) -> None:
    """Let everything that follows in this request be done as *deed*: see `nobody_acts`."""
    _acting.set(Acting(deed))


def who_acts() -> Acting | None:
    """Return the deed under way, or None: drivers, charge points and jobs are no staff."""
    return _acting.get()


@contextmanager
def nobody_acts() -> Iterator[None]:
    """Let nobody of staff be acting inside the block; afterwards it is who it was before."""
    before = _acting.set(None)
    try:
        yield
    finally:
        _acting.reset(before)
