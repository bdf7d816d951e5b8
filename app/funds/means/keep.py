"""Keep a means, from the tick in the box to the payment that leaves it with the provider."""

from dataclasses import replace

from app.funds.means import store
from app.funds.means.model import KeptMeans, MeansState, Removal
from app.funds.means.remove import end_means
from app.funds.payments.events import PaymentFailed, PaymentSecured
from app.funds.payments.steps import get_payment
from app.infra.database import Reactors, Work


async def keep_means(work: Work, new: KeptMeans) -> None:
    """Step: note the consent; the means is kept when the payment of the same id is secured."""
    await store.add(work, new)


def reactors() -> Reactors:
    """Return what kept means do, inside the same transaction, about facts of payments."""
    return {PaymentSecured: (_on_secured,), PaymentFailed: (_on_failed,)}


async def _on_secured(work: Work, event: PaymentSecured) -> None:
    asked = await store.lock(work, event.payment_id)
    if asked is None:
        return
    if asked.state is MeansState.REMOVED:
        # Paid after it was given up: the money goes back, and so does the means.
        await end_means(work, asked, asked.removed_why or Removal.UNPAID)
        return
    payment = await get_payment(work, event.payment_id)
    instrument = payment.instrument or ""
    kept = replace(asked, state=MeansState.KEPT, method=payment.method, instrument=instrument)
    await store.save(work, kept)


async def _on_failed(work: Work, event: PaymentFailed) -> None:
    asked = await store.lock(work, event.payment_id)
    if asked is not None and asked.state is MeansState.ASKED:
        await end_means(work, asked, Removal.UNPAID)
