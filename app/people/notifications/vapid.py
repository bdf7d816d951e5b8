"""The key pair by which push services know us: a part of its own, for its library's 3 MiB."""

from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_PURPOSE: Final = b"web push server key"
# The order of P-256 (FIPS 186-5, with SP 800-186, 3.2.1.3).
_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
# 64 bits more than the order has: the number is as good as evenly spread (FIPS 186-5, A.2.1).
_BYTES: Final = 40


@lru_cache(maxsize=16)
def private_key(key: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key that follows from a key of the installation."""
    derived = HKDF(SHA256(), _BYTES, salt=None, info=_PURPOSE).derive(key)
    return ec.derive_private_key(int.from_bytes(derived) % (_ORDER - 1) + 1, ec.SECP256R1())


@lru_cache(maxsize=16)
def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    """Return the public key of *key*: the point, uncompressed, in URL-safe base64."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()
