"""A message that only one browser can read. Source: RFC 8291, in the coding of RFC 8188."""

import struct
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

SALT_BYTES: Final = 16
# One record holds it all: services take no more than 4,096 bytes (RFC 8030, 7.2).
_RECORD_BYTES: Final = 4096
_KEY_BYTES, _NONCE_BYTES, _SECRET_BYTES = 16, 12, 32
_LAST_RECORD: Final = b"\x02"
MOST_BYTES: Final = _RECORD_BYTES - SALT_BYTES - 5 - 65 - 16 - len(_LAST_RECORD)


@dataclass(frozen=True, slots=True)
class Chance:
    """What differs with every message: 16 bytes of *salt*, and a key pair of ours."""

    salt: bytes
    key: ec.EllipticCurvePrivateKey


def sealed(text: bytes, p256dh: bytes, auth: bytes, chance: Chance) -> bytes:
    """
    Return *text* (at most MOST_BYTES) as the body of a push message for one browser.

    *p256dh* and *auth* are the browser's. Raises ValueError where they are no keys.
    """
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), p256dh)
    ours = chance.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = chance.key.exchange(ec.ECDH(), theirs)
    secret = _derived(shared, auth, b"WebPush: info\0" + p256dh + ours, _SECRET_BYTES)
    key = _derived(secret, chance.salt, b"Content-Encoding: aes128gcm\0", _KEY_BYTES)
    nonce = _derived(secret, chance.salt, b"Content-Encoding: nonce\0", _NONCE_BYTES)
    header = chance.salt + struct.pack(">IB", _RECORD_BYTES, len(ours)) + ours
    return header + AESGCM(key).encrypt(nonce, text + _LAST_RECORD, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt=salt, info=info).derive(secret)
