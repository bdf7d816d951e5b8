"""Tell the tariff of a journey as its driver saw it, for as long as the journey is kept."""

from app.directpay.desk import Desk, find
from app.directpay.prices.terms import shown_tariff
from app.pricing.tariffs.model import Tariff


async def tariff_of(token: str, *, desk: Desk) -> Tariff:
    """Return the tariff of the journey with this *token*. Raises JourneyNotFound."""
    journey = await find(token, desk=desk)
    async with desk.database.work(journey.operator_id) as work:
        return (await shown_tariff(work, journey)).tariff
