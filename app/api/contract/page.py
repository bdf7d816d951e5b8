"""The API's description as a page that can be read and tried, all of it served from here."""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Annotated

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter

from app.api.counter import AnyRequest
from app.infra.kept.packed import FOR_EVER, LARGE, Packed
from app.infra.kept.vendored import STATIC, vendored

_VERSION = "5.35.0"
_SCRIPT = (STATIC / "docs.js").read_bytes()
# Files may be kept for ever: what changes has another address.
_EDITION = hashlib.sha256(_SCRIPT).hexdigest()[:12]
_PAGE = f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Direct Pay API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/api/docs/swagger-ui.css?{_VERSION}">
<script src="/api/docs/swagger-ui.js?{_VERSION}" defer></script>
<script src="/api/docs/docs.js?{_EDITION}" defer></script>
</head>
<body>
<main id="api">
<noscript><p>The description is at <a href="/api/openapi.json">/api/openapi.json</a>.</p></noscript>
</main>
</body>
</html>
"""
# The viewer sets styles of elements as it draws; nothing may come from or go anywhere else. Its
# texts become HTML by its own cleaner, and then by the policy of docs.js.
_GUARDED = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types dompurify default",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_FILE = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@dataclass(frozen=True, slots=True)
class _File:
    media_type: str
    body: Packed


@get("/docs", include_in_schema=False)
async def docs_page() -> Response[str]:
    """Answer the page. What it calls, it calls as whoever typed a token into it."""
    headers = {**_GUARDED, "Cache-Control": "public, max-age=3600"}
    return Response(_PAGE, media_type="text/html", headers=headers)


@get("/docs/{name:str}", include_in_schema=False, sync_to_thread=True)
def docs_file(
    request: AnyRequest, name: Annotated[str, PathParameter(description="A file of the page.")]
) -> Response[bytes]:
    """Answer a file of the page. In a thread: a large one is compressed when it is first wanted."""
    found = _files().get(name)
    if found is None:
        raise NotFoundException
    content, encoding = found.body.encoded(request.headers.get("accept-encoding", ""))
    headers = _FILE if encoding is None else {**_FILE, "Content-Encoding": encoding}
    return Response(content, media_type=found.media_type, headers=headers)


@cache
def _files() -> dict[str, _File]:
    script, style = "text/javascript", "text/css"
    viewer = vendored(f"swagger-ui-{_VERSION}.js")
    sheet = vendored(f"swagger-ui-{_VERSION}.css").split(b"/*# sourceMappingURL", maxsplit=1)[0]
    return {
        "swagger-ui.js": _File(script, Packed(viewer, quality=LARGE)),
        "swagger-ui.css": _File(style, Packed(sheet, quality=FOR_EVER)),
        "docs.js": _File(script, Packed(_SCRIPT, quality=FOR_EVER)),
    }
