"""Files of the pages: scripts, styles, the map of Europe, and the operators' logos."""

import asyncio
import hashlib

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from app.people.identity.find import find_operator
from app.web.answers import packed_answer
from app.web.drawing.assets import asset_at
from app.web.files.parts import part_of
from app.web.pages import Pages
from app.web.request import AnyRequest

_FOR_EVER = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A logo keeps its address when it changes; a drawing must not be able to run anything.
_LOGO = {
    "Cache-Control": "public, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_NOT_MODIFIED = 304


@get("/static/{name:str}", include_in_schema=False)
async def static_file(request: AnyRequest, name: FromPath[str]) -> Response[bytes]:
    """Return a file whose name holds the hash of its content."""
    found = asset_at(f"/static/{name}")
    if found is None:
        raise NotFoundException
    if found.is_archive:
        return part_of(request, found.body.plain, {**_FOR_EVER, "ETag": found.body.etag})
    if found.is_large:
        # It is compressed when it is first wanted, which nobody else should have to wait for.
        await asyncio.to_thread(found.body.encoded, request.headers.get("accept-encoding", ""))
    return packed_answer(request, found.body, _FOR_EVER, found.media_type)


@get("/brand/{slug:str}/logo", include_in_schema=False)
async def logo(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return an operator's logo."""
    brand = (await find_operator(slug, database=pages.desk.database)).brand
    if brand.logo is None or brand.logo_type is None:
        raise NotFoundException
    etag = f'"{hashlib.blake2b(brand.logo, digest_size=12).hexdigest()}"'
    headers = {**_LOGO, "ETag": etag}
    if etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=_NOT_MODIFIED, headers=headers)
    return Response(brand.logo, media_type=brand.logo_type, headers=headers)
