"""The journeys in the database: one row each, the state as JSON beside the stage."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    Row,
    SmallInteger,
    Text,
    Uuid,
    bindparam,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.charging.chargers.model import Evse
from app.directpay.model import LIVE_STAGES, Addition, Journey, Stage, State
from app.infra.database import Work
from app.infra.question import Question
from app.infra.ready import Look, Ready
from app.infra.tables import UtcDateTime, operator_table, scoped
from app.kernel.money import Money

_LIVE = "stage IN ({})".format(", ".join(f"'{stage}'" for stage in LIVE_STAGES))

journey = operator_table(
    "journey",
    Column("journey_id", Uuid, primary_key=True),
    Column("token_digest", LargeBinary, nullable=False, unique=True),
    Column("pay_key", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("evse_uid", Text, nullable=False),
    Column("payment_id", Uuid, nullable=False),
    Column("session_id", Uuid, nullable=False),
    Column("tariff_id", Text, nullable=False),
    Column("tariff_version", Integer, nullable=False),
    Column("held_minor", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("began_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("version", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("state", JSONB, nullable=False),
    Column("limit_at", UtcDateTime),
    Column("receipt_email", Text),
    Column("rule_id", Uuid),
    Column("network", Text),
    Column("variant", Text, nullable=False, server_default=""),
    Column("additions", JSONB, nullable=False, server_default="[]"),
    Column("refused", SmallInteger, nullable=False, server_default="0"),
    Column("driver_id", Uuid),
)
# One driver at a socket: the database refuses the second.
Index(
    "uq_journey_socket",
    journey.c.operator_id,
    journey.c.evse_uid,
    unique=True,
    postgresql_where=text(_LIVE),
)
Index("uq_journey_pay_key", journey.c.operator_id, journey.c.pay_key, unique=True)
Index("ix_journey_payment", journey.c.operator_id, journey.c.payment_id)
Index("ix_journey_network", journey.c.operator_id, journey.c.network, journey.c.began_at)
Index("ix_journey_evse", journey.c.operator_id, journey.c.evse_uid, journey.c.began_at)
Index("ix_journey_session", journey.c.operator_id, journey.c.session_id)
Index("ix_journey_driver", journey.c.operator_id, journey.c.driver_id, journey.c.began_at)
Index(
    "ix_journey_moving",
    journey.c.changed_at,
    postgresql_where=text("stage <> 'ended'"),
)
Index("ix_journey_limit", journey.c.limit_at, postgresql_where=text("stage = 'charging'"))

# On the ways that have to be quick, from a payment or a meter value: made once, because making a
# statement costs as much as running it.
_mine = journey.c.operator_id == bindparam("of_operator")
_its = journey.c.journey_id == bindparam("of_journey")
_of_payment = journey.c.payment_id == bindparam("of_payment")
_BY_ID = Ready(select(journey).where(_mine, _its))
_LOCKED = Ready(select(journey).where(_mine, _its).with_for_update())
_LOCKED_OF_PAYMENT = Ready(select(journey).where(_mine, _of_payment).with_for_update())
_OF_SESSION = Ready(select(journey).where(_mine, journey.c.session_id == bindparam("of_session")))
_LIVE_AT = Ready(
    select(journey).where(_mine, journey.c.evse_uid == bindparam("of_evse"), text(_LIVE))
)
# Who chooses another way to pay keeps the socket only as long as nobody else wants it.
_LIVE_STAGE = Ready(
    select(journey.c.stage)
    .where(_mine, journey.c.evse_uid == bindparam("of_evse"), text(_LIVE))
    .where(journey.c.state["lost"].as_string().is_(None))
)
_OF_TOKEN = Ready(select(journey).where(journey.c.token_digest == bindparam("of_digest")))
_SAVED = Ready(update(journey).where(_mine, _its), "stage", "state", "version", "changed_at")


async def insert_journey(work: Work, new: Journey, *, token_digest: bytes, pay_key: str) -> bool:
    """Write a new journey; tell False when its socket has a live one, or its key was used."""
    rows = await work.execute(
        insert(journey)
        .values(
            operator_id=work.operator_id,
            journey_id=new.journey_id,
            token_digest=token_digest,
            pay_key=pay_key,
            code=new.code,
            evse_uid=new.evse_uid,
            payment_id=new.payment_id,
            session_id=new.session_id,
            tariff_id=new.tariff_id,
            tariff_version=new.tariff_version,
            rule_id=new.rule_id,
            variant=new.variant,
            network=new.network,
            driver_id=new.driver_id,
            held_minor=new.held.minor,
            currency=new.held.currency,
            locale=new.locale,
            began_at=new.began_at,
            changed_at=work.now,
            version=new.version,
            stage=new.stage,
            state=msgspec.to_builtins(new.state),
        )
        .on_conflict_do_nothing()
        .returning(journey.c.journey_id)
    )
    return rows.first() is not None


async def save_state(work: Work, changed: Journey) -> None:
    """Write the new state of a journey that this work has locked."""
    values = {
        "stage": changed.stage,
        "state": msgspec.to_builtins(changed.state),
        "version": changed.version,
        "changed_at": work.now,
    }
    await work.rows(_SAVED, _key(work, changed.journey_id) | values)


async def forget_limits(work: Work, tariff_id: str) -> None:
    """Let the sweep find out anew how long the holds last of those who follow a tariff's prices."""
    await work.execute(
        update(journey)
        .where(journey.c.operator_id == work.operator_id, journey.c.stage == Stage.CHARGING)
        .where(journey.c.tariff_id == tariff_id, journey.c.variant == "")
        .values(limit_at=None)
    )


