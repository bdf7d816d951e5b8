"""The ways to pay whose means can be kept."""

from app.charging.chargers.model import Evse
from app.directpay.desk import Desk
from app.directpay.scan import offered_ways
from app.funds.payments.providers.keeping import ways_that_keep
from app.funds.payments.routing.offers import WayToPay


async def ways_to_keep(evse: Evse, locale: str, *, desk: Desk) -> tuple[WayToPay, ...]:
    """Return those ways to pay at *evse* whose means can be charged again without the driver."""
    ways = await offered_ways(evse, locale, desk=desk)
    return await ways_that_keep(ways, operator_id=evse.operator_id, desk=desk.payments)
