"""What a browser needs to install the app: the manifest, the icons, and the service worker."""

import asyncio
import hashlib
from typing import Final

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app.infra.i18n import current_language, gettext
from app.people.identity.brand.colour import LIGHT_SURFACE, palette, to_hex
from app.people.identity.find import find_operator
from app.people.identity.model import Operator
from app.web.drawing.app.icons import KINDS, icon_png
from app.web.drawing.assets import source
from app.web.language import choose_language
from app.web.pages import Pages
from app.web.request import AnyRequest

MANIFEST: Final = "application/manifest+json"
# The brand changes seldom, and no address changes with it.
_FOR_AN_HOUR: Final = {
    "Cache-Control": "public, max-age=3600",
    "X-Content-Type-Options": "nosniff",
}
_BY_LANGUAGE: Final = {**_FOR_AN_HOUR, "Vary": "Accept-Language, Cookie"}
# A worker that is out of date is found at once; it can do nothing but fetch from where it came.
_WORKER: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
    "X-Content-Type-Options": "nosniff",
}
_NOT_MODIFIED: Final = 304


@get("/app/{slug:str}/manifest.webmanifest", include_in_schema=False)
async def manifest(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return what the operator's app is called, how it looks, and where it begins."""
    operator = await find_operator(slug, database=pages.desk.database)
    choose_language(request, operator.languages)
    body = msgspec.json.encode(_manifest(operator))
    return Response(body, media_type=MANIFEST, headers=_BY_LANGUAGE)


@get("/app/{slug:str}/icons/{name:str}", include_in_schema=False)
async def app_icon(
    request: AnyRequest, slug: FromPath[str], name: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return an icon of the operator's app."""
    if name not in KINDS:
        raise NotFoundException
    operator = await find_operator(slug, database=pages.desk.database)
    png = await asyncio.to_thread(icon_png, operator.brand, KINDS[name], pages.desk.press)
    etag = f'"{hashlib.blake2b(png, digest_size=12).hexdigest()}"'
    headers = {**_FOR_AN_HOUR, "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=_NOT_MODIFIED, headers=headers)
    return Response(png, media_type="image/png", headers=headers)


@get("/worker.js", include_in_schema=False)
async def service_worker() -> Response[bytes]:
    """Return the service worker of all operators' apps at this address."""
    body = source("worker.js")
    return Response(body, media_type="text/javascript", headers=_WORKER)


def _manifest(operator: Operator) -> dict[str, object]:
    start = f"/app/{operator.slug}"
    return {
        "id": start,
        "name": operator.brand.name,
        "lang": current_language(),
        "start_url": start,
        # A session, a charge point: whatever is ours opens inside the app.
        "scope": "/",
        "display": "standalone",
        "theme_color": palette(operator.brand.colour).brand,
        "background_color": to_hex(LIGHT_SURFACE),
        "icons": [_icon(start, name) for name in ("192", "512", "maskable")],
        "shortcuts": [{"name": gettext("Your sessions"), "url": f"/me/{operator.slug}/sessions"}],
    }


def _icon(start: str, name: str) -> dict[str, str]:
    kind = KINDS[name]
    return {
        "src": f"{start}/icons/{name}",
        "sizes": f"{kind.pixels}x{kind.pixels}",
        "type": "image/png",
        "purpose": "maskable" if kind.bleeds else "any",
    }
