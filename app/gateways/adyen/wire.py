"""Adyen's answers and webhook items as typed values."""

from typing import Annotated

import msgspec

from app.gateways.adyen import amounts
from app.kernel.money import Money

Text = Annotated[str, msgspec.Meta(max_length=1024)]


class WireAmount(msgspec.Struct):
    """`{"currency": "EUR", "value": 1000}`, in Adyen's minor units."""

    currency: Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")]
    value: int

    def money(self) -> Money:
        """Return the amount; raise ValueError when it isn't whole for us."""
        return amounts.read(self.currency, self.value)


class WireItem(msgspec.Struct, rename="camel", omit_defaults=True):
    """The fields of a `NotificationRequestItem` that we read; the others are not kept."""

    amount: WireAmount
    event_code: Text
    merchant_account_code: Text
    psp_reference: Text
    success: Text
    merchant_reference: Text | None = None
    original_reference: Text | None = None
    payment_method: Text | None = None
    reason: str | None = None
    additional_data: dict[str, str] = {}


class WireWrapped(msgspec.Struct):
    """One of `notificationItems`, not looked into yet: one bad item must not spoil the others."""

    item: msgspec.Raw = msgspec.field(name="NotificationRequestItem")


class WireBatch(msgspec.Struct, rename="camel"):
    """A webhook."""

    live: str
    notification_items: list[msgspec.Raw]


class WireSession(msgspec.Struct):
    """The answer to `/sessions`."""

    id: str
    url: str | None = None


class WireMeans(msgspec.Struct, rename="camel"):
    """What was paid with."""

    type: str | None = None
    brand: str | None = None


class WirePaid(msgspec.Struct, rename="camel"):
    """A payment of a session, or the answer to `/payments` and `/payments/details`."""

    psp_reference: str | None = None
    result_code: str | None = None
    refusal_reason: str | None = None
    amount: WireAmount | None = None
    payment_method: WireMeans | None = None
    merchant_reference: str | None = None


class WireResult(msgspec.Struct):
    """The answer to `/sessions/{id}`."""

    id: str
    status: str
    reference: str | None = None
    payments: list[WirePaid] = []


class WireOrder(msgspec.Struct, rename="camel"):
    """The answer to a modification: it was received, and a webhook will tell what came of it."""

    psp_reference: str
    status: str


class WireMethod(msgspec.Struct):
    """A method on offer."""

    type: str
    name: str | None = None


class WireStored(msgspec.Struct, rename="camel"):
    """A stored means of a driver."""

    id: str
    type: str | None = None
    brand: str | None = None
    last_four: str | None = None
