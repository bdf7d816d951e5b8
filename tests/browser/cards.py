"""The page of a driver's cards and cars for the gallery."""

from dataclasses import replace
from uuid import UUID

from app.charging.tokens.errors import CardRefused
from app.charging.tokens.model import VEHICLE, Payer, Token, TokenType, Whitelist
from app.directpay.vehicles.agree import Offer
from app.web.drawing.app.frame import Frame
from app.web.drawing.cards_page import CardsPage, render_cards
from app.web.drawing.look import Look
from tests.browser.credit import NOW
from tests.scenarios.world import OPERATOR, operator_of_the_world

NAMES = ("cards", "cards-none")
CARD = Token(
    token_id=UUID(int=1),
    operator_id=OPERATOR,
    uid="04A1B2C3D4E5F6",
    type=TokenType.RFID,
    contract_id="NL-VLT-C00000042-K",
    issuer="Voltstraat",
    valid=True,
    whitelist=Whitelist.NEVER,
    payer=Payer.WALLET,
    last_updated=NOW,
    visual_number="VLT 0042 1234",
    name="The red one",
)
BLOCKED = replace(
    CARD, token_id=UUID(int=2), visual_number=None, name="", valid=False, blocked="lost"
)
CAR = replace(CARD, token_id=UUID(int=3), uid=f"{VEHICLE}1")


def cards_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language."""
    frame = Frame(operator_of_the_world())
    if name == "cards-none":
        refused = CardRefused("no")
        return render_cards(CardsPage(frame, (), problem=refused, typed="VLT 0042"))
    offer = Offer(UUID(int=4), "Parkeergarage Oosterdok, niveau min twee", NOW)
    return render_cards(CardsPage(frame, (CARD, BLOCKED, CAR), (offer,)))
