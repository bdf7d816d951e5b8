"""Switch it off, and have the provider forget the means."""

from uuid import UUID

from app.funds.payments.desk import PaymentDesk
from app.funds.payments.providers.keeping import forget_all
from app.funds.payments.steps import withdraw_unsent
from app.funds.wallet.automatic import store
from app.funds.wallet.automatic.agree import end
from app.funds.wallet.automatic.model import AgreementState, Ending
from app.funds.wallet.read import get_wallet, lock_wallet
from app.funds.wallet.top_ups import store as top_ups
from app.funds.wallet.top_ups.model import TopUpState
from app.infra.database import Database, Work


async def switch_off(
    driver_id: UUID, currency: str, *, operator_id: UUID, database: Database
) -> None:
    """
    Buy nothing by itself from now on; what was not sent to the provider yet is not made.

    Repeating it is harmless. Raises WalletNotFound, AccountNotFound.
    """
    async with database.work(operator_id) as work:
        await end_for_driver(work, (await get_wallet(work, driver_id, currency)).wallet_id)


async def end_for_driver(work: Work, wallet_id: UUID) -> None:
    """Step: buy nothing by itself for this wallet from now on."""
    # Payments, then the wallet: the order in which everyone locks.
    for each in await top_ups.waiting_for(work, wallet_id):
        if each.agreement_id is not None and await withdraw_unsent(work, each.payment_id):
            await top_ups.set_state(work, each.top_up_id, TopUpState.FAILED)
    await lock_wallet(work, wallet_id)
    live = await store.live_of(work, wallet_id)
    if live is not None:
        await end(work, live, Ending.DRIVER)


async def forget_means(agreement_id: UUID, *, operator_id: UUID, desk: PaymentDesk) -> None:
    """
    Delete at the provider what it keeps for an agreement that is over: a job, safe to repeat.

    Raises TryAgain when the provider did not do it, SecretUnreadable.
    """
    async with desk.database.work(operator_id) as work:
        agreement = await store.with_id(work, agreement_id)
        if agreement is None or agreement.state is not AgreementState.OFF:
            return
    await forget_all(agreement.keeping(operator_id), agreement_id, desk=desk)
