"""Steps on the operator's rule for sessions that are charged afterwards."""

from app.directpay.afterwards import store
from app.directpay.afterwards.model import ChargeAfter
from app.infra.database import Work
from app.kernel.money import Money


async def limit_in(work: Work, currency: str) -> Money | None:
    """Step: return what a session may cost at most that is charged afterwards, or None: none is."""
    rule = await store.find_rule(work)
    return rule.most if rule is not None and rule.most.currency == currency else None


async def charges_after(work: Work) -> bool:
    """Step: tell whether sessions can be charged afterwards at all."""
    return await store.find_rule(work) is not None


async def save_charge_after(work: Work, rule: ChargeAfter | None) -> bool:
    """Step: make *rule* the operator's; tell whether it changed."""
    if rule == await store.find_rule(work):
        return False
    await store.put_rule(work, rule)
    return True
