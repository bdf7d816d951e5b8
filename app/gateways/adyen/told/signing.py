"""The signature of a webhook item, checked by us: the SDK's check sees only the first item."""

import hmac
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Sequence
from hashlib import sha256

from app.gateways.adyen.wire import WireItem


def signed_text(item: WireItem) -> str:
    """
    Return what Adyen signs of *item*; `eventDate`, `reason` and `operations` are not in it.

    Source: Adyen, "Verify HMAC signatures".
    """
    return ":".join(
        (
            item.psp_reference,
            item.original_reference or "",
            item.merchant_account_code,
            item.merchant_reference or "",
            str(item.amount.value),
            item.amount.currency,
            item.event_code,
            item.success,
        )
    )


def is_signed(item: WireItem, keys: Sequence[str]) -> bool:
    """
    Tell whether one of *keys* (hexadecimal) signed *item*, in constant time for each.

    Without keys nothing is signed.
    """
    try:
        given = b64decode(item.additional_data.get("hmacSignature", ""), validate=True)
    except (Base64Error, ValueError):
        return False
    text = signed_text(item).encode()
    matches = [
        hmac.compare_digest(hmac.digest(bytes.fromhex(key), text, sha256), given) for key in keys
    ]
    return any(matches)
