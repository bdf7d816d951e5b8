"""What a push service is sent: a part of its own, loaded with the first message."""

import os
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from app.gateways.webpush.sealed import SALT_BYTES, Chance, sealed
from app.people.notifications.model import Address

# A day is the most (RFC 8292, 2).
_TOKEN_LASTS: Final = timedelta(hours=12)


def content(address: Address, body: bytes) -> bytes:
    """Return *body* as only the browser at *address* can read it. Raises ValueError."""
    chance = Chance(os.urandom(SALT_BYTES), ec.generate_private_key(ec.SECP256R1()))
    return sealed(body, address.p256dh, address.auth, chance)


def authorization(
    address: Address, key: ec.EllipticCurvePrivateKey, contact: str, now: datetime
) -> str:
    """Return the header by which the service of *address* knows us, reachable at *contact*."""
    parts = urlsplit(address.endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + _TOKEN_LASTS).timestamp()),
        "sub": contact,
    }
    token = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, ECKey.import_key(key))
    return f"vapid t={token}, k={address.server_key}"
