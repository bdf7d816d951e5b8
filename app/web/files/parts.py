"""Parts of files: what a browser asks for by `Range` (RFC 9110, section 14)."""

import re
from collections.abc import Mapping
from typing import Final

from litestar import Response

from app.web.request import AnyRequest

_PART, _NOT_MODIFIED, _NO_SUCH_PART = 206, 304, 416
_MEDIA_TYPE: Final = "application/octet-stream"
# Several parts at once, and other units, are answered with the whole file, as one may.
_RANGE: Final = re.compile(r"bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))")


def part_of(request: AnyRequest, body: bytes, headers: Mapping[str, str]) -> Response[bytes]:
    """
    Return the part of *body* that is asked for, or all of it.

    *headers* have its ETag, by which a browser that has another version gets the whole file.
    """
    known = {**headers, "Accept-Ranges": "bytes"}
    asked = request.headers
    if headers["ETag"] in asked.get("if-none-match", ""):
        return Response(b"", status_code=_NOT_MODIFIED, headers=known)
    wanted = _RANGE.fullmatch(asked.get("range", ""))
    if wanted is None or asked.get("if-range", headers["ETag"]) != headers["ETag"]:
        return Response(body, media_type=_MEDIA_TYPE, headers=known)
    first, last = _bounds(wanted, len(body))
    if first > last:
        known["Content-Range"] = f"bytes */{len(body)}"
        return Response(b"", status_code=_NO_SUCH_PART, headers=known)
    known["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    part = body[first : last + 1]
    return Response(part, status_code=_PART, media_type=_MEDIA_TYPE, headers=known)


def _bounds(wanted: re.Match[str], size: int) -> tuple[int, int]:
    """Return the first and the last byte; the first comes after the last where there is none."""
    first, last, ending = wanted.groups()
    if ending is not None:
        return (max(size - int(ending), 0), size - 1) if int(ending) else (size, size - 1)
    return int(first), min(int(last or size), size - 1)
