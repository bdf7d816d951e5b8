"""How campaigns go: what was used and given, in all and by day."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.infra.database import Database
from app.pricing.promotions.coupons import store
from app.pricing.promotions.model import Campaign
from app.pricing.promotions.rules import NOTHING, Tally
from app.pricing.promotions.store import counted_of


@dataclass(frozen=True, slots=True)
class Stats:
    """A campaign, what it gave in all and by day, and to how many drivers who are known."""

    campaign: Campaign
    total: Tally
    days: dict[str, Tally]
    drivers: int
    codes: int

    @property
    def kwh(self) -> Decimal:
        """Return the energy that was free, in kWh."""
        return Decimal(self.total.watt_hours) / 1000


async def campaign_stats(*, operator_id: UUID, database: Database) -> list[Stats]:
    """Return the figures of all campaigns, ended ones too, by id; what is reserved counts."""
    async with database.work(operator_id) as work:
        found = await store.campaigns(work, ended=True)
        codes = await store.count_codes(work)
        counted = {each.campaign_id: await counted_of(work, each.campaign_id) for each in found}
    return [
        Stats(
            campaign=each,
            total=counted[each.campaign_id].get("", NOTHING),
            days=_days(counted[each.campaign_id]),
            drivers=sum(part.startswith("driver:") for part in counted[each.campaign_id]),
            codes=codes.get(each.campaign_id, 0),
        )
        for each in found
    ]


def _days(counted: dict[str, Tally]) -> dict[str, Tally]:
    days = {part: tally for part, tally in counted.items() if part.startswith("day:")}
    return {part.removeprefix("day:"): days[part] for part in sorted(days) if days[part].uses}
