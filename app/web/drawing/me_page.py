"""The page of a driver who signs in, or is signed in."""

from dataclasses import dataclass

from app.directpay.errors import CreditLeft, SessionUnderWay
from app.infra.i18n import gettext
from app.kernel.errors import Problem
from app.people.identity.drivers.errors import NotAnAddress, SignInRefused
from app.people.identity.drivers.model import Driver
from app.people.identity.drivers.profile.change import LONGEST_NAME
from app.people.identity.openid.errors import (
    OpenIdNoAddress,
    OpenIdRefused,
    OpenIdUnavailable,
)
from app.people.identity.passkeys.errors import PasskeyRefused
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.look import Look


@dataclass(frozen=True, slots=True)
class OtherWays:
    """
    How to sign in beside the code by mail.

    *script* asks for passkeys, "" at an address that can have none; *label* is what the button says
    that leads to the operator's provider, "" where there is none.
    """

    script: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class MePage:
    """
    What the page shows: the *driver* who is signed in, or the address that *waits* for a code.

    *back* is where signing in leads to, *typed* what was typed as an address, *problem* what was
    wrong with it.
    """

    frame: Frame
    driver: Driver | None
    waits: str = ""
    back: str = ""
    typed: str = ""
    problem: Problem | None = None
    ways: OtherWays = OtherWays()


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page of the driver's own: where it is, its icon, what it is called."""

    address: str
    icon: str
    name: str


def render_me(page: MePage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    refused = "" if page.problem is None else _refused(page.problem)
    return render_framed(
        "me.html",
        page.frame,
        Here.ME,
        email="" if page.driver is None else page.driver.email,
        name="" if page.driver is None else page.driver.name,
        longest=LONGEST_NAME,
        waits=page.waits,
        back=page.back,
        typed=page.typed,
        error=None if page.problem is None or refused else _mistake(page.problem),
        refused=refused,
        menu=_menu(page.frame.slug),
        passkeys=page.ways.script,
        elsewhere=page.ways.label,
    )


def _menu(slug: str) -> list[MenuEntry]:
    return [
        MenuEntry(f"/me/{slug}/sessions", "list", gettext("Your sessions")),
        MenuEntry(f"/wallet/{slug}", "wallet", gettext("Your credit")),
        MenuEntry(f"/me/{slug}/means", "card", gettext("Your payment methods")),
        MenuEntry(f"/me/{slug}/cards", "tag", gettext("Your cards and cars")),
        MenuEntry(f"/me/{slug}/notices", "bell", gettext("Notices")),
        MenuEntry(f"/me/{slug}/passkeys", "key", gettext("Your passkeys")),
    ]


def _refused(problem: Problem) -> str:
    """Return what is wrong with another way than the code, "" where nothing is."""
    match problem:
        case PasskeyRefused():
            return gettext("This passkey was not accepted. Please try again.")
        case OpenIdNoAddress():
            return gettext(
                "Your account there has no confirmed e-mail address. Please use a code instead."
            )
        case OpenIdRefused() | OpenIdUnavailable():
            return gettext("That did not work. Please try again.")
        case _:
            return ""


def _mistake(problem: Problem) -> str:
    match problem:
        case NotAnAddress():
            return gettext("Please write one e-mail address, for example name@example.com.")
        case SignInRefused():
            return gettext(
                "This code is wrong or no longer valid. Compare it, or ask for a new one."
            )
        case SessionUnderWay():
            return gettext("A session of yours is not over yet. Please try again when it is.")
        case CreditLeft():
            return gettext("You have credit left that you bought. Let it go back to you first.")
        case _:
            return gettext("This address was sent enough codes for now. Please try again later.")
