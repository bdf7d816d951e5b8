"""The pages of the problems, at the addresses that problem details name as their types."""

from functools import cache
from pathlib import Path
from typing import Annotated

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import PathParameter

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "problems"
_HEADERS = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
# Shown by a browser as it is; it is as readable as text.
_MEDIA_TYPE = "text/plain; charset=utf-8"


@get("/problems/{code:str}", include_in_schema=False)
async def problem_page(
    code: Annotated[str, PathParameter(description="The problem's code.")],
) -> Response[str]:
    """Answer what the problem means and what can be done."""
    page = _pages().get(code)
    if page is None:
        raise NotFoundException
    return Response(page, media_type=_MEDIA_TYPE, headers=_HEADERS)


@cache
def _pages() -> dict[str, str]:
    """Return the pages by their codes; code that came from outside never becomes a path."""
    return {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.glob("[a-z]*.md")}
