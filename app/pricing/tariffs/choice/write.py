"""Write the rules by which tariffs are chosen, and the regions that they speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from app.infra.database import Work
from app.pricing.tariffs import store as tariffs
from app.pricing.tariffs.choice import store
from app.pricing.tariffs.choice.model import Place, Rule
from app.pricing.tariffs.errors import TariffNotFound

# What begins the names of the rules for EVSEs of other platforms: they come and go with those.
ELSEWHERE: Final = "ocpi "


async def write_rules(work: Work, wanted: Sequence[Rule]) -> list[str]:
    """
    Let exactly the *wanted* rules stand from now on; return the names of those that changed.

    What says the same stays as it was, with its id, and so do the rules of other platforms. A step:
    it runs inside the caller's transaction. Raises TariffNotFound for a tariff that was never
    published.
    """
    await store.lock_rules(work)
    known = {rule.name: rule for rule in await store.standing(work)}
    names = {rule.name for rule in wanted}
    assert len(names) == len(wanted), "names are unique"  # noqa: S101 - the import has checked it
    changed = [rule for rule in wanted if not _stands(rule, known)]
    gone = [name for name in known if name not in names and not name.startswith(ELSEWHERE)]
    replaced = [known[rule.name].rule_id for rule in changed if rule.name in known]
    await store.end(work, [*replaced, *(known[name].rule_id for name in gone)])
    for rule in changed:
        await _add(work, rule)
    return sorted([rule.name for rule in changed] + gone)


async def write_rule(work: Work, rule: Rule) -> None:
    """Let *rule* stand from now on in place of the one with its name. A step. TariffNotFound."""
    await store.lock_rules(work)
    known = await store.standing_named(work, rule.name)
    if known is not None and known.says_the_same(rule):
        return
    if known is not None:
        await store.end(work, [known.rule_id])
    await _add(work, rule)


async def assign_tariff(work: Work, tariff_id: str, place: Place | None = None) -> None:
    """
    Let *tariff_id* hold for everybody at *place* (default: everywhere) from now on.

    The shortest rule there is, named like its place. A step. Raises TariffNotFound.
    """
    place = place or Place()
    await write_rule(work, Rule(name=str(place), tariff_id=tariff_id, place=place))


async def write_regions(work: Work, wanted: Mapping[str, frozenset[str]]) -> list[str]:
    """Let exactly the *wanted* regions exist, with their locations; return what changed. A step."""
    await store.lock_rules(work)
    known = await store.regions(work)
    was = {(region, location) for region, found in known.items() for location in found}
    shall = {(region, location) for region, found in wanted.items() for location in found}
    for region, location in was - shall:
        await store.take_from_region(work, region, location)
    for region, location in shall - was:
        await store.add_to_region(work, region, location)
    return sorted({region for region, _ in was ^ shall})


def _stands(rule: Rule, known: Mapping[str, Rule]) -> bool:
    return rule.name in known and known[rule.name].says_the_same(rule)


async def _add(work: Work, rule: Rule) -> None:
    if await tariffs.newest(work, rule.tariff_id) is None:
        raise TariffNotFound(
            f"there is no tariff {rule.tariff_id!r}", tariff_id=rule.tariff_id, rule=rule.name
        )
    written = replace(rule, rule_id=work.ids.uuid7(work.now), written_at=work.now)
    await store.add(work, written)
