"""What is installed here, for a program that was built against the description."""

from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from msgspec import Struct

from app import __version__
from app.api.answers import NOT_MODIFIED, answer, fresh
from app.api.bodies import IfNoneMatch
from app.api.counter import Counter
from app.api.problems import declared
from app.infra.i18n import LANGUAGES

_FOR_A_MINUTE: Final = "public, max-age=60"


class About(Struct, frozen=True):
    """
    The version of the API and the release behind it; *languages* are those of texts.

    *push_key* is the `applicationServerKey` to subscribe to notices with (VAPID, RFC 8292).
    """

    api: str
    release: str
    languages: tuple[str, ...]
    push_key: str


_KEY: Final = (
    "BNbxTRL1RDtmwLUZBsZkGGJD4zIBnvfj6NXG1aBQRLv4vXpF1BvNIDzeo2GY6fsbKbV2nPDY6sEm6DSIt0X8k3w"
)
_EXAMPLE = About("1", "1.0.0", ("en", "nl", "de", "fr"), _KEY)


@get(
    "/about",
    operation_id="getAbout",
    summary="What is installed",
    description="The version of the API, the release, the languages, and the key to subscribe to "
    "notices with. Calls that are deprecated are in the description.",
    tags=["Codes"],
    security=[{}],
    responses={200: answer(About, "What is installed", _EXAMPLE), **NOT_MODIFIED, **declared()},
)
async def get_about(
    counter: NamedDependency[Counter], if_none_match: IfNoneMatch = None
) -> Response[About]:
    """Answer what is installed."""
    shown = fresh(About("1", __version__, LANGUAGES, counter.desk.push_keys.public), if_none_match)
    shown.headers["Cache-Control"] = _FOR_A_MINUTE
    return shown
