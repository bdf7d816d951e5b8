"""Keep the calls that the product makes by itself beside those of people and programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from app.charging.chargers.calls import store
from app.charging.chargers.calls.model import Call, Order, Reply, as_json
from app.infra.database import Database

ITSELF: Final = "Direct Pay"


@dataclass(frozen=True, slots=True)
class Made:
    """A call that is over: to which charge point, what, and what came of it."""

    operator_id: UUID
    identity: str
    order: Order
    reply: Reply
    asked_at: datetime
    answered_at: datetime


async def record_calls(made: Sequence[Made], *, database: Database) -> None:
    """Put calls on record, those of each operator in one statement."""
    by_operator = sorted(made, key=lambda each: each.operator_id)
    for operator_id, its in groupby(by_operator, key=lambda each: each.operator_id):
        async with database.work(operator_id) as work:
            calls = [
                Call(
                    call_id=work.ids.uuid7(each.asked_at),
                    identity=each.identity,
                    action=each.order.action,
                    payload=as_json(each.order.payload),
                    asked_by=ITSELF,
                    asked_at=each.asked_at,
                    reply=each.reply,
                    answered_at=each.answered_at,
                )
                for each in its
            ]
            await store.add(work, calls)
