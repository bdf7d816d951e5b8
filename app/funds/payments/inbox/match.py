"""Find the payment behind a provider's reference that we do not know yet."""

from uuid import UUID

from app.funds.payments import store
from app.funds.payments.accounts import get_credential, mark_refused
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox.store import close_hint, open_hint, postpone_hint
from app.funds.payments.ports import Declined, Reading, Snapshot
from app.funds.payments.refresh import Read, is_refused, take_reading
from app.infra.database import Work


async def match_webhook(
    account_id: UUID, provider_ref: str, *, operator_id: UUID, desk: PaymentDesk
) -> None:
    """
    Read *provider_ref* at the provider and give the reading to the payment with its reference.

    This is how a webhook that overtakes the answer to the start finds its payment, and how a
    start without an answer becomes known. What is not ours is put away; without an answer of the
    provider it comes back by the sweep. Raises AccountNotFound, SecretUnreadable.
    """
    async with desk.database.work(operator_id) as work:
        credential = await get_credential(work, account_id, vault=desk.vault)
        hint = await open_hint(work, account_id, provider_ref)
        known = await store.find_by_provider_ref(work, operator_id, account_id, provider_ref)
    account = credential.account
    reading = await desk.providers[account.provider].fetch(account, provider_ref)
    read = Read(credential, reading, hint)
    if known is not None:
        await take_reading(desk, known, read)
        return
    async with desk.database.work(operator_id) as work:
        payment_id = await _payment_of(work, account_id, reading)
        if payment_id is None:
            await _put_away(work, read)
    if payment_id is not None:
        await take_reading(desk, payment_id, read)


async def _put_away(work: Work, read: Read) -> None:
    """Close the hint when the provider has answered and it is not ours; else it comes back."""
    refused = is_refused(read.reading)
    if refused:
        await mark_refused(work, read.credential.account.account_id)
    if read.hint is not None:
        answered = isinstance(read.reading, Snapshot | Declined) and not refused
        await (close_hint if answered else postpone_hint)(work, read.hint)


async def _payment_of(work: Work, account_id: UUID, reading: Reading) -> UUID | None:
    if not isinstance(reading, Snapshot) or reading.reference is None:
        return None
    return await store.find_by_reference(work, account_id, reading.reference)
