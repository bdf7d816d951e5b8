"""All that is known of a driver beside who it is."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.charging.tokens.model import Token
from app.charging.tokens.read import tokens_of
from app.directpay.credit.overview import Overview, overview
from app.directpay.desk import Desk
from app.directpay.favourites.model import Watch
from app.directpay.favourites.read import places_of
from app.directpay.owned.history import history
from app.directpay.owned.model import OwnSession, Wanted
from app.funds.means.model import KeptMeans
from app.funds.means.read import means_of

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Known:
    """A driver's sessions, newest first, cards, credit, kept means, and the places of interest."""

    sessions: tuple[OwnSession, ...]
    tokens: tuple[Token, ...]
    credit: Overview
    means: tuple[KeptMeans, ...] = ()
    favourites: tuple[str, ...] = ()
    watches: tuple[Watch, ...] = ()


async def known_of(driver_id: UUID, *, operator_id: UUID, desk: Desk) -> Known:
    """Return all of it (GDPR, Art. 15)."""
    sessions: list[OwnSession] = []
    wanted: Wanted | None = Wanted(_AT_ONCE)
    while wanted is not None:
        page = await history(driver_id, wanted, operator_id=operator_id, desk=desk)
        sessions += page.sessions
        wanted = Wanted(_AT_ONCE, before=page.more) if page.more else None
    async with desk.database.work(operator_id) as work:
        tokens = tuple(await tokens_of(work, driver_id))
        means = tuple(await means_of(work, driver_id))
        favourites, watches = await places_of(work, driver_id)
    credit = await overview(driver_id, operator_id=operator_id, database=desk.database)
    return Known(tuple(sessions), tokens, credit, means, favourites, watches)
