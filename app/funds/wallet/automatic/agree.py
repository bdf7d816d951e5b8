"""Begin an agreement, and end it."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from uuid import NAMESPACE_URL, UUID, uuid5

from app.funds.payments.accounts import get_account, provider_of
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.ports import Accepted
from app.funds.payments.providers.capabilities import charges_at_once
from app.funds.payments.routing.offers import WayToPay
from app.funds.wallet.automatic import store
from app.funds.wallet.automatic.model import Agreement, AgreementState, Ending
from app.funds.wallet.errors import MeansNotKept
from app.infra.database import Work

FORGET = "wallet.forget_means"


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
        raise MeansNotKept("this means can not be charged later", method=way.offer.method)
    async with desk.database.work(operator_id) as work:
        account = await get_account(work, way.account_id, vault=desk.vault)
    keeper = desk.keepers[account.provider]
    name = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    once = str(uuid5(NAMESPACE_URL, f"customer:{account.account_id}:{name}"))
    outcome = await keeper.open_customer(account, name, key=once)
    if not isinstance(outcome, Accepted):
        raise MeansNotKept("the provider does not keep a means now", method=way.offer.method)
    return outcome.provider_ref


async def agree(work: Work, new: Agreement) -> bool:
    """
    Step: note the consent; tell False when an agreement of the locked wallet holds already.

    One whose first payment is not there yet is replaced.
    """
    live = await store.live_of(work, new.wallet_id)
    if live is not None and live.state is AgreementState.ON:
        return False
    if live is not None:
        await end(work, live, Ending.REPLACED)
    await store.add(work, new)
    return True


async def end(work: Work, agreement: Agreement, why: Ending) -> None:
    """Step: end an agreement of the locked wallet; a job has the provider forget the means."""
    over = replace(agreement, state=AgreementState.OFF, ended_at=work.now, ended_why=why)
    await store.save(work, over)
    defer_forgetting(work, agreement)


def defer_forgetting(work: Work, agreement: Agreement) -> None:
    """Step: have the provider forget the means of an agreement that is over."""
    work.defer(FORGET, agreement_id=agreement.agreement_id)
