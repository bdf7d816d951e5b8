"""What a terminal adds to what a provider told of a payment: how it went there, and which card."""

from dataclasses import replace

from app.funds.payments.model import SECURED, OperationKind, Payment, PaymentStatus
from app.funds.payments.ports import (
    OrderedPayment,
    PromptDevice,
    PromptName,
    ProviderAccount,
    Reading,
    Snapshot,
)
from app.funds.payments.rules.plan import key_of, operation_id_of


def prompt_of(payment: Payment) -> PromptName | None:
    """Return the prompt of *payment* at its terminal, or None: it was not ordered at one."""
    if payment.device is None:
        return None
    start = operation_id_of(payment.payment_id, 0, OperationKind.START)
    return PromptName(payment.device, key_of(start), payment.opened_at)


async def with_terminal(
    told: Reading,
    payment: Payment,
    ordered: OrderedPayment,
    till: tuple[ProviderAccount, PromptDevice],
) -> Reading:
    """
    Return what was *told* of *payment* together with what its terminal knows.

    The terminal is not asked for what is known: that it was paid, and with which card; nor once it
    is decided what stays, because then the card matters to nobody any more.
    """
    if _is_paid(told) and (payment.fingerprint is not None or payment.keep is not None):
        return told
    account, device = till
    seen = await device.look(account, ordered)
    if not _is_paid(told):
        return seen if isinstance(seen, Snapshot) or not isinstance(told, Snapshot) else told
    if isinstance(told, Snapshot) and isinstance(seen, Snapshot):
        card = seen.instrument or told.instrument
        return replace(told, fingerprint=seen.fingerprint, instrument=card)
    return told


def _is_paid(reading: Reading) -> bool:
    return isinstance(reading, Snapshot) and PaymentStatus(reading.status.value) in SECURED
