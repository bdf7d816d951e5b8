"""Addresses at which no charge point stands: the bare domain, and whatever does not exist."""

from collections.abc import Callable

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException

from app.infra.i18n import SOURCE_LANGUAGE, gettext, negotiate, speak
from app.people.identity.hosts.book import Hosts
from app.web.answers import private_page
from app.web.config import WebConfig
from app.web.drawing.templates import render
from app.web.language import wanted_languages
from app.web.pages import Pages
from app.web.problems import ProblemPages, ProblemWords, brand_at
from app.web.request import AnyRequest
from app.web.tickets import LANGUAGE_COOKIE


@get("/", include_in_schema=False)
async def home(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[bytes]:
    """Say how one gets to a charge point: by its code."""
    sentence = gettext("Scan the code on the charge point again, or type the address below it.")
    words = ProblemWords(gettext("No account, no app."), sentence, tone="good")
    page = render("problem.html", brand_at(request, pages.desk.hosts), problem=words)
    return private_page(request, page, pages.config)


class Strays:
    """The page for addresses that no route serves, where nothing chose the language before."""

    def __init__(self, config: WebConfig, hosts: Callable[[], Hosts]) -> None:
        """Take where the pages are served, and what returns whose hosts there are."""
        self._problems = ProblemPages(config, hosts)

    def refused(self, request: AnyRequest, error: HTTPException) -> Response[bytes]:
        """Return the page of what the framework refused, in the reader's language."""
        wanted = wanted_languages(
            request.query_params.get("lang", ""),
            request.cookies.get(LANGUAGE_COOKIE, ""),
            request.headers.get("accept-language", ""),
        )
        speak(negotiate(wanted) or SOURCE_LANGUAGE)
        return self._problems.http_error(request, error)
