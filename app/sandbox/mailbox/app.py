"""The mailbox as an app: an SMTP server beside a few pages that show what it got."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from litestar import Litestar, MediaType, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from app.sandbox.mailbox.letters import Letter
from app.sandbox.mailbox.pages import page
from app.sandbox.mailbox.smtp import MailServer, Mood

MOODS: Final = (
    (Mood.GOOD, "takes every mail"),
    (Mood.REFUSE, "knows nobody (550)"),
    (Mood.BUSY, "is too busy (451)"),
    (Mood.DOWN, "is down"),
)
# A mail may hold anything: no script, no form, nothing from elsewhere.
_MAIL_POLICY: Final = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"


@dataclass(frozen=True, slots=True)
class MoodForm:
    """What the form of the mood sends."""

    mood: Mood


@get("/")
async def letters(server: NamedDependency[MailServer]) -> Response[str]:
    """Show all mails, newest first."""
    newest_first = list(reversed(server.letters.all()))
    return _html(page("list", letters=newest_first, moods=MOODS, mood=server.mood))


@get("/mails/{number:int}")
async def letter(number: FromPath[int], server: NamedDependency[MailServer]) -> Response[str]:
    """Show one mail."""
    found = _letter(server, number)
    return _html(
        page(
            "letter",
            number=number,
            message=found.message,
            files=found.files(),
            text=found.body("plain"),
            html=found.body("html"),
        )
    )


@get("/mails/{number:int}/html")
async def letter_html(number: FromPath[int], server: NamedDependency[MailServer]) -> Response[str]:
    """Return the HTML of a mail, for the frame."""
    found = _letter(server, number).page()
    if found is None:
        raise NotFoundException("this mail has no HTML")
    return Response(
        found,
        media_type=MediaType.HTML,
        headers={"Content-Security-Policy": _MAIL_POLICY, "X-Content-Type-Options": "nosniff"},
    )


@get("/mails/{number:int}/files/{index:int}")
async def letter_file(
    number: FromPath[int], index: FromPath[int], server: NamedDependency[MailServer]
) -> Response[bytes]:
    """Return an attached file."""
    files = _letter(server, number).files()
    if not 0 <= index < len(files):
        raise NotFoundException("this mail has no such file")
    name, media_type, content = files[index]
    plain = "".join(
        sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name
    )
    return Response(
        content,
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{plain}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


@get("/mails/{number:int}/raw")
async def letter_raw(number: FromPath[int], server: NamedDependency[MailServer]) -> Response[bytes]:
    """Return a mail as it came over the wire."""
    return Response(_letter(server, number).raw, media_type="text/plain; charset=utf-8")


@post("/mood")
async def change_mood(
    data: URLEncodedBody[MoodForm], server: NamedDependency[MailServer]
) -> Redirect:
    """Change how the mail server behaves."""
    await server.feel(data.mood)
    return Redirect("/", status_code=303)


@post("/clear")
async def clear(server: NamedDependency[MailServer]) -> Redirect:
    """Throw all mails away."""
    server.letters.clear()
    return Redirect("/", status_code=303)


def create_mailbox(server: MailServer) -> Litestar:
    """Return the pages of *server*, which starts and stops with them."""

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await server.start()
        try:
            yield
        finally:
            await server.stop()

    return Litestar(
        route_handlers=[letters, letter, letter_html, letter_file, letter_raw, change_mood, clear],
        dependencies={"server": Provide(lambda: server, sync_to_thread=False)},
        lifespan=[lifespan],
        openapi_config=None,
        logging_config=None,
    )


def _letter(server: MailServer, number: int) -> Letter:
    found = server.letters.get(number)
    if found is None:
        raise NotFoundException("there is no such mail")
    return found


def _html(text: str) -> Response[str]:
    return Response(text, media_type=MediaType.HTML)
