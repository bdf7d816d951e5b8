"""The page of a driver who signs in, or is signed in."""

from dataclasses import dataclass

from app.directpay.errors import CreditLeft, SessionUnderWay
from app.infra.i18n import gettext
from app.kernel.errors import Problem
from app.people.identity.drivers.errors import NotAnAddress, SignInRefused
from app.people.identity.drivers.model import Driver
from app.people.identity.passkeys.errors import PasskeyRefused
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.look import Look


@dataclass(frozen=True, slots=True)
class MePage:
    """
    What the page shows: the *driver* who is signed in, or the address that *waits* for a code.

    *back* is where signing in leads to, *typed* what was typed as an address, *problem* what was
    wrong with it. *script* asks for passkeys; it is "" at an address that can have none.
    """

    frame: Frame
    driver: Driver | None
    waits: str = ""
    back: str = ""
    typed: str = ""
    problem: Problem | None = None
    script: str = ""


def render_me(page: MePage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    is_refused = isinstance(page.problem, PasskeyRefused)
    return render_framed(
        "me.html",
        page.frame,
        Here.ME,
        email="" if page.driver is None else page.driver.email,
        waits=page.waits,
        back=page.back,
        typed=page.typed,
        error=None if page.problem is None or is_refused else _mistake(page.problem),
        refused=_refused() if is_refused else "",
        passkeys=page.script,
    )


def _refused() -> str:
    return gettext("This passkey was not accepted. Please try again.")


def _mistake(problem: Problem) -> str:
    match problem:
        case NotAnAddress():
            return gettext("Please write one e-mail address, for example name@example.com.")
        case SignInRefused():
            return gettext(
                "This code is wrong or no longer good. Compare it, or ask for a new one."
            )
        case SessionUnderWay():
            return gettext("A session of yours is not over yet. Please try again when it is.")
        case CreditLeft():
            return gettext("You have credit left that you bought. Let it go back to you first.")
        case _:
            return gettext("This address was sent enough codes for now. Please try again later.")
