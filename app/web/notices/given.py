"""What a browser says of where notices reach it."""

from base64 import urlsafe_b64decode
from binascii import Error as NoBase64
from collections.abc import Mapping

from app.people.notifications.errors import PushRefused
from app.people.notifications.model import Address


def given_address(form: Mapping[str, object]) -> Address:
    """Return the address that a form gives, in the words of the Push API. Raises PushRefused."""
    endpoint, p256dh, auth, key = (
        str(form.get(name) or "") for name in ("endpoint", "p256dh", "auth", "key")
    )
    return Address(endpoint, _bytes(p256dh), _bytes(auth), key)


def _bytes(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (NoBase64, ValueError) as error:
        raise PushRefused("a key is not URL-safe base64") from error
