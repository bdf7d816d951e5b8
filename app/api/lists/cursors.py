"""Cursors of lists that are in the order of an instant and a name."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Final, TypeVar
from uuid import UUID

from litestar.params import QueryParameter

from app.api.errors import InvalidRequest

Row = TypeVar("Row")
Cursor = TypeVar("Cursor")
MOST_ROWS: Final = 100
LONG_PAGE: Final = 1000
PageCursor = Annotated[
    str | None, QueryParameter(max_length=100, description="`next_cursor` of the page before.")
]
UuidCursor = Annotated[UUID | None, QueryParameter(description="`next_cursor` of the page before.")]
PageRows = Annotated[int, QueryParameter(ge=1, le=MOST_ROWS, description="How many at most.")]
LongPageRows = Annotated[int, QueryParameter(ge=1, le=LONG_PAGE, description="How many at most.")]


def cut(
    found: Sequence[Row], limit: int, cursor: Callable[[Row], Cursor]
) -> tuple[Sequence[Row], Cursor | None]:
    """
    Return a page of what was *found*, at most *limit*, and the *cursor* of the next one, if any.

    Look for one more than the page may have: whether there is one tells whether there is more.
    """
    more = cursor(found[limit - 1]) if len(found) > limit else None
    return found[:limit], more


def cursor_of(at: datetime, name: object) -> str:
    """Return the cursor of what is at this place."""
    return f"{at.isoformat()}~{name}"


def place_of(cursor: str | None) -> tuple[datetime, str] | None:
    """Return the place that a cursor names, None for the beginning. Raises InvalidRequest."""
    if cursor is None:
        return None
    instant, _, name = clean(cursor).partition("~")
    try:
        at = datetime.fromisoformat(instant.replace(" ", "+"))
    except ValueError as error:
        raise InvalidRequest("this is no cursor of ours", field="cursor") from error
    if at.tzinfo is None:
        raise InvalidRequest("this is no cursor of ours", field="cursor")
    return at, name


def uuid_place_of(cursor: str | None) -> tuple[datetime, UUID] | None:
    """Return the place of a list whose names are UUIDs. Raises InvalidRequest."""
    place = place_of(cursor)
    if place is None:
        return None
    try:
        return place[0], UUID(place[1])
    except ValueError as error:
        raise InvalidRequest("this is no cursor of ours", field="cursor") from error


def clean(text: str) -> str:
    """Return *text*. Raises InvalidRequest: PostgreSQL's texts hold no NUL, nothing equals it."""
    if "\0" in text:
        raise InvalidRequest("the cursor or the location holds a NUL", field="cursor")
    return text
