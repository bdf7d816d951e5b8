"""Problems as pages: what happened, in the reader's words, and the one thing to do next."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException

from app.directpay.scan import brand_view
from app.directpay.views import BrandView
from app.infra.i18n import N_, gettext, said
from app.infra.statuses import STATUS
from app.kernel.errors import Kind, Problem
from app.people.identity.hosts.book import Hosts
from app.web.answers import private_page
from app.web.config import WebConfig
from app.web.drawing.app.frame import home_of
from app.web.drawing.session_page import Action
from app.web.drawing.templates import render
from app.web.request import AnyRequest

_SERVER_ERROR = 500
_NOT_FOUND = 404
_log = logging.getLogger(__name__)

# Title and sentence by the problem's code: what leads back to the session, and what leads nowhere.
_BACK_TO_SESSION: Final = {
    "not_yours": (
        N_("This is not your session"),
        N_("Only the phone that paid can do this. You can go on watching."),
    ),
    "hold_cannot_grow": (
        N_("Nothing can be added now"),
        N_("What is held stays as it is, and charging goes on with it."),
    ),
    "payment_over": (
        N_("Nothing to pay now"),
        N_("The session is paid, or over. See how it stands."),
    ),
    "no_receipt": (
        N_("No receipt yet"),
        N_("There is no receipt yet. It is made when charging has ended."),
    ),
    "no_meter_records": (
        N_("No signed meter values"),
        N_("This meter signs nothing, or charging has not ended yet."),
    ),
}
_NO_WAY_ON: Final = {
    "unknown_code": (
        N_("We do not know this code"),
        N_(
            "Scan the code on the charge point again. If it still leads here, the sticker "
            "may not be ours: do not pay, and call the number on the charge point."
        ),
    ),
    "display_code_needed": (
        N_("This code is too old"),
        N_("Scan the code on the display again. It is another one every moment."),
    ),
    "journey_not_found": (
        N_("We do not know this session"),
        N_("The address may be incomplete. Open the link from your e-mail again."),
    ),
    "sticker_needed": (
        N_("Scan the sticker on the charge point"),
        N_(
            "This address is not complete. If the sticker leads here, it may not be ours: do not "
            "pay, and call the number on the charge point."
        ),
    ),
    "fitter_not_known": (
        N_("This link is no longer valid"),
        N_("Ask who sent it to you for a new one."),
    ),
    "list_full": (
        N_("Your list is full"),
        N_("Remove something from it first."),
    ),
    "location_not_found": (
        N_("There is nothing here"),
        N_("Scan the code on the charge point again, or type the address below it."),
    ),
    "host_unknown": (
        N_("There is nothing here"),
        N_("Scan the code on the charge point again, or type the address below it."),
    ),
    "operator_not_found": (
        N_("There is nothing here"),
        N_("Scan the code on the charge point again, or type the address below it."),
    ),
}


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """A problem as the driver reads it."""

    title: str
    sentence: str
    action: Action | None = None
    tone: str = "bad"


class ProblemPages:
    """The pages of what can go wrong, as exception handlers."""

    def __init__(self, config: WebConfig, hosts: Callable[[], Hosts]) -> None:
        """
        Take where the pages are served, and what returns whose hosts there are.

        At an operator's host they wear its brand. The framework copies what a handler holds.
        """
        self._config = config
        self._hosts = hosts

    def problem(self, request: AnyRequest, problem: Problem) -> Response[bytes]:
        """Return the page of an expected *problem*."""
        answer = self._page(request, _words(request, problem), STATUS[problem.kind])
        if "retry_after" in problem.facts:
            answer.headers["Retry-After"] = str(problem.facts["retry_after"])
        return answer

    def http_error(self, request: AnyRequest, error: HTTPException) -> Response[bytes]:
        """Return the page of what the framework refused: no such path, a form it can't read."""
        if error.status_code == _NOT_FOUND:
            return self.not_found(request)
        return self._page(request, _did_not_work(), error.status_code)

    def not_found(self, request: AnyRequest) -> Response[bytes]:
        """Return the page of an address that leads nowhere."""
        sentence = gettext("Scan the code on the charge point again, or type the address below it.")
        words = ProblemWords(gettext("There is nothing here"), sentence, tone="warn")
        return self._page(request, words, _NOT_FOUND)

    def server_error(self, request: AnyRequest, error: Exception) -> Response[bytes]:
        """Return the page of a bug of ours, and tell the log."""
        _log.error("a page failed", exc_info=error)
        sentence = gettext("This is our mistake. A running session goes on and your money is safe.")
        words = ProblemWords(gettext("Something went wrong"), sentence, _again())
        return self._page(request, words, _SERVER_ERROR)

    def _page(self, request: AnyRequest, words: ProblemWords, status: int) -> Response[bytes]:
        page = render("problem.html", brand_at(request, self._hosts()), problem=words)
        return private_page(request, page, self._config, status=status)


