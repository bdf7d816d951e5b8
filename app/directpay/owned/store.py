"""A driver's sessions in the database."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Row, Uuid, bindparam, or_, select, tuple_, update

from app.directpay.letters.store import forget_letters_of
from app.directpay.model import Ending, Journey, Stage
from app.directpay.owned.model import Before, Trip, Wanted
from app.directpay.store import journey, journey_from
from app.infra.database import Work
from app.infra.ready import Ready
from app.infra.tables import UtcDateTime, scoped

# From the paid start to the end of the transaction: what can be followed, and stopped.
_UNDER_WAY: Final = (Stage.STARTING, Stage.WAITING, Stage.CHARGING, Stage.STOPPING)
_MOST_UNDER_WAY: Final = 3
# Bounds that leave nothing out, so that one statement answers with and without them.
_EVER: Final = datetime(1, 1, 1, tzinfo=UTC)
_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
_AFTER_ALL: Final = Before(_NEVER, UUID(int=2**128 - 1))
_at = bindparam("before_at", type_=UtcDateTime)
# A list reads a hundred of them: only what it shows, and no state as JSON.
_OF_DRIVER: Final = Ready(
    select(
        *(
            journey.c[name]
            for name in ("journey_id", "session_id", "evse_uid", "began_at", "stage")
        ),
        journey.c.state["ending"].astext.label("ending"),
    )
    .where(
        journey.c.operator_id == bindparam("of_operator"),
        journey.c.driver_id == bindparam("of_driver"),
        journey.c.began_at >= bindparam("since"),
        journey.c.began_at < bindparam("until"),
        tuple_(journey.c.began_at, journey.c.journey_id)
        < tuple_(_at, bindparam("before_id", type_=Uuid)),
    )
    .order_by(journey.c.began_at.desc(), journey.c.journey_id.desc())
    .limit(bindparam("most", type_=Integer))
)


async def of_driver(work: Work, driver_id: UUID, wanted: Wanted) -> list[Trip]:
    """Return the driver's journeys that are *wanted*, newest first, and one more if there is."""
    before = wanted.before or _AFTER_ALL
    asked = {
        "of_operator": work.operator_id,
        "of_driver": driver_id,
        "since": wanted.since or _EVER,
        "until": wanted.until or _NEVER,
        "before_at": before.began_at,
        "before_id": before.journey_id,
        "most": wanted.limit + 1,
    }
    return [_trip(row) for row in await work.rows(_OF_DRIVER, asked)]


def _trip(row: Row[Any]) -> Trip:
    return Trip(
        journey_id=row.journey_id,
        session_id=row.session_id,
        evse_uid=row.evse_uid,
        began_at=row.began_at,
        stage=Stage(row.stage),
        ending=None if row.ending is None else Ending(row.ending),
    )


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
