"""Webhooks of Adyen for tests: items, signed as Adyen signs them."""

from typing import Any
from uuid import UUID

import msgspec
from Adyen.util import generate_notification_sig

from app.funds.payments.ports import Notice, OrderedPayment, ProviderAccount, Strategy
from app.gateways.adyen.told.notices import read_batch
from app.kernel.money import Money

KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
FORMER_KEY = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
MERCHANT = "VoltstraatNL"
REFERENCE = "DP7Q2M9KXWTZ"
PAYMENT = "QFQTPCQ8HXSKGK82"
HELD = Money(6000, "EUR")
ACCOUNT = ProviderAccount(
    operator_id=UUID(int=1),
    account_id=UUID(int=2),
    provider="adyen",
    mode="test",
    secret="AQEtest",
    version=1,
    webhook_token="hook",
    merchant=MERCHANT,
    webhook_keys=(KEY,),
)
ORDERED = OrderedPayment(
    provider_ref="CS451F2AB1ED897A94",
    reference=REFERENCE,
    amount=HELD,
    method="creditcard",
    strategy=Strategy.HOLD,
)


def item(code: str, ref: str, minor: int = HELD.minor, **changes: Any) -> dict[str, Any]:
    """Return an unsigned item of an event about the payment."""
    original = {} if code == "AUTHORISATION" else {"originalReference": PAYMENT}
    return {
        "eventCode": code,
        "success": "true",
        "eventDate": "2026-11-22T23:00:00+01:00",
        "merchantAccountCode": MERCHANT,
        "merchantReference": REFERENCE,
        "pspReference": ref,
        "paymentMethod": "visa",
        "amount": {"currency": "EUR", "value": minor},
        "reason": "874574:1234:11/2030" if code == "AUTHORISATION" else "",
        "additionalData": {},
        **original,
        **changes,
    }


def signed(unsigned: dict[str, Any], key: str = KEY) -> dict[str, Any]:
    """Return *unsigned* with the signature that Adyen's own library makes."""
    signature = generate_notification_sig(unsigned, key).decode()
    more = {**unsigned.get("additionalData", {}), "hmacSignature": signature}
    return unsigned | {"additionalData": more}


def batch(*items: dict[str, Any], live: str = "false") -> bytes:
    """Return a webhook of *items*."""
    wrapped = [{"NotificationRequestItem": each} for each in items]
    return msgspec.json.encode({"live": live, "notificationItems": wrapped})


def notice(unsigned: dict[str, Any]) -> Notice:
    """Return the notice that an item becomes."""
    (told,) = read_batch(ACCOUNT, batch(signed(unsigned))).genuine
    return told
