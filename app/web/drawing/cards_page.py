"""The page of a driver's cards."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.charging.tokens.model import Token
from app.directpay.vehicles.agree import Offer
from app.directpay.vehicles.model import WORDS
from app.infra.i18n import gettext
from app.infra.limits import TooManyRequests
from app.kernel.errors import Problem
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.look import Look


@dataclass(frozen=True, slots=True)
class CardsPage:
    """
    What the page shows; *problem* is what was wrong with the number that was *typed*.

    *offers* are cars that may start by themselves from now on.
    """

    frame: Frame
    cards: Sequence[Token]
    offers: Sequence[Offer] = ()
    problem: Problem | None = None
    typed: str = ""


def render_cards(page: CardsPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    return render_framed(
        "cards.html",
        page.frame,
        Here.ME,
        cards=[
            (card.token_id, _name(card), card.valid) for card in page.cards if not card.is_vehicle
        ],
        cars=[car.token_id for car in page.cards if car.is_vehicle],
        offers=[(each.session_id, each.place) for each in page.offers],
        words=WORDS,
        typed=page.typed,
        error=None if page.problem is None else _mistake(page.problem),
    )


def _name(card: Token) -> str:
    return card.name or card.visual_number or card.uid


def _mistake(problem: Problem) -> str:
    if isinstance(problem, TooManyRequests):
        return gettext("Too many cards were tried. Please try again later.")
    return gettext(
        "This number and this code do not belong together, or the card is in use already."
        " Compare both, or call us."
    )
