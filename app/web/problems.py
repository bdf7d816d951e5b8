"""Problems as pages: what happened, in the reader's words, and the one thing to do next."""

import logging
from dataclasses import dataclass

from litestar import Response
from litestar.exceptions import HTTPException

from app.infra.i18n import gettext
from app.infra.statuses import STATUS
from app.kernel.errors import Kind, Problem
from app.web.answers import private_page
from app.web.config import WebConfig
from app.web.drawing.session_page import Action
from app.web.drawing.templates import render
from app.web.request import AnyRequest

_SERVER_ERROR = 500
_NOT_FOUND = 404
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProblemWords:
    """A problem as the driver reads it."""

    title: str
    sentence: str
    action: Action | None = None
    tone: str = "bad"


class ProblemPages:
    """The pages of what can go wrong, as exception handlers."""

    def __init__(self, config: WebConfig) -> None:
        """Take where the pages are served."""
        self._config = config

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
        page = render("problem.html", None, problem=words)
        return private_page(request, page, self._config, status=status)


def _words(request: AnyRequest, problem: Problem) -> ProblemWords:
    token = request.path_params.get("token")
    match problem.code:
        case "unknown_code":
            return ProblemWords(
                gettext("We do not know this code"),
                gettext(
                    "Scan the code on the charge point again. If it still leads here, the sticker "
                    "may not be ours: do not pay, and call the number on the charge point."
                ),
                tone="warn",
            )
        case "journey_not_found":
            return ProblemWords(
                gettext("We do not know this session"),
                gettext("The address may be incomplete. Open the link from your e-mail again."),
                tone="warn",
            )
        case "not_yours":
            sentence = gettext("Only the phone that paid can do this. You can go on watching.")
            action = Action(f"/s/{token}", gettext("Back to the session"))
            return ProblemWords(gettext("This is not your session"), sentence, action, "warn")
        case "hold_cannot_grow" | "payment_over":
            return _no_money(problem.code, Action(f"/s/{token}", gettext("Back to the session")))
        case "no_receipt" | "no_meter_records":
            return _no_document(problem.code, Action(f"/s/{token}", gettext("Back to the session")))
        case _:
            return _other_words(problem)


def _no_money(code: str, action: Action) -> ProblemWords:
    if code == "payment_over":
        sentence = gettext("The session is paid, or over. Look at where it stands.")
        return ProblemWords(gettext("Nothing to pay now"), sentence, action, "warn")
    sentence = gettext("What is held stays as it is, and charging goes on with it.")
    return ProblemWords(gettext("Nothing can be added now"), sentence, action, "warn")


def _no_document(code: str, action: Action) -> ProblemWords:
    if code == "no_receipt":
        sentence = gettext("There is no receipt yet. It is made when charging has ended.")
        return ProblemWords(gettext("No receipt yet"), sentence, action, "warn")
    sentence = gettext("This meter signs nothing, or charging has not ended yet.")
    return ProblemWords(gettext("No signed meter values"), sentence, action, "warn")


def _other_words(problem: Problem) -> ProblemWords:
    if problem.code == "not_signed_in":
        action = Action(f"/me/{problem.facts['slug']}", gettext("Sign in"))
        sentence = gettext("This page is for the driver whose credit it is.")
        return ProblemWords(gettext("Sign in first"), sentence, action, "warn")
    if problem.code == "operator_not_found":
        sentence = gettext("Scan the code on the charge point again, or type the address below it.")
        return ProblemWords(gettext("There is nothing here"), sentence, tone="warn")
    if problem.code == "too_many_declines":
        sentence = gettext("Several payments were refused here. Try again in some minutes.")
        return ProblemWords(gettext("One moment, please"), sentence, _again(), "warn")
    if problem.kind is Kind.TOO_MANY:
        sentence = gettext("Too much was asked from your network. Try again in some minutes.")
        return ProblemWords(gettext("One moment, please"), sentence, _again(), "warn")
    if problem.kind is Kind.UNAVAILABLE:
        sentence = gettext("We can not do this right now. Please try again in a minute.")
        return ProblemWords(gettext("Not possible right now"), sentence, _again(), "warn")
    return _did_not_work()


def _did_not_work() -> ProblemWords:
    sentence = gettext("Something in this request is not as it should be. Go back and try again.")
    return ProblemWords(gettext("That did not work"), sentence)


def _again() -> Action:
    return Action("", gettext("Try again"))
