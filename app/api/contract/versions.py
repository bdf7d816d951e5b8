"""
Edits that undo nobody else's: the ETag of what was read comes back as If-Match.

Source: RFC 9110, sections 8.8.3 and 13.1.1; RFC 6585, section 3.
"""

import hashlib
from typing import Annotated, Final, TypeVar

import msgspec
from litestar import Response
from litestar.params import HeaderParameter

from app.api.answers import private
from app.kernel.errors import Kind, Problem

View = TypeVar("View", bound=msgspec.Struct)
_DIGEST_BYTES: Final = 12

IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        description="The ETag of what was read: the edit is refused when it has changed since.",
    ),
]
IfMatchNeeded = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        description="The ETag of what was read. It is needed: the edit replaces all of it.",
    ),
]


class VersionChanged(Problem):
    """What is edited is not as it was when the caller read it."""

    code = "version_changed"
    kind = Kind.CHANGED
    title = "Somebody else has changed this"


class VersionNeeded(Problem):
    """An edit that replaces a whole thing does not say what the caller has seen of it."""

    code = "version_needed"
    kind = Kind.UNSEEN
    title = "Say which version you edit"


def tag_of(view: msgspec.Struct) -> str:
    """Return the ETag of *view*: a strong one, which an edit can be held against."""
    digest = hashlib.blake2b(msgspec.json.encode(view), digest_size=_DIGEST_BYTES)
    return f'"{digest.hexdigest()}"'


def versioned(view: View, edits: msgspec.Struct | None = None) -> Response[View]:
    """
    Return *view* with the ETag by which an edit of it can be held against it.

    *edits* is the part of it that can be edited, where the rest changes by itself.
    """
    answer = private(view)
    answer.headers["ETag"] = tag_of(view if edits is None else edits)
    return answer


def edited(view: msgspec.Struct) -> Response[None]:
    """Return what follows an edit without a body: the ETag of *view*, as it is now."""
    return Response(None, headers={"Cache-Control": "no-store", "ETag": tag_of(view)})


def require_match(
    if_match: str | None, now: msgspec.Struct | None, *, needed: bool = False
) -> None:
    """
    Let an edit go on while what is edited is as the caller has read it; None: there is nothing yet.

    Call it in the transaction of the edit, with what is locked there. Raises VersionChanged, and
    VersionNeeded without If-Match where it is *needed*.
    """
    if if_match is None:
        if needed:
            raise VersionNeeded("read it first, and send its ETag as If-Match")
        return
    given = {tag.strip() for tag in if_match.split(",")}
    if now is None or not given & {"*", tag_of(now)}:
        raise VersionChanged("read it again, and decide anew")
