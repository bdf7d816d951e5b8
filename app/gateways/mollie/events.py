"""Mollie's new webhooks: events, signed with a secret of the webhook; several while it rotates."""

import hmac
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import msgspec

HEADER: Final = "x-mollie-signature"
EVENT_BYTES: Final = 65_536
_SIGNATURE: Final = re.compile(r"sha256=([0-9a-f]{64})")


class _Entity(msgspec.Struct, rename="camel"):
    payment_id: str | None = None


class _Embedded(msgspec.Struct):
    entity: _Entity | None = None


class _Event(msgspec.Struct, rename="camel"):
    type: str
    entity_id: str
    embedded: _Embedded | None = msgspec.field(name="_embedded", default=None)


def named_payment(body: bytes) -> str | None:
    """Return the payment that an event is about: itself, or that of its capture or refund."""
    if len(body) > EVENT_BYTES:
        return None
    try:
        event = msgspec.json.decode(body, type=_Event)
    except msgspec.DecodeError:
        return None
    if event.type.startswith("payment."):
        return event.entity_id
    entity = event.embedded.entity if event.embedded else None
    return entity.payment_id if entity else None


def is_signed(signature: str, body: bytes, keys: Sequence[str]) -> bool:
    """
    Tell whether one of *keys* signed *body*, in constant time for each; without keys, none did.

    While a secret rotates Mollie sends a signature of each, with a comma between them.
    """
    given = [bytes.fromhex(found) for found in _SIGNATURE.findall(signature)]
    made = [hmac.digest(key.encode(), body, sha256) for key in keys]
    matches = [hmac.compare_digest(one, other) for one in given for other in made]
    return any(matches)
