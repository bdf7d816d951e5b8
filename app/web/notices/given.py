"""What a browser says of where notices reach it."""

from collections.abc import Mapping

from app.people.notifications.model import Address


def given_address(form: Mapping[str, object]) -> Address:
    """Return the address that a form gives, in the words of the Push API. Raises PushRefused."""
    endpoint, p256dh, auth, key = (
        str(form.get(name) or "") for name in ("endpoint", "p256dh", "auth", "key")
    )
    return Address.of_texts(endpoint, p256dh, auth, key)
