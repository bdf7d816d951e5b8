"""The operator's part of a story's payments: what is ordered of it, and what must be true of it."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from app.funds.payments.events import Trouble
from app.funds.payments.model import Payment
from app.funds.payments.ports import Strategy
from app.funds.payments.rules.decide import Report
from app.funds.payments.sharing.model import Sharing, Way, divided
from app.funds.payments.sharing.rules import arrived, recalled
from app.kernel.money import Money
from tests.faults.simulator.faults import Provider

RECIPIENT = "BA00000000000000000000001"
CPO = "voltstraat"


def shares_ordered(
    provider: Provider, kept: Sequence[tuple[UUID, Money]], charged: Money
) -> dict[UUID, Sharing]:
    """Return what is ordered of each payment, as `order_shares` does: nine tenths of the price."""
    way = provider.way
    if way is None or (way is Way.CAPTURE and provider.strategy is Strategy.PAY_FIRST):
        return {}
    earned = Money(charged.minor * 9 // 10, charged.currency)
    amounts = divided(earned, [amount for _, amount in kept])
    return {
        payment_id: Sharing(CPO, RECIPIENT, way, ordered=amount, goal=amount)
        for (payment_id, _), amount in zip(kept, amounts, strict=True)
        if amount
    }


def always(payments: Sequence[Payment], given: Mapping[str, int]) -> Iterator[str]:
    """Yield what must never be of the parts that were *given*."""
    has = given.get(RECIPIENT, 0)
    ordered = sum(one.sharing.ordered.minor for one in payments if one.sharing)
    if not 0 <= has <= ordered:
        yield f"the operator has {has} of {ordered}"


def at_rest(
    payments: Sequence[Payment], given: Mapping[str, int], work_list: Sequence[Report]
) -> Iterator[str]:
    """Yield where the provider's book and ours differ, and what is still on its way."""
    shared = [one for one in payments if one.sharing is not None]
    has = given.get(RECIPIENT, 0)
    if has != (ours := sum(arrived(one) for one in shared)):
        yield f"the operator has {has} at the provider, and {ours} in our book"
    others = [one for one in work_list if one.trouble is not Trouble.SHARE_REFUSED]
    for one in shared:
        assert one.sharing is not None
        left = one.sharing.ordered.minor - recalled(one) - arrived(one)
        if left and not others:
            yield f"{left} of the operator's part are on their way for ever: {one.operations}"
        if not work_list and arrived(one) != one.sharing.goal.minor:
            yield f"the operator has {arrived(one)}, and was to have {one.sharing.goal.minor}"
