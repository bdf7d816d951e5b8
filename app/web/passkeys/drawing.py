"""The page of a driver's passkeys."""

from dataclasses import dataclass
from uuid import UUID

from app.infra.i18n import format_local_date, gettext
from app.kernel.errors import Problem
from app.people.identity.passkeys.errors import PasskeyNameInvalid
from app.people.identity.passkeys.model import LONGEST_NAME, MOST_PASSKEYS, Passkey
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.look import Look

# Days that belong to no place are told by the clock of all.
_ZONE = "UTC"


@dataclass(frozen=True, slots=True)
class PasskeysPage:
    """
    What the page shows: the driver's *passkeys*, and what was just wrong.

    *script* asks the browser for a new one; it is "" at an address that can have none.
    """

    frame: Frame
    passkeys: tuple[Passkey, ...]
    script: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class PasskeyWords:
    """A passkey in the list."""

    passkey_id: UUID
    name: str
    detail: str


def render_passkeys(page: PasskeysPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    return render_framed(
        "passkeys.html",
        page.frame,
        Here.ME,
        passkeys=[_words(each) for each in page.passkeys],
        longest=LONGEST_NAME,
        adding=page.script if len(page.passkeys) < MOST_PASSKEYS else "",
        error=None if page.problem is None else _mistake(page.problem),
    )


def _words(passkey: Passkey) -> PasskeyWords:
    if passkey.used_at is None:
        facts = {"date": format_local_date(passkey.since, _ZONE)}
        return PasskeyWords(passkey.passkey_id, passkey.name, gettext("Added %(date)s") % facts)
    facts = {"date": format_local_date(passkey.used_at, _ZONE)}
    return PasskeyWords(passkey.passkey_id, passkey.name, gettext("Last used %(date)s") % facts)


def _mistake(problem: Problem) -> str:
    if isinstance(problem, PasskeyNameInvalid):
        return gettext("Please choose a shorter name.")
    return gettext("This passkey was not accepted. Please try again.")
