"""A driver's sessions in the database."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import or_, tuple_, update

from app.directpay.letters.store import forget_letters_of
from app.directpay.model import Journey, Stage
from app.directpay.owned.model import Wanted
from app.directpay.store import journey, journey_from
from app.infra.database import Work
from app.infra.tables import scoped

# From the paid start to the end of the transaction: what can be followed, and stopped.
_UNDER_WAY: Final = (Stage.STARTING, Stage.WAITING, Stage.CHARGING, Stage.STOPPING)
_MOST_UNDER_WAY: Final = 3


async def of_driver(work: Work, driver_id: UUID, wanted: Wanted) -> list[Journey]:
    """Return the driver's journeys that are *wanted*, newest first, and one more if there is."""
    place = tuple_(journey.c.began_at, journey.c.journey_id)
    asked = scoped(journey, work).where(journey.c.driver_id == driver_id)
    if wanted.since is not None:
        asked = asked.where(journey.c.began_at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(journey.c.began_at < wanted.until)
    if wanted.before is not None:
        asked = asked.where(place < (wanted.before.began_at, wanted.before.journey_id))
    newest = asked.order_by(journey.c.began_at.desc(), journey.c.journey_id.desc())
    rows = await work.execute(newest.limit(wanted.limit + 1))
    return [found for row in rows if (found := journey_from(row))]


async def under_way(
    work: Work, driver_id: UUID | None, digests: Collection[bytes]
) -> list[Journey]:
    """Return journeys that can be followed: the driver's, or with one of the tokens; the newest."""
    of_tokens = journey.c.token_digest.in_(digests)
    whose = of_tokens if driver_id is None else or_(of_tokens, journey.c.driver_id == driver_id)
    asked = scoped(journey, work).where(whose, journey.c.stage.in_(_UNDER_WAY))
    newest = asked.order_by(journey.c.began_at.desc(), journey.c.journey_id.desc())
    rows = await work.execute(newest.limit(_MOST_UNDER_WAY))
    return [found for row in rows if (found := journey_from(row))]


async def has_live(work: Work, driver_id: UUID) -> bool:
    """Tell whether money or energy of one of the driver's journeys is still under way."""
    asked = scoped(journey, work, journey.c.journey_id)
    its = (journey.c.driver_id == driver_id, journey.c.stage != Stage.ENDED)
    return (await work.execute(asked.where(*its).limit(1))).first() is not None


async def forget_payer(work: Work, driver_id: UUID) -> list[UUID]:
    """Erase where mails to the driver go; return the sessions."""
    its = (journey.c.operator_id == work.operator_id, journey.c.driver_id == driver_id)
    erased = update(journey).where(*its).values(receipt_email=None, network=None)
    rows = await work.execute(erased.returning(journey.c.journey_id, journey.c.session_id))
    found = rows.all()
    await forget_letters_of(work, [row.journey_id for row in found])
    return [row.session_id for row in found]


async def give_to(work: Work, journey_id: UUID, driver_id: UUID) -> bool:
    """Write whose a journey is; False when it is somebody else's by now."""
    mine = (journey.c.operator_id == work.operator_id, journey.c.journey_id == journey_id)
    free = journey.c.driver_id.is_(None) | (journey.c.driver_id == driver_id)
    done = await work.execute(update(journey).where(*mine, free).values(driver_id=driver_id))
    return bool(done.rowcount)
