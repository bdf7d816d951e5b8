"""Choose the tariff that holds for somebody at a spot, and say by which rule."""

from datetime import datetime

from app.infra.database import Work
from app.pricing.tariffs.choice import store
from app.pricing.tariffs.choice.model import AD_HOC, Choice, Group, Spot
from app.pricing.tariffs.errors import NoTariff

_ALL = 1000


async def choose_tariff(
    work: Work, spot: Spot, groups: frozenset[Group] = frozenset({AD_HOC})
) -> Choice:
    """
    Return the tariff that holds now at *spot* for somebody of *groups*, and the rule that chose it.

    Of the rules that hold the highest rank goes first (see `Rule.rank`), and of equal ones the
    first by name; the tariff's newest version that is valid now. A rule whose tariff has ended or
    not yet begun is passed over. A step: it runs inside the caller's transaction. Raises NoTariff.
    """
    found = await store.choices(work, spot, groups, work.now, 1)
    if not found:
        raise NoTariff(
            f"no tariff holds at EVSE {spot.evse_uid}",
            location_id=spot.location_id,
            evse_uid=spot.evse_uid,
        )
    return found[0]


async def every_choice(
    work: Work, spot: Spot, groups: frozenset[Group], at: datetime
) -> list[Choice]:
    """
    Return every rule that held at the instant *at* with the version it meant, the first in front.

    A step. What was ended or published since then is not looked at.
    """
    return await store.choices(work, spot, groups, at, _ALL)
