"""What a terminal's answer says of a payment, or of the card that was shown."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.funds.payments.ports import (
    CardReading,
    CardSeen,
    NoCard,
    NotSent,
    OrderedPayment,
    PromptName,
    ProviderStatus,
    Reading,
    Snapshot,
    StillAsking,
    Strategy,
    Unknown,
)
from app.gateways.adyen.devices.messages import reference_of
from app.gateways.adyen.devices.wire import (
    WireCard,
    WireInstrument,
    WireMessage,
    WirePaymentResponse,
    WireResponse,
    WireStatusResponse,
)
from app.gateways.adyen.words import instrument
from app.kernel.money import Money

# A prompt that a terminal does not know may still be on its way to it for this long.
IN_TRANSIT: Final = timedelta(seconds=10)
_CALLED_OFF: Final = frozenset({"Cancel", "Aborted"})
_SUCCESS: Final = "Success"
_LAST_DIGITS: Final = 4


def of_payment(
    ordered: OrderedPayment, message: WireMessage, now: datetime, owner: UUID
) -> Reading:
    """Return how a payment of *owner* stands; raise ValueError for an answer that says nothing."""
    status, prompt = _status(message), ordered.prompt
    if isinstance(status, NotSent | Unknown):
        return status
    if prompt is None:
        return Unknown("it was not ordered at a terminal")
    unpaid = _unpaid(ordered, prompt)
    if status.response.result == _SUCCESS and status.repeated_message_response is not None:
        body = status.repeated_message_response.repeated_response_message_body
        if body.payment_response is not None:
            return _answered(ordered, unpaid, body.payment_response, owner)
    match status.response.error_condition:
        case "InProgress":
            return unpaid
        case "NotFound" if now >= prompt.asked_at + IN_TRANSIT:
            return replace(unpaid, status=ProviderStatus.FAILED)
        case condition:
            return Unknown(f"the terminal does not say how it went ({condition})")


def of_card(prompt: PromptName, message: WireMessage, now: datetime, owner: UUID) -> CardReading:
    """Return what came of reading a card for *owner*; raise ValueError as `of_payment` does."""
    status = _status(message)
    if isinstance(status, NotSent | Unknown):
        return status
    if status.response.result == _SUCCESS and status.repeated_message_response is not None:
        body = status.repeated_message_response.repeated_response_message_body
        answer = body.card_acquisition_response
        if answer is not None and answer.response.result == _SUCCESS:
            seen = fingerprint(answer.payment_instrument_data, answer.response, owner)
            return NoCard() if seen is None else CardSeen(seen)
        return NoCard()
    match status.response.error_condition:
        case "InProgress":
            return StillAsking()
        case "NotFound" if now >= prompt.asked_at + IN_TRANSIT:
            return NoCard()
        case condition:
            return Unknown(f"the terminal does not say how it went ({condition})")


def fingerprint(shown: WireInstrument | None, response: WireResponse, owner: UUID) -> str | None:
    """
    Return a digest that is the same whenever the same card is shown to a terminal of *owner*.

    Made of the payment account reference, else of the card alias; None where there is neither.
    """
    card = shown.card_data if shown is not None else None
    name = (
        (card.payment_account_ref if card is not None else None)
        or response.additional("PaymentAccountReference")
        or response.additional("alias")
    )
    if name is None:
        return None
    return hashlib.sha256(f"{owner}:{name}".encode()).hexdigest()[:32]


def _status(message: WireMessage) -> WireStatusResponse | NotSent | Unknown:
    if message.told is not None and message.told.event_notification is not None:
        event = message.told.event_notification
        return NotSent(f"{event.event_to_notify}: {event.event_details or ''}")
    if message.said is None or message.said.transaction_status_response is None:
        return Unknown("the terminal's answer is about something else")
    return message.said.transaction_status_response


def _unpaid(ordered: OrderedPayment, prompt: PromptName) -> Snapshot:
    nothing = Money.zero(ordered.amount.currency)
    return Snapshot(
        provider_ref=ordered.provider_ref or reference_of(prompt),
        status=ProviderStatus.OPEN,
        amount=ordered.amount,
        captured=nothing,
        refunded=nothing,
        method=None,
        checkout_url=None,
        capture_before=None,
        instrument=None,
        reference=ordered.reference,
    )


def _answered(
    ordered: OrderedPayment, unpaid: Snapshot, answer: WirePaymentResponse, owner: UUID
) -> Snapshot:
    if answer.response.result != _SUCCESS:
        called_off = answer.response.error_condition in _CALLED_OFF
        ended = ProviderStatus.CANCELLED if called_off else ProviderStatus.FAILED
        return replace(unpaid, status=ended)
    result = answer.payment_result
    if answer.poi is None or result is None:
        msg = "a payment without a result"
        raise ValueError(msg)
    holds = ordered.strategy is Strategy.HOLD
    amount = _amount(ordered, answer)
    shown = result.payment_instrument_data
    card = shown.card_data if shown is not None else None
    return replace(
        unpaid,
        status=ProviderStatus.AUTHORISED if holds else ProviderStatus.PAID,
        amount=amount,
        captured=Money.zero(amount.currency) if holds else amount,
        instrument=_instrument(card),
        # "tender.pspReference": what captures and refunds name.
        orders_ref=answer.poi.transaction.transaction_id.rpartition(".")[2],
        fingerprint=fingerprint(shown, answer.response, owner),
    )


def _amount(ordered: OrderedPayment, answer: WirePaymentResponse) -> Money:
    """Return what was authorised: the issuer may agree to less than what was asked for."""
    amounts = answer.payment_result.amounts_resp if answer.payment_result else None
    if amounts is None or amounts.authorized_amount is None:
        return ordered.amount
    return Money.of(amounts.authorized_amount, amounts.currency or ordered.amount.currency)


def _instrument(card: WireCard | None) -> str | None:
    if card is None or card.payment_brand is None:
        return None
    digits = (card.masked_pan or "")[-_LAST_DIGITS:]
    return instrument(card.payment_brand, digits if digits.isdecimal() else None)
