"""A terminal's answers as typed values: the fields of nexo messages that we read."""

from decimal import Decimal
from urllib.parse import parse_qsl

import msgspec


class _Nexo(msgspec.Struct, rename="pascal"):
    """Fields are written LikeThis."""


class WireResponse(_Nexo):
    """How it went; *additional_response* is a form, or JSON in base64."""

    result: str
    error_condition: str | None = None
    additional_response: str | None = None

    def additional(self, name: str) -> str | None:
        """Return a value of the additional response, or None."""
        return dict(parse_qsl(self.additional_response or "")).get(name)


class WireTransaction(_Nexo):
    """What the terminal calls a transaction."""

    transaction_id: str = msgspec.field(name="TransactionID")


class WirePoi(_Nexo):
    """The terminal's side."""

    transaction: WireTransaction = msgspec.field(name="POITransactionID")


class WireCard(_Nexo):
    """A card, masked."""

    payment_brand: str | None = None
    masked_pan: str | None = None
    payment_account_ref: str | None = None


class WireInstrument(_Nexo):
    """What was shown to the terminal."""

    card_data: WireCard | None = None


class WireAmounts(_Nexo):
    """What was authorised."""

    currency: str | None = None
    authorized_amount: Decimal | None = None


class WireResult(_Nexo):
    """What came of a payment."""

    payment_instrument_data: WireInstrument | None = None
    amounts_resp: WireAmounts | None = None


class WirePaymentResponse(_Nexo):
    """The answer to a payment request."""

    response: WireResponse
    poi: WirePoi | None = msgspec.field(name="POIData", default=None)
    payment_result: WireResult | None = None


class WireCardResponse(_Nexo):
    """The answer to a card acquisition."""

    response: WireResponse
    payment_instrument_data: WireInstrument | None = None


class WireRepeatedBody(_Nexo):
    """What was answered before."""

    payment_response: WirePaymentResponse | None = None
    card_acquisition_response: WireCardResponse | None = None


class WireRepeated(_Nexo):
    """An answer that is given again."""

    repeated_response_message_body: WireRepeatedBody


class WireStatusResponse(_Nexo):
    """The answer to a transaction status request."""

    response: WireResponse
    repeated_message_response: WireRepeated | None = None


class WireOutput(_Nexo):
    """What came of one output of a display request."""

    response: WireResponse


class WireDisplayResponse(_Nexo):
    """The answer to a display request."""

    output_result: list[WireOutput]


class WireHeader(_Nexo):
    """Of which terminal a message is."""

    poi_id: str = msgspec.field(name="POIID")


class WireSaid(_Nexo):
    """One answer of a terminal."""

    message_header: WireHeader
    payment_response: WirePaymentResponse | None = None
    card_acquisition_response: WireCardResponse | None = None
    transaction_status_response: WireStatusResponse | None = None
    display_response: WireDisplayResponse | None = None


class WireEvent(_Nexo):
    """What a terminal, or Adyen in its place, tells by itself."""

    event_to_notify: str
    event_details: str | None = None


class WireTold(_Nexo):
    """A message of a terminal that is no answer."""

    message_header: WireHeader
    event_notification: WireEvent | None = None


class WireMessage(msgspec.Struct):
    """What came back: an answer, or an event such as Reject (the terminal can't be reached)."""

    said: WireSaid | None = msgspec.field(name="SaleToPOIResponse", default=None)
    told: WireTold | None = msgspec.field(name="SaleToPOIRequest", default=None)


class WireConnected(msgspec.Struct, rename="camel"):
    """The terminals with a connection."""

    unique_device_ids: list[str] = []