def brand_at(request: AnyRequest, hosts: Hosts) -> BrandView | None:
    """Return the brand of the operator whose own host was asked, or None at ours."""
    whose = hosts.owner_of(request.headers.get("host", ""))
    return None if whose is None else brand_view(whose)


_FALSE_STICKER: Final = {
    "sticker_not_ours": N_("This sticker is not ours"),
    "sticker_withdrawn": N_("This sticker is out of use"),
}


def _words(request: AnyRequest, problem: Problem) -> ProblemWords:
    if problem.code in _FALSE_STICKER:
        return _false_sticker(problem)
    if problem.code in _BACK_TO_SESSION:
        title, sentence = _BACK_TO_SESSION[problem.code]
        token = request.path_params.get("token")
        action = Action(f"/s/{token}", gettext("Back to the session"))
        return ProblemWords(said(title), said(sentence), action, "warn")
    if problem.code in _NO_WAY_ON:
        title, sentence = _NO_WAY_ON[problem.code]
        return ProblemWords(said(title), said(sentence), _in_the_app(request, problem), "warn")
    return _other_words(problem)


def _in_the_app(request: AnyRequest, problem: Problem) -> Action | None:
    """Return the way on in an operator's app, where an installed one shows no way back."""
    slug = request.path_params.get("slug")
    if slug is None or problem.code == "operator_not_found":
        return None
    home = home_of(quote(slug, safe=""))
    if problem.code == "location_not_found":
        return Action(f"{home}/map", gettext("Find a charge point"))
    return Action(home, gettext("Charge your car"))


def _false_sticker(problem: Problem) -> ProblemWords:
    sentence = gettext(
        "Do not pay here. Somebody may have put it over the right one: look below it, and call the "
        "number on the charge point."
    )
    code = quote(str(problem.facts["code"]), safe="")
    report = Action(f"/c/{code}/report", gettext("Report this sticker"))
    return ProblemWords(said(_FALSE_STICKER[problem.code]), sentence, report)


def _other_words(problem: Problem) -> ProblemWords:
    if problem.code == "not_signed_in":
        action = Action(f"/me/{problem.facts['slug']}", gettext("Sign in"))
        sentence = gettext("This page is for the driver whose credit it is.")
        return ProblemWords(gettext("Sign in first"), sentence, action, "warn")
    if problem.code == "too_many_declines":
        sentence = gettext("Several payments were refused here. Try again in some minutes.")
        return ProblemWords(gettext("One moment, please"), sentence, _again(), "warn")
    if problem.kind is Kind.TOO_MANY:
        sentence = gettext("Too much was asked from your network. Try again in some minutes.")
        return ProblemWords(gettext("One moment, please"), sentence, _again(), "warn")
    if problem.kind is Kind.UNAVAILABLE:
        sentence = gettext("We cannot do this right now. Please try again in a minute.")
        return ProblemWords(gettext("Not possible right now"), sentence, _again(), "warn")
    return _did_not_work()


def _did_not_work() -> ProblemWords:
    sentence = gettext("Something in this request is not as it should be. Go back and try again.")
    return ProblemWords(gettext("That did not work"), sentence)


def _again() -> Action:
    return Action("", gettext("Try again"))
