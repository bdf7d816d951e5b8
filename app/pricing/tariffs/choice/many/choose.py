"""Choose tariffs at many spots, the same ones that `choose_for_driver` would at each of them."""

from collections.abc import Sequence

from app.infra.database import Work
from app.pricing.tariffs.choice.many import store
from app.pricing.tariffs.choice.model import AD_HOC, PUBLIC, Group, Spot
from app.pricing.tariffs.get import get_tariff
from app.pricing.tariffs.model import TariffVersion


async def choose_at(
    work: Work, spots: Sequence[Spot], groups: frozenset[Group]
) -> list[TariffVersion | None]:
    """
    Return the tariff that holds now at each of *spots* for a driver of *groups*.

    Where there is none it is None. A step: two questions at most, and one for each version.
    """
    found = {
        each.number: each for each in await store.chosen(work, spots, groups | {AD_HOC}, work.now)
    }
    if groups:
        own = await store.chosen(work, spots, groups, work.now)
        found |= {each.number: each for each in own if each.group_key != str(PUBLIC)}
    wanted = {(each.tariff_id, each.version) for each in found.values()}
    versions = {(name, number): await get_tariff(work, name, number) for name, number in wanted}
    chosen: list[TariffVersion | None] = [None] * len(spots)
    for number, each in found.items():
        chosen[number] = versions[each.tariff_id, each.version]
    return chosen
