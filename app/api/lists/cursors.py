"""Cursors of lists that are in the order of an instant and a name."""

from datetime import datetime

from app.api.errors import InvalidRequest


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


def clean(text: str) -> str:
    """Return *text*. Raises InvalidRequest: PostgreSQL's texts hold no NUL, nothing equals it."""
    if "\0" in text:
        raise InvalidRequest("the cursor or the location holds a NUL", field="cursor")
    return text
