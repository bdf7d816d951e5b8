"""How many top-ups one driver may begin: who tries out cards has no use for more."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.infra.limits import Limit, Limits, TooManyRequests

TOP_UPS_PER_DRIVER: Final = Limit("top-up", 10, timedelta(hours=1))


async def count_top_up(limits: Limits, driver_id: UUID) -> None:
    """Count a top-up that a driver begins. Raises TooManyRequests."""
    number, left = await limits.count(TOP_UPS_PER_DRIVER, str(driver_id))
    if number > TOP_UPS_PER_DRIVER.most:
        msg = f"more than {TOP_UPS_PER_DRIVER.most} top-ups of one driver"
        raise TooManyRequests(msg, limit=TOP_UPS_PER_DRIVER.most, retry_after=left)
