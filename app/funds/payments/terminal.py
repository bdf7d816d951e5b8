"""What a terminal adds to what a provider told of a payment: how it went there, and which card."""

from dataclasses import replace

from app.funds.payments.model import AWAITED, SECURED, OperationKind, Payment, PaymentStatus
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

    It knows what nobody has told yet, and which card it was; what became of the money afterwards
    (released, captured) only the provider tells. It is not asked for what is known, nor for the
    card once it is decided what stays: then that matters to nobody any more.
    """
    account, device = till
    if not isinstance(told, Snapshot):
        return await device.look(account, ordered)
    status = PaymentStatus(told.status.value)
    if status in AWAITED:
        seen = await device.look(account, ordered)
        return seen if isinstance(seen, Snapshot) else told
    if status not in SECURED or payment.fingerprint is not None or payment.keep is not None:
        return told
    seen = await device.look(account, ordered)
    if not isinstance(seen, Snapshot):
        return told
    card = seen.instrument or told.instrument
    return replace(told, fingerprint=seen.fingerprint, instrument=card)
