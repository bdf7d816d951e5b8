"""Read the rules by which tariffs are chosen."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.infra.database import Work
from app.infra.question import Question
from app.pricing.tariffs.choice import store
from app.pricing.tariffs.choice.model import Rule


async def rules_of(work: Work) -> Sequence[Rule]:
    """Return the rules that stand now, by name. A step."""
    return await store.standing(work)


def rule_with_id(operator_id: UUID, rule_id: UUID | None) -> Question[Rule | None]:
    """Ask for the rule with this id, ended or not; None: there is none."""
    return store.find(operator_id, rule_id)


async def regions_of(work: Work) -> Mapping[str, frozenset[str]]:
    """Return the locations of each region as they are now. A step."""
    return await store.regions(work)
