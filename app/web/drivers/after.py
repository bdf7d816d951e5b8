"""Paying after the session on the scan page: what the signed-in driver sees and chooses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.charging.chargers.find_evse import find_evse
from app.directpay.afterwards.keep import Consent
from app.directpay.afterwards.look import AfterHere, after_at
from app.directpay.afterwards.promise import Chosen
from app.directpay.afterwards.ways import ways_to_keep
from app.directpay.desk import Desk
from app.funds.means.errors import MeansNotFound
from app.funds.means.model import WORDS
from app.funds.payments.errors import MeansNotKept
from app.infra.i18n import current_language
from app.people.identity.drivers.errors import NotSignedIn
from app.web.drivers.account import Visitor, signed_in
from app.web.words.after import AfterWords, after_words

# How the value of a button begins that pays with a means that is kept.
_KEPT: Final = "kept:"


@dataclass(frozen=True, slots=True)
class AfterChoice:
    """What the form says: pay *after* with a means, or *keep* the one that pays now."""

    after: Chosen | None = None
    keep: Consent | None = None


async def own_after(code: str, visitor: Visitor | None, *, desk: Desk) -> AfterWords | None:
    """Return how the driver who is signed in can pay afterwards; None where nobody can."""
    if visitor is None or visitor.driver is None:
        return None
    here: AfterHere | None = await after_at(code, visitor.driver.driver_id, desk=desk)
    if here is None:
        return None
    _, evse = await find_evse(code, database=desk.database)
    keeping = await ways_to_keep(evse, current_language(), desk=desk)
    return after_words(here, keeping=", ".join(way.offer.label for way in keeping))


def chosen_after(
    visitor: Visitor | None, slug: str, method: str, form: Mapping[str, object]
) -> AfterChoice:
    """
    Return what the form says of paying afterwards, which is a signed-in driver's own.

    Raises NotSignedIn, MeansNotFound for what is no means, and MeansNotKept when the words that
    were agreed to are not ours.
    """
    words = form.get("keep")
    if not method.startswith(_KEPT) and words is None:
        return AfterChoice()
    if visitor is None:
        raise NotSignedIn("a means that is kept is a driver's own", slug=slug)
    driver = signed_in(visitor)
    if method.startswith(_KEPT):
        return AfterChoice(after=Chosen(driver.driver_id, _means_id(method)))
    if words != WORDS:
        raise MeansNotKept("the words that were agreed to are not ours")
    return AfterChoice(keep=Consent(driver.driver_id, WORDS))


def _means_id(method: str) -> UUID:
    try:
        return UUID(method.removeprefix(_KEPT))
    except ValueError as error:
        raise MeansNotFound("this is no means of yours") from error
