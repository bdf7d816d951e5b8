"""Change how an operator is known."""

from collections.abc import Callable
from uuid import UUID

from app.infra.database import Database, Work
from app.people.identity import store
from app.people.identity.errors import InvalidOperator, OperatorNotFound
from app.people.identity.hosts.store import of_operator
from app.people.identity.model import Operator
from app.people.identity.save import save_operator


async def change_brand(
    change: Callable[[Operator], Operator], *, operator_id: UUID, database: Database
) -> Operator:
    """
    Save what *change* makes of an operator, which nobody else changes meanwhile; return it.

    Mails may come from an address of a host that the operator has proved. Raises OperatorNotFound,
    InvalidOperator, and what *change* raises; then nothing was saved.
    """
    async with database.work(operator_id) as work:
        before = await store.by_id(work, operator_id, lock=True)
        if before is None:
            raise OperatorNotFound("no operator has this id", operator_id=str(operator_id))
        after = change(before)
        if after.brand.details.mail_sender != before.brand.details.mail_sender:
            await _check_sender(work, after.brand.details.mail_sender)
        await save_operator(work, after)
    return after


async def _check_sender(work: Work, sender: str | None) -> None:
    if sender is None:
        return
    proved = {each.name for each in await of_operator(work) if each.verified_at is not None}
    if sender.rpartition("@")[2].lower() not in proved:
        path, reason = "brand.mail_sender", "expected an address at a host that you have proved"
        raise InvalidOperator(f"{path}: {reason}", path=path)
