"""Save an operator's details."""

from app.infra.database import Work
from app.people.identity import store
from app.people.identity.errors import InvalidOperator
from app.people.identity.model import Operator, complaints


async def save_operator(work: Work, operator: Operator) -> bool:
    """
    Save *operator* and tell whether that changed anything. A step of the caller's transaction.

    Raises InvalidOperator when a rule is broken.
    """
    for complaint in complaints(operator):
        raise InvalidOperator(f"{complaint.path}: {complaint.reason}", path=complaint.path)
    if await store.by_id(work, operator.operator_id) == operator:
        return False
    await store.save(work, operator)
    return True
