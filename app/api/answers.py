"""Answers that a caller may keep: an ETag, and 304 when nothing has changed."""

import hashlib
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import msgspec
from litestar import MediaType, Response
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


@dataclass(frozen=True, slots=True)
class Made:
    """An answer ready to send, with its ETag."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, view: msgspec.Struct) -> "Made":
        """Return *view* as it is sent."""
        body = msgspec.json.encode(view)
        return cls(body, _etag(view, body))


def fresh(view: View, if_none_match: str | None) -> Response[View]:
    """Return *view* with its ETag; without a body when the caller has that already."""
    answered = _answered(Made.of(view), if_none_match, _HEADERS["Cache-Control"])
    return cast("Response[View]", answered)  # its body is the view, encoded


def shared(made: Made, if_none_match: str | None, seconds: int) -> Response[bytes]:
    """Do as `fresh`; who asks without a token may be given what others got *seconds* ago."""
    return _answered(made, if_none_match, f"public, max-age={seconds}")


def kept(view: View, if_none_match: str | None, etag: str) -> Response[View]:
    """Do as `fresh`, with this ETag."""
    made = Made(msgspec.json.encode(view), etag)
    return cast("Response[View]", _answered(made, if_none_match, _HEADERS["Cache-Control"]))


def _answered(made: Made, if_none_match: str | None, cache_control: str) -> Response[bytes]:
    headers = {**_HEADERS, "Cache-Control": cache_control, "ETag": made.etag}
    headers["Vary"] = "Authorization"
    known = [tag.strip() for tag in (if_none_match or "").split(",")]
    if made.etag in known or "*" in known:
        # The type is of the body that the caller keeps.
        return Response(None, status_code=_NOT_MODIFIED, headers=headers)  # type: ignore[arg-type]
    return Response(made.body, headers=headers, media_type=MediaType.JSON)


def private(view: View) -> Response[View]:
    """Return *view* after a command: nobody may keep it."""
    return Response(view, headers={**_HEADERS, "Cache-Control": "no-store"})


def _etag(view: msgspec.Struct, body: bytes) -> str:
    """Return a weak ETag: that the time went on is no change."""
    if isinstance(view, JourneyView):
        # The version is an instant too: it orders views, and grows with every look.
        live = view.live and msgspec.structs.replace(view.live, seconds=0)
        body = msgspec.json.encode(msgspec.structs.replace(view, version=0, now=None, live=live))
    return f'W/"{hashlib.blake2b(body, digest_size=_DIGEST_BYTES).hexdigest()}"'


def answer(kind: type, description: str, value: Any) -> ResponseSpec:  # noqa: ANN401 - any body
    """Return the description of an answer of this *kind*, with *value* as its example."""
    example = Example(summary=description, value=value)
    return ResponseSpec(kind, generate_examples=False, description=description, examples=[example])
