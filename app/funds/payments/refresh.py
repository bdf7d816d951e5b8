"""Read a payment at its provider and let what is seen change it."""

from dataclasses import dataclass
from uuid import UUID

from app.funds.payments.accounts import Credential, credential_of, mark_refused, mark_taken
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.store import Hint, close_hint, errand_of, postpone_hint
from app.funds.payments.model import Payment
from app.funds.payments.ports import (
    Declined,
    NotSent,
    Outcome,
    Reading,
    Snapshot,
)
from app.funds.payments.record import lock, record, unknown_payment
from app.funds.payments.rules.decide import News, Observed, TimePassed

# The gateways' word for a secret that was not taken.
REFUSED = "auth"


@dataclass(frozen=True, slots=True)
class Refreshed:
    """The payment after the reading; *seen* says whether the provider answered."""

    payment: Payment
    seen: bool


async def refresh_payment(payment_id: UUID, *, operator_id: UUID, desk: PaymentDesk) -> Payment:
    """
    Return the payment as its provider has it now, or as we knew it when there is no answer.

    What changed is told as events. Safe at any time and any number of times at once; a webhook
    that could not be followed up comes back by the sweep. Raises PaymentNotFound, SecretUnreadable.
    """
    return (await read_payment(payment_id, operator_id=operator_id, desk=desk)).payment


async def read_payment(payment_id: UUID, *, operator_id: UUID, desk: PaymentDesk) -> Refreshed:
    """Do `refresh_payment` and tell whether the provider answered."""
    async with desk.database.work(operator_id) as work:
        errand = await errand_of(work, payment_id)
        if errand is None:
            raise unknown_payment(payment_id)
    credential = credential_of(errand.account, vault=desk.vault)
    reading: Reading | None = None
    if errand.provider_ref is not None:
        provider = desk.providers[credential.account.provider]
        reading = await provider.fetch(credential.account, errand.provider_ref)
    return await take_reading(desk, payment_id, Read(credential, reading, errand.hint))


@dataclass(frozen=True, slots=True)
class Read:
    """What came of asking the provider, with which credential, and the hint that led to it."""

    credential: Credential
    reading: Reading | None
    hint: Hint | None


async def take_reading(desk: PaymentDesk, payment_id: UUID, read: Read) -> Refreshed:
    """Let a reading change the payment, and close the hint that asked for it."""
    reading, account = read.reading, read.credential.account
    seen = isinstance(reading, Snapshot)
    news: list[News] = [TimePassed()]
    if isinstance(reading, Snapshot):
        news.insert(0, Observed(reading))
    async with desk.database.work(account.operator_id) as work:
        payment = await lock(work, payment_id)
        if read.hint is not None:
            await (close_hint if seen else postpone_hint)(work, read.hint)
        if is_refused(reading):
            await mark_refused(work, account.account_id)
        elif seen and read.credential.refused:
            await mark_taken(work, account.account_id)
        payment = await record(work, payment, *news)
    return Refreshed(payment, seen)


def is_refused(answer: Outcome | Reading | None) -> bool:
    """Tell whether the provider did not take the account's secret."""
    if isinstance(answer, Declined):
        return answer.code == REFUSED
    return isinstance(answer, NotSent) and answer.credentials_refused
