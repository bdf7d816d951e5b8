"""Let drivers use their cards at the charge points of a platform, or not any more."""

from app.infra.database import Work
from app.roaming.here.gap import defer_gap
from app.roaming.platforms.find import platform_of_name
from app.roaming.platforms.store import set_takes_cards


async def let_cards_roam(work: Work, name: str, *, is_wanted: bool) -> None:
    """
    Step: say whether the platform *name* is told of our drivers' cards, and may ask about them.

    It is told after the commit; what it was told before is taken back. Raises PlatformNotFound.
    """
    platform = await platform_of_name(work, name)
    await set_takes_cards(work, platform.platform_id, takes_cards=is_wanted)
    defer_gap(work, platform.platform_id)
