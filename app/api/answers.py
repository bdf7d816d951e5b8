"""Answers that a caller may keep: an ETag, and 304 when nothing has changed."""

import hashlib
from typing import Any, TypeVar

import msgspec
from litestar import Response
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example

from app.directpay.views import JourneyView

View = TypeVar("View", bound=msgspec.Struct)
NOT_MODIFIED = {304: ResponseSpec(None, description="Nothing has changed since that ETag.")}
_DIGEST_BYTES = 12
_NOT_MODIFIED = 304
_HEADERS = {
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def fresh(view: View, if_none_match: str | None) -> Response[View]:
    """Return *view* with its ETag; without a body when the caller has that already."""
    return kept(view, if_none_match, _etag(view))


def shared(view: View, if_none_match: str | None, seconds: int) -> Response[View]:
    """Do as `fresh`; who asks without a token may be given what others got *seconds* ago."""
    return kept(view, if_none_match, _etag(view), f"public, max-age={seconds}")


def kept(
    view: View,
    if_none_match: str | None,
    etag: str,
    cache_control: str = _HEADERS["Cache-Control"],
) -> Response[View]:
    """Return *view* with this ETag; without a body when the caller has that already."""
    headers = {**_HEADERS, "Cache-Control": cache_control, "ETag": etag, "Vary": "Authorization"}
    known = [tag.strip() for tag in (if_none_match or "").split(",")]
    if etag in known or "*" in known:
        # The type is of the body that the caller keeps.
        return Response(None, status_code=_NOT_MODIFIED, headers=headers)  # type: ignore[arg-type]
    return Response(view, headers=headers)


def private(view: View) -> Response[View]:
    """Return *view* after a command: nobody may keep it."""
    return Response(view, headers={**_HEADERS, "Cache-Control": "no-store"})


def _etag(view: msgspec.Struct) -> str:
    """Return a weak ETag: that the time went on is no change."""
    if isinstance(view, JourneyView):
        # The version is an instant too: it orders views, and grows with every look.
        live = view.live and msgspec.structs.replace(view.live, seconds=0)
        view = msgspec.structs.replace(view, version=0, now=None, live=live)
    body = msgspec.json.encode(view)
    return f'W/"{hashlib.blake2b(body, digest_size=_DIGEST_BYTES).hexdigest()}"'


def answer(kind: type, description: str, value: Any) -> ResponseSpec:  # noqa: ANN401 - any body
    """Return the description of an answer of this *kind*, with *value* as its example."""
    example = Example(summary=description, value=value)
    return ResponseSpec(kind, generate_examples=False, description=description, examples=[example])
