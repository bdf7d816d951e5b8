"""Read a payment at its provider and let what is seen change it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.funds.payments.accounts import (
    Credential,
    credential_of,
    get_credential,
    mark_refused,
    mark_taken,
)
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.store import Errand, Hint, close_hint, errand_of, postpone_hint
from app.funds.payments.inbox.told.store import notices_of
from app.funds.payments.model import Payment
from app.funds.payments.ports import (
    Declined,
    NotSent,
    OrderedPayment,
    Outcome,
    ProviderAccount,
    Reading,
    Snapshot,
)
from app.funds.payments.providers.capabilities import is_unasked
from app.funds.payments.record import find, lock, record, unknown_payment
from app.funds.payments.rules.news import News, Observed, TimePassed
from app.funds.payments.terminal import prompt_of, with_terminal

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
    async with desk.database.look() as look:
        errand = await errand_of(look, operator_id, payment_id)
    if errand is None:
        raise unknown_payment(payment_id)
    if is_unasked(errand.account.provider):
        async with desk.database.work(operator_id) as work:
            payment = await record(work, await lock(work, payment_id), TimePassed())
            return Refreshed(payment, seen=True)
    return await _run(errand, payment_id, desk)


async def run_errand(errand: Errand, *, desk: PaymentDesk) -> None:
    """Do as `read_payment` with what is known already. Raises SecretUnreadable."""
    assert errand.payment_id is not None, "only known payments are read"  # noqa: S101
    await _run(errand, errand.payment_id, desk)


async def _run(errand: Errand, payment_id: UUID, desk: PaymentDesk) -> Refreshed:
    credential = credential_of(errand.account, vault=desk.vault)
    account = credential.account
    provider = desk.providers[account.provider]
    reading: Reading | None = None
    if provider.signs_webhooks:
        reading = await remembered(desk, account, payment_id)
    elif errand.provider_ref is not None:
        reading = await provider.fetch(account, errand.provider_ref)
    return await take_reading(desk, payment_id, Read(credential, reading, errand.hint))


async def come_back(
    payment_id: UUID, query: Mapping[str, str], *, operator_id: UUID, desk: PaymentDesk
) -> Payment:
    """
    Return the payment after the driver came back with *query* from the provider's page.

    What the driver's browser says is not believed: it only leads to a reading, where the provider
    has one; else this is `refresh_payment`. Raises PaymentNotFound, SecretUnreadable.
    """
    async with desk.database.work(operator_id) as work:
        payment = await find(work, payment_id)
        if payment.is_in_house:
            return payment
        credential = await get_credential(work, payment.account_id, vault=desk.vault)
    provider = desk.providers[credential.account.provider]
    if not provider.signs_webhooks or not query:
        return await refresh_payment(payment_id, operator_id=operator_id, desk=desk)
    reading = await provider.come_back(credential.account, ordered_of(payment), query)
    return (await take_reading(desk, payment_id, Read(credential, reading, None))).payment


async def remembered(desk: PaymentDesk, account: ProviderAccount, payment_id: UUID) -> Reading:
    """Return what all that *account*'s provider, and the terminal, told of a payment comes to."""
    async with desk.database.work(account.operator_id) as work:
        payment = await find(work, payment_id)
        notices = await notices_of(work, payment_id)
    ordered = ordered_of(payment)
    told = desk.providers[account.provider].recall(ordered, notices)
    if payment.device is None:
        return told
    return await with_terminal(told, payment, ordered, (account, desk.devices[account.provider]))


def ordered_of(payment: Payment) -> OrderedPayment:
    """Return what a provider needs to make sense of its own notices."""
    return OrderedPayment(
        provider_ref=payment.provider_ref,
        reference=payment.reference,
        amount=payment.amount,
        method=payment.method,
        strategy=payment.ordered_strategy,
        prompt=prompt_of(payment),
    )


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
