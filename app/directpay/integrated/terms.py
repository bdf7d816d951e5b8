"""What the terminals inside a charge point are to be set to: our amounts, and who can collect."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.charging.chargers.read import evses_of
from app.directpay.integrated.till import Till
from app.funds.payments.accounts import account_with
from app.funds.payments.providers.capabilities import TAKES_REFERENCES
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class TerminalTerms:
    """The amount to authorise at each EVSE; *can_collect*: by our own account, too."""

    holds: Mapping[int, Money]
    can_collect: bool


async def terminal_terms(operator_id: UUID, identity: str, *, till: Till) -> TerminalTerms:
    """Return what terminals inside a charge point are to be set to now."""
    async with till.database.work(operator_id) as work:
        holds = {each.evse_no: each.hold for each in await evses_of(work, identity)}
        account_id = await account_with(work, TAKES_REFERENCES)
    return TerminalTerms(holds, account_id is not None)
