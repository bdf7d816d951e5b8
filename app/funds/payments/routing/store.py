"""The table of an operator's rules for choosing among its accounts."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Column, Row, bindparam, select
from sqlalchemy.dialects.postgresql import JSONB, insert

from app.funds.payments.routing.model import Routing
from app.infra.database import Work
from app.infra.question import Question, answer
from app.infra.ready import Ready
from app.infra.tables import operator_table

payment_routing = operator_table(
    "payment_routing",
    Column("rules", JSONB, nullable=False),
)


_RULES = Ready(
    select(payment_routing.c.rules).where(payment_routing.c.operator_id == bindparam("of_operator"))
)


async def find_routing(work: Work) -> Routing:
    """Return the operator's rules; without any, those that choose nothing."""
    return await answer(work, routing_of(work.operator_id))


def routing_of(operator_id: UUID) -> Question[Routing]:
    """Ask for an operator's rules, as `find_routing` returns them."""
    return Question(_RULES, {"of_operator": operator_id}, _routing)


def _routing(row: Row[Any] | None, _: datetime) -> Routing:
    return Routing() if row is None else msgspec.convert(row.rules, Routing)


async def put_routing(work: Work, routing: Routing) -> None:
    """Replace the operator's rules."""
    values = {"operator_id": work.operator_id, "rules": msgspec.to_builtins(routing)}
    added = insert(payment_routing).values(values)
    await work.execute(
        added.on_conflict_do_update(index_elements=["operator_id"], set_={"rules": values["rules"]})
    )
