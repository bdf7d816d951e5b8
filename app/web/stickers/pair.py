"""Whoever mounts a charge point pairs it in a browser, with the code that is its first password."""

from datetime import timedelta
from typing import Final

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.di import NamedDependency

from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.pairing.errors import AttemptNotFound, CodeUsed
from app.charging.chargers.pairing.on_site import Waiting, pair_on_site, waiting_with
from app.infra.i18n import gettext
from app.infra.limits import Limit, take
from app.web.answers import private_page
from app.web.drawing.templates import render
from app.web.pages import Pages
from app.web.request import AnyRequest, host_of
from app.web.security import check_same_origin

# Nobody guesses a code of 99 bits; this keeps those who try away from the database.
TRIES: Final = Limit("pairing", 60, timedelta(hours=1))
SOCKETS: Final = (1, 2, 3, 4)


@get("/pair", include_in_schema=False)
async def pair_page(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[bytes]:
    """Ask for the pairing code."""
    return _page(request, pages, None)


@post("/pair", include_in_schema=False)
async def pair_form(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[bytes]:
    """Show who knocked with the code; pair the one that is named."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, TRIES, host_of(request))
    form, database = await request.form(), pages.desk.database
    code, identity = str(form.get("code", "")), str(form.get("identity", ""))
    try:
        if identity:
            await pair_on_site(code, identity, _stickers(form), database=database)
            return _page(
                request, pages, None, done=gettext("It is paired, and gets in with its next try.")
            )
        return _page(request, pages, await waiting_with(code, database=database), code=code)
    except CodeUsed:
        wrong = gettext("This code is unknown, used or expired. Ask for another one.")
        return _page(request, pages, None, wrong=wrong)
    except (EvseNotFound, AttemptNotFound):
        wrong = gettext("No socket that is free has this code. Look at the stickers again.")
        waiting = await waiting_with(code, database=database)
        return _page(request, pages, waiting, code=code, wrong=wrong)


def _stickers(form: FormMultiDict) -> dict[int, str]:
    """Return the codes of the stickers by the number of the socket; those that were filled in."""
    given = {number: str(form.get(f"socket{number}", "")).strip() for number in SOCKETS}
    return {number: code.upper() for number, code in given.items() if code}


def _page(
    request: AnyRequest, pages: Pages, waiting: Waiting | None, **words: str
) -> Response[bytes]:
    page = render(
        "pair.html",
        None,
        waiting=waiting,
        address=f"ws{pages.config.base_url.removeprefix('http')}/ocpp/",
        sockets=SOCKETS,
        code=words.get("code", ""),
        wrong=words.get("wrong", ""),
        done=words.get("done", ""),
    )
    return private_page(request, page, pages.config)
