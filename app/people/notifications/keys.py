"""The key by which push services know us (VAPID), derived from the installation's own keys."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.kernel.parts import part

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True, slots=True)
class PushKeys:
    """
    The keys of the installation, the newest first, and what follows from them.

    A browser that subscribed under a former key is still reached: its messages are signed by that.
    Source: RFC 8292, 3.2 and 4.
    """

    keys: tuple[bytes, ...]

    @property
    def public(self) -> str:
        """Return the public key that browsers are given now, as text."""
        return self.all_public[0]

    @property
    def all_public(self) -> tuple[str, ...]:
        """Return the public keys that browsers may have been given."""
        return tuple(_pair(key)[1] for key in self.keys)

    def private_of(self, public: str) -> "ec.EllipticCurvePrivateKey | None":
        """Return the private key that belongs to *public*, None when it is not ours any more."""
        pairs = (_pair(key) for key in self.keys)
        return next((private for private, known in pairs if known == public), None)


def _pair(key: bytes) -> "tuple[ec.EllipticCurvePrivateKey, str]":
    """Return the private key that follows from a key of the installation, and the public one."""
    vapid = part("app.people.notifications.vapid")
    private_key: Callable[[bytes], ec.EllipticCurvePrivateKey] = vapid.private_key
    public_text: Callable[[ec.EllipticCurvePrivateKey], str] = vapid.public_text
    private = private_key(key)
    return private, public_text(private)
