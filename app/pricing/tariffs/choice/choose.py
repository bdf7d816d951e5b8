"""Choose the tariff that holds for somebody at a spot, and say by which rule."""

from collections.abc import Sequence
from datetime import datetime

from app.infra.database import Work
from app.pricing.tariffs.choice import store
from app.pricing.tariffs.choice.model import AD_HOC, PUBLIC, Choice, Group, Spot, memberships
from app.pricing.tariffs.errors import NoTariff

_ALL = 1000


async def choose_tariff(
    work: Work,
    spot: Spot,
    groups: frozenset[Group] = frozenset({AD_HOC}),
    at: datetime | None = None,
) -> Choice:
    """
    Return the tariff that holds at *spot* for somebody of *groups*, and the rule that chose it.

    It is the one of the instant *at*, by default of now.

    Of the rules that hold the highest rank goes first (see `Rule.rank`), and of equal ones the
    first by name; the tariff's newest version that is valid now. A rule whose tariff has ended or
    not yet begun is passed over. A step: it runs inside the caller's transaction. Raises NoTariff.
    """
    return _first(await store.choices(work, spot, groups, at or work.now, 1), spot)


async def choose_for_driver(
    work: Work, spot: Spot, groups: frozenset[Group], at: datetime | None = None
) -> Choice:
    """
    Return the tariff that holds at *spot* for a driver whom the operator put into *groups*.

    It is the one of the instant *at*, by default of now. A price of one of the groups counts when
    it goes before those for everybody; else the driver pays as whoever comes ad hoc. A step. Raises
    NoTariff.
    """
    if not groups:
        return await choose_tariff(work, spot, at=at)
    found = await store.choices(work, spot, groups | {AD_HOC}, at or work.now, _ALL)
    mine = memberships(groups)
    first = next((each for each in found if each.rule.group in mine), None)
    if first is not None and first.rule.group != PUBLIC:
        return first
    return _first(found, spot)


async def every_choice(
    work: Work, spot: Spot, groups: frozenset[Group], at: datetime
) -> list[Choice]:
    """
    Return every rule that held at the instant *at* with the version it meant, the first in front.

    A step. What was ended or published since then is not looked at.
    """
    return await store.choices(work, spot, groups, at, _ALL)


def _first(found: Sequence[Choice], spot: Spot) -> Choice:
    if not found:
        raise NoTariff(
            f"no tariff holds at EVSE {spot.evse_uid}",
            location_id=spot.location_id,
            evse_uid=spot.evse_uid,
        )
    return found[0]
