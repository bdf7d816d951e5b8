"""A browser that subscribed: its keys, and how it reads a message. Source: RFC 8291, 3.4."""

import os
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_SALT, _ID_LENGTH, _ID = slice(0, 16), 20, 21


class Unreadable(Exception):
    """The message is not for this browser, or not well made."""


@dataclass(frozen=True, slots=True)
class Browser:
    """The two secrets of a subscription."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> bytes:
        """Return the public key that the sender gets."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, endpoint: str) -> dict[str, object]:
        """Return what `PushSubscription.toJSON()` gives."""
        keys = {"p256dh": _text(self.p256dh), "auth": _text(self.auth)}
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def read(self, body: bytes) -> bytes:
        """Return the text of a message. Raises Unreadable."""
        if len(body) < _ID or body[_ID_LENGTH] != len(self.p256dh):
            raise Unreadable("the header is not that of a push message")
        salt, theirs = body[_SALT], body[_ID : _ID + len(self.p256dh)]
        try:
            sender = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
            shared = self.key.exchange(ec.ECDH(), sender)
            info = b"WebPush: info\0" + self.p256dh + theirs
            secret = HKDF(SHA256(), 32, salt=self.auth, info=info).derive(shared)
            key = HKDF(SHA256(), 16, salt=salt, info=b"Content-Encoding: aes128gcm\0")
            nonce = HKDF(SHA256(), 12, salt=salt, info=b"Content-Encoding: nonce\0")
            sealed = body[_ID + len(self.p256dh) :]
            padded = AESGCM(key.derive(secret)).decrypt(nonce.derive(secret), sealed, None)
        except (ValueError, InvalidTag) as error:
            raise Unreadable("the message is for somebody else") from error
        text, mark, _ = padded.rstrip(b"\0").rpartition(b"\x02")
        if not mark:
            raise Unreadable("the last record has no end")
        return text


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()
