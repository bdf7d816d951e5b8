"""Read the operator whose work is being done."""

from uuid import UUID

from app.infra.database import Work
from app.infra.question import Question, answer, needed
from app.people.identity import store
from app.people.identity.errors import OperatorNotFound
from app.people.identity.model import Operator


async def get_operator(work: Work) -> Operator:
    """
    Return the operator of *work*. A step of the caller's transaction.

    Raises OperatorNotFound.
    """
    return await answer(work, operator_with_id(work.operator_id))


def operator_with_id(operator_id: UUID) -> Question[Operator]:
    """Ask for an operator. Reading the answer raises OperatorNotFound."""
    missing = OperatorNotFound("no operator has this id", operator_id=str(operator_id))
    return needed(store.with_id(operator_id), missing)
