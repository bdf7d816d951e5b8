"""Read the operator whose work is being done."""

from app.infra.database import Work
from app.people.identity import store
from app.people.identity.errors import OperatorNotFound
from app.people.identity.model import Operator


async def get_operator(work: Work) -> Operator:
    """
    Return the operator of *work*. A step of the caller's transaction.

    Raises OperatorNotFound.
    """
    operator = await store.by_id(work, work.operator_id)
    if operator is None:
        raise OperatorNotFound("no operator has this id", operator_id=str(work.operator_id))
    return operator
