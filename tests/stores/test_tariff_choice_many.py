"""The tariffs of many spots at once are those of each of them."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.infra.database import Database, Work
from app.pricing.tariffs.choice.choose import choose_for_driver
from app.pricing.tariffs.choice.many.choose import choose_at
from app.pricing.tariffs.choice.model import AD_HOC, Group, Rule, Spot
from app.pricing.tariffs.choice.resolve import Asked
from app.pricing.tariffs.choice.write import write_regions, write_rules
from app.pricing.tariffs.errors import NoTariff
from app.pricing.tariffs.publish import publish_tariff
from tests.pricing.builders import element, price, tariff
from tests.pricing.choice_strategies import ASKED, RULES
from tests.stores.test_tariff_choice import OPERATOR


async def one_by_one(
    work: Work, spots: list[Spot], groups: frozenset[Group]
) -> dict[Spot, tuple[str, int]]:
    """Return what a look at each of the spots gives."""
    found = {}
    for spot in spots:
        try:
            choice = await choose_for_driver(work, spot, groups)
        except NoTariff:
            continue
        found[spot] = (choice.tariff.tariff_id, choice.tariff.version)
    return found


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rules=RULES, asked=st.lists(ASKED, max_size=6))
async def test_many_spots_are_chosen_for_like_each_of_them(
    database: Database, rules: list[Rule], asked: list[Asked]
):
    """For whoever comes, and for drivers in groups."""
    spots = list({each.spot for each in asked})
    groups = frozenset(group for each in asked[:1] for group in each.groups) - {AD_HOC}
    regions = {place.id: frozenset({"L1"}) for each in asked for place in each.regions}
    async with database.work(OPERATOR) as work:
        for name in ("A", "B"):
            await publish_tariff(work, tariff(element(price("ENERGY", "0.49")), id=name))
        await write_rules(work, rules)
        await write_regions(work, regions)
        for who in (frozenset[Group](), groups):
            found = await choose_at(work, spots, who)
            told = {
                spot: (one.tariff_id, one.version)
                for spot, one in zip(spots, found, strict=True)
                if one is not None
            }

            assert await one_by_one(work, spots, who) == told
