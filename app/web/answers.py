"""Answers: pages with their guarding headers, redirects, and files that never change."""

from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urlsplit

from litestar import Response
from litestar.datastructures import Cookie

from app.infra.kept.packed import FOR_NOW, Packed
from app.web.config import WebConfig
from app.web.drawing.look import Look
from app.web.drawing.templates import render
from app.web.request import AnyRequest
from app.web.security import NO_MORE, Sources, page_headers

HTML = "text/html"
SEE_OTHER = 303
_NOT_MODIFIED = 304
# Everything that a page of one address depends on.
_SCAN_CACHING = {
    "Cache-Control": "private, no-cache",
    "Vary": "Accept-Encoding, Accept-Language, Cookie, User-Agent",
}
_NO_STORE = {"Cache-Control": "no-store"}
_PRIVATE = {**_NO_STORE, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}


def private_page(
    request: AnyRequest,
    page: tuple[str, Look],
    config: WebConfig,
    *,
    status: int = 200,
    more: Sources = NO_MORE,
) -> Response[bytes]:
    """Return a page that nobody may keep; *more* is what it loads besides what all do."""
    text, look = page
    headers = {**page_headers(config, style=look.style, more=more), **_NO_STORE}
    body = Packed(text.encode(), quality=FOR_NOW)
    content, encoding = body.encoded(request.headers.get("accept-encoding", ""))
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    return Response(content, status_code=status, media_type=HTML, headers=headers)


def private_part(text: str) -> Response[bytes]:
    """Return a part of a page, for the script to put in; nobody may keep it."""
    return Response(text.encode(), media_type=HTML, headers=_PRIVATE)


def private_file(
    content: bytes, name: str, media_type: str, *, shown: bool = False
) -> Response[bytes]:
    """Return a file that nobody else may keep: to be taken away, or to be *shown* at once."""
    how = "inline" if shown else "attachment"
    headers = {**_PRIVATE, "Content-Disposition": f'{how}; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def scan_headers(look: Look, config: WebConfig) -> Mapping[str, str]:
    """Return the headers of a scan page, which a browser may keep and must ask about."""
    return _headers_of_scans(config, look.style)


@lru_cache(maxsize=1024)  # a style for each colour of a brand
def _headers_of_scans(config: WebConfig, style: str) -> Mapping[str, str]:
    return {**page_headers(config, style=style), **_SCAN_CACHING}


def packed_answer(
    request: AnyRequest, body: Packed, headers: Mapping[str, str], media_type: str = HTML
) -> Response[bytes]:
    """Return *body* in the best encoding, or 304 when the browser has it already."""
    asked = request.headers
    headers = {**headers, "ETag": body.etag}
    if body.etag in asked.get("if-none-match", ""):
        return Response(b"", status_code=_NOT_MODIFIED, headers=headers)
    content, encoding = body.encoded(asked.get("accept-encoding", ""))
    if encoding is not None:
        headers["Content-Encoding"] = encoding
    return Response(
        content, media_type=media_type, headers=_described(content, media_type) | headers
    )


def _described(content: bytes, media_type: str) -> dict[str, str]:
    """
    Return what Litestar would say of *content*.

    It looks for these two among all headers, decoding each: when they come first, it is quick.
    """
    charset = "; charset=utf-8" if media_type.startswith("text/") else ""
    return {"Content-Type": f"{media_type}{charset}", "Content-Length": str(len(content))}


def to_provider(
    request: AnyRequest, checkout_url: str, config: WebConfig, *cookies: Cookie
) -> Response[bytes]:
    """
    Lead the driver to the provider's page.

    Chromium applies form-action to every redirect that follows a form, so only the known origins
    are redirected to; to others the driver goes by a link.
    """
    parts = urlsplit(checkout_url)
    if f"{parts.scheme}://{parts.netloc}" in config.checkout_origins:
        return see_other(checkout_url, *cookies)
    page = render("handover.html", None, checkout_url=checkout_url)
    answer = private_page(request, page, config)
    answer.cookies.extend(cookies)
    return answer


def see_other(address: str, *cookies: Cookie) -> Response[bytes]:
    """Return a redirect after a form (303), which no cache keeps."""
    headers = {"Location": address, "Referrer-Policy": "no-referrer", **_NO_STORE}
    return Response(b"", status_code=SEE_OTHER, headers=headers, cookies=list(cookies))