async def set_receipt_email(work: Work, journey_id: UUID, email: str) -> None:
    """Note where the receipt goes when there is one."""
    await work.execute(
        update(journey)
        .where(journey.c.operator_id == work.operator_id, journey.c.journey_id == journey_id)
        .values(receipt_email=email)
    )


async def lock_journey(work: Work, journey_id: UUID) -> Journey | None:
    """Return the journey, locked until the work ends, or None."""
    return journey_from(await work.row(_LOCKED, _key(work, journey_id)))


async def get_journey(work: Work, journey_id: UUID) -> Journey | None:
    """Return the journey as it is now, or None."""
    return await see_journey(work, work.operator_id, journey_id)


async def see_journey(look: Look, operator_id: UUID, journey_id: UUID) -> Journey | None:
    """Return the journey of this operator as it is at this moment, or None."""
    asked = {"of_operator": operator_id, "of_journey": journey_id}
    return journey_from(await look.row(_BY_ID, asked))


async def lock_journey_of_payment(work: Work, payment_id: UUID) -> Journey | None:
    """Return the journey that this payment is for, locked until the work ends, or None."""
    asked = {"of_operator": work.operator_id, "of_payment": payment_id}
    return journey_from(await work.row(_LOCKED_OF_PAYMENT, asked))


async def journey_id_of_payment(work: Work, payment_id: UUID) -> UUID | None:
    """Return the id of the journey that this payment is for, or None."""
    rows = await work.execute(
        scoped(journey, work, journey.c.journey_id).where(journey.c.payment_id == payment_id)
    )
    return rows.scalar()


async def journey_of_session(work: Work, session_id: UUID) -> Journey | None:
    """Return the journey that this session belongs to, or None."""
    asked = {"of_operator": work.operator_id, "of_session": session_id}
    return journey_from(await work.row(_OF_SESSION, asked))


async def live_journey_at(work: Work, evse_uid: str) -> Journey | None:
    """Return the journey that a socket belongs to now, or None."""
    asked = {"of_operator": work.operator_id, "of_evse": evse_uid}
    return journey_from(await work.row(_LIVE_AT, asked))


def live_stage_at(evse: Evse) -> Question[Stage | None]:
    """Ask for the stage of the journey that a socket belongs to now; None when it is free."""
    asked = {"of_operator": evse.operator_id, "of_evse": evse.evse_uid}
    return Question(_LIVE_STAGE, asked, lambda row, _: None if row is None else Stage(row.stage))


async def journey_by_pay_key(work: Work, pay_key: str) -> Journey | None:
    """Return the journey that was begun with this key, or None."""
    rows = await work.execute(scoped(journey, work).where(journey.c.pay_key == pay_key))
    return journey_from(rows.first())


async def find_by_digest(look: Look, token_digest: bytes) -> Journey | None:
    """Return the journey of any operator with this token, or None."""
    return journey_from(await look.row(_OF_TOKEN, {"of_digest": token_digest}))


async def near_limit(work: Work, at: datetime, most: int) -> list[Journey]:
    """Return charging journeys of any operator whose hold should be used up by *at*."""
    rows = await work.execute(
        select(journey)
        .where(journey.c.limit_at <= at, journey.c.stage == Stage.CHARGING)
        .order_by(journey.c.limit_at)
        .limit(most)
    )
    return [found for row in rows if (found := journey_from(row))]


async def without_limit(work: Work, most: int) -> list[Journey]:
    """Return charging journeys of any operator of which it is not noted how long the hold lasts."""
    rows = await work.execute(
        select(journey)
        .where(journey.c.limit_at.is_(None), journey.c.stage == Stage.CHARGING)
        .order_by(journey.c.changed_at)
        .limit(most)
    )
    return [found for row in rows if (found := journey_from(row))]


async def overdue(
    work: Work, stages: tuple[Stage, ...], before: datetime, most: int
) -> list[Journey]:
    """Return journeys of any operator that have been in one of *stages* since *before*."""
    rows = await work.execute(
        select(journey)
        .where(journey.c.stage.in_(stages), journey.c.changed_at <= before)
        .order_by(journey.c.changed_at)
        .limit(most)
    )
    return [found for row in rows if (found := journey_from(row))]


def _key(work: Work, journey_id: UUID) -> dict[str, Any]:
    return {"of_operator": work.operator_id, "of_journey": journey_id}


def journey_from(row: Row[Any] | None) -> Journey | None:
    """Return the journey of a row, or None when there is none."""
    if row is None:
        return None
    return Journey(
        journey_id=row.journey_id,
        operator_id=row.operator_id,
        code=row.code,
        evse_uid=row.evse_uid,
        payment_id=row.payment_id,
        session_id=row.session_id,
        tariff_id=row.tariff_id,
        tariff_version=row.tariff_version,
        held=Money(row.held_minor, row.currency),
        locale=row.locale,
        began_at=row.began_at,
        version=row.version,
        state=msgspec.convert(row.state, State),
        receipt_email=row.receipt_email,
        rule_id=row.rule_id,
        additions=msgspec.convert(row.additions, tuple[Addition, ...]),
        variant=row.variant,
        driver_id=row.driver_id,
    )
