"""What drivers leave with a provider: for whom it is kept, what is there, and forgetting it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

from app.funds.payments.accounts import get_account, provider_of
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.errors import MeansNotKept
from app.funds.payments.ports import Accepted, Declined
from app.funds.payments.providers.capabilities import charges_at_once
from app.funds.payments.providers.stored import StoredMeans
from app.funds.payments.routing.offers import WayToPay
from app.infra.jobs import TryAgain


@dataclass(frozen=True, slots=True)
class Keeping:
    """Whom an account of an operator keeps means for: *customer*, as its provider calls one."""

    operator_id: UUID
    account_id: UUID
    customer: str


async def ways_that_keep(
    ways: Iterable[WayToPay], *, operator_id: UUID, desk: PaymentDesk
) -> tuple[WayToPay, ...]:
    """Return the ways to pay whose means can be charged again without the driver, at once."""
    async with desk.database.work(operator_id) as work:
        providers = [(way, await provider_of(work, way.account_id)) for way in ways]
    return tuple(way for way, name in providers if charges_at_once(name, way.offer.method))


async def open_customer(key: str, way: WayToPay, *, operator_id: UUID, desk: PaymentDesk) -> str:
    """
    Return what the provider calls whom a means is kept for; the same *key* is the same one.

    It is told nothing of the driver. Raises MeansNotKept, AccountNotFound, SecretUnreadable.
    """
    if not await ways_that_keep([way], operator_id=operator_id, desk=desk):
        raise MeansNotKept("this means cannot be charged later", method=way.offer.method)
    async with desk.database.work(operator_id) as work:
        account = await get_account(work, way.account_id, vault=desk.vault)
    keeper = desk.keepers[account.provider]
    name = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    once = str(uuid5(NAMESPACE_URL, f"customer:{account.account_id}:{name}"))
    outcome = await keeper.open_customer(account, name, key=once)
    if not isinstance(outcome, Accepted):
        raise MeansNotKept("the provider does not keep a means now", method=way.offer.method)
    return outcome.provider_ref


async def kept_for(keeping: Keeping, *, desk: PaymentDesk) -> Sequence[StoredMeans]:
    """Return what the provider keeps now. Raises TryAgain when it can't say, SecretUnreadable."""
    async with desk.database.work(keeping.operator_id) as work:
        account = await get_account(work, keeping.account_id, vault=desk.vault)
    found = await desk.keepers[account.provider].stored_means(account, keeping.customer)
    if isinstance(found, Declined) and found.code == "not_found":
        return ()
    if not isinstance(found, Sequence):
        raise TryAgain
    return found


async def forget_all(keeping: Keeping, seed: UUID, *, desk: PaymentDesk) -> None:
    """
    Delete at the provider all that it keeps; repeating it is harmless, its keys follow from *seed*.

    Raises TryAgain when the provider did not do it, SecretUnreadable.
    """
    async with desk.database.work(keeping.operator_id) as work:
        account = await get_account(work, keeping.account_id, vault=desk.vault)
    for means in await kept_for(keeping, desk=desk):
        key = str(uuid5(seed, f"forget:{means.token}"))
        keeper = desk.keepers[account.provider]
        outcome = await keeper.forget(account, keeping.customer, means.token, key=key)
        if not isinstance(outcome, Accepted):
            raise TryAgain
