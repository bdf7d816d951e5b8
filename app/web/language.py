"""Which language a request speaks: ?lang, then the cookie, then the browser, then the operator."""

from functools import lru_cache

from litestar import Request, Response
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from app.infra.i18n import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    accepted_languages,
    current_language,
    negotiate,
    speak,
)
from app.web.config import WebConfig
from app.web.request import AnyRequest
from app.web.tickets import LANGUAGE_COOKIE, language_cookie

_WANTED = "languages"


class LanguageMiddleware(ASGIMiddleware):
    """Sets the language before the handler runs, in the context in which it runs."""

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Speak the first wanted language that we know, else English."""
        request: AnyRequest = Request(scope)
        query = request.query_params.get("lang", "")
        cookie = request.cookies.get(LANGUAGE_COOKIE, "")
        wanted = wanted_languages(query, cookie, request.headers.get("accept-language", ""))
        scope["state"][_WANTED] = wanted
        speak(negotiate(wanted) or SOURCE_LANGUAGE)
        await next_app(scope, receive, send)


def choose_language(request: AnyRequest, offered: tuple[str, ...]) -> str:
    """Speak, and return, the first wanted language that the operator offers, else its own."""
    wanted = request.scope["state"][_WANTED]
    speak(negotiate(wanted, offered) or negotiate(offered) or SOURCE_LANGUAGE)
    return current_language()


@lru_cache(maxsize=4096)
def wanted_languages(query: str, cookie: str, header: str) -> tuple[str, ...]:
    """Return the tags that a request wants, the most wanted first."""
    chosen = [tag for tag in (query, cookie) if tag in LANGUAGES]
    return (*chosen, *accepted_languages(header))


def keep_language(request: AnyRequest, answer: Response[bytes], config: WebConfig) -> None:
    """Let *answer* remember the language where the driver has just chosen it."""
    if request.query_params.get("lang") == current_language():
        answer.set_cookie(language_cookie(current_language(), config))
