"""Pages: which one is asked for, and where the next one is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from app.charging.chargers.public.read import Window
from app.hooks.ocpi.call import Answer, Call
from app.roaming.errors import OcpiInvalid
from app.roaming.wire.codec import read_instant

_LIMIT = 100
_MOST = 1000
_LONGEST_KEY = 64
# Who wants everything may ask for a limit of any length; no row is farther away than this.
_LONGEST_NUMBER = 100
_FARTHEST = 10**15


def window_of(call: Call) -> Window:
    """Return which page is asked for. Raises OcpiInvalid."""
    query = call.query
    after = query.get("after")
    if after is not None and len(after) > _LONGEST_KEY:
        raise OcpiInvalid("that is no page of ours", field="after")
    return Window(
        since=_instant(query, "date_from"),
        until=_instant(query, "date_to"),
        offset=_whole(query, "offset", 0),
        limit=min(max(_whole(query, "limit", _LIMIT), 1), _MOST),
        after=after,
    )


def _instant(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    try:
        # A `+` of a time zone that was not escaped arrives as a blank.
        return None if not text else read_instant(text.replace(" ", "+") if "T" in text else text)
    except ValueError as wrong:
        raise OcpiInvalid(str(wrong), field=name) from wrong


def _whole(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name) or str(default)
    if not text.isdecimal() or len(text) > _LONGEST_NUMBER:
        raise OcpiInvalid(f"{text!r} is no number", field=name)
    return min(int(text), _FARTHEST)


def is_within(at: datetime | None, window: Window) -> bool:
    """Tell whether something changed in the time that is asked for."""
    if at is None:
        return True
    is_late = window.since is None or at >= window.since
    return is_late and (window.until is None or at < window.until)


def asked_of(window: Window) -> Mapping[str, Any]:
    """Return *window* as stores want it."""
    return {
        "since": window.since,
        "until": window.until,
        "offset": window.offset,
        "limit": window.limit,
    }


def page_of(
    call: Call, found: list[Any], total: int, window: Window, after: str | None = None
) -> Answer:
    """Return a page with the address of the next one, which begins *after* the key, if given."""
    headers = {"X-Total-Count": str(total), "X-Limit": str(window.limit)}
    # A page may leave out what is not to be shown yet: the next one begins where it ended.
    reached = window.offset + window.limit
    if reached < total:
        asked = {**call.query, "offset": str(reached), "limit": str(window.limit)}
        # Deep pages are found by key: an offset would count all rows before.
        asked |= {} if after is None else {"after": after}
        headers["Link"] = f'<{"/".join((call.url, *call.rest))}?{urlencode(asked)}>; rel="next"'
    return Answer(found, headers=headers)
