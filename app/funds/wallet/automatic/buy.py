"""Buy credit again without the driver: a job, which decides anew whether it is still wanted."""

from uuid import UUID

from app.funds.payments.desk import PaymentDesk
from app.funds.payments.ports import Origin, Strategy
from app.funds.payments.providers.keeping import kept_for
from app.funds.payments.providers.stored import StoredMeans
from app.funds.payments.steps import PaymentOrder, begin_payment, order_start
from app.funds.wallet.automatic import store
from app.funds.wallet.automatic.agree import end
from app.funds.wallet.automatic.model import A_DAY, Agreement, AgreementState, Ending, may_buy
from app.funds.wallet.read import lock_wallet
from app.funds.wallet.top_ups import store as top_ups
from app.funds.wallet.top_ups.model import TopUp
from app.infra.database import Work
from app.people.identity.read import get_operator


async def buy_again(agreement_id: UUID, *, operator_id: UUID, desk: PaymentDesk) -> None:
    """
    Begin a top-up that is paid with the kept means, if the agreement wants one now.

    Safe to repeat: as long as one is on its way there is no other. Raises TryAgain when the
    provider can't say which means it keeps, SecretUnreadable.
    """
    async with desk.database.work(operator_id) as work:
        agreement = await _wanted(work, agreement_id)
    if agreement is None:
        return
    kept = await kept_for(agreement.keeping(operator_id), desk=desk)
    async with desk.database.work(operator_id) as work:
        still = await _wanted(work, agreement_id)
        if still is not None and kept:
            await _begin(work, still, kept[0])
        elif still is not None:
            await end(work, still, Ending.GONE)


async def _wanted(work: Work, agreement_id: UUID) -> Agreement | None:
    """Return the agreement, its wallet locked, when something is to be bought now."""
    seen = await store.with_id(work, agreement_id)
    if seen is None or seen.state is not AgreementState.ON:
        return None
    wallet = await lock_wallet(work, seen.wallet_id)
    agreement, offer = await store.with_id(work, agreement_id), await top_ups.find_offer(work)
    if agreement is None or offer is None:
        return None
    before = await top_ups.automatic_since(work, wallet.wallet_id, work.now - A_DAY)
    wanted = may_buy(agreement, wallet, before, most=offer.most, now=work.now)
    return agreement if wanted else None


async def _begin(work: Work, agreement: Agreement, means: StoredMeans) -> None:
    top_up_id, payment_id = work.ids.uuid7(work.now), work.ids.uuid7(work.now)
    amount = agreement.terms.amount
    new = TopUp(
        top_up_id=top_up_id,
        wallet_id=agreement.wallet_id,
        payment_id=payment_id,
        amount=amount,
        key=f"{agreement.agreement_id}:{top_up_id}",
        asked_at=work.now,
        agreement_id=agreement.agreement_id,
    )
    await top_ups.add_top_up(work, new)
    operator = await get_operator(work)
    payment = await begin_payment(
        work,
        PaymentOrder(
            payment_id=payment_id,
            subject_id=top_up_id,
            amount=amount,
            method=means.method,
            # Nobody waits for a price: the amount is known, and taken at once.
            strategy=Strategy.PAY_FIRST,
            locale=agreement.locale,
            description=f"{operator.brand.name} {amount}",
            return_url=f"{agreement.page}/{top_up_id}",
            country=operator.address.country,
            account_id=agreement.account_id,
            origin=Origin.TOP_UP,
            customer=agreement.customer,
            token=means.token,
        ),
    )
    order_start(work, payment)
