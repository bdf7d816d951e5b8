"""Access tokens: what an app shows with each call for a quarter of an hour (JWT, RFC 9068)."""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from app.people.identity.drivers.errors import NotSignedIn
from app.people.identity.drivers.model import SignedIn

ACCESS_LASTS: Final = timedelta(minutes=15)
_ALGORITHM: Final = "HS256"
_TYPE: Final = "at+jwt"
_PURPOSE: Final = b"access token"
_ESSENTIAL: Final[ClaimsOption] = {"essential": True}


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose call it is: a driver of an operator, by the app that was signed in as *device_id*."""

    operator_id: UUID
    driver_id: UUID
    device_id: UUID


def access_token(device: SignedIn, key: bytes, now: datetime) -> str:
    """Return what lets the app on *device* call in its driver's name until ACCESS_LASTS is over."""
    claims = {
        "sub": str(device.driver_id),
        "operator": str(device.operator_id),
        "device": str(device.browser_id),
        "iat": int(now.timestamp()),
        "exp": int((now + ACCESS_LASTS).timestamp()),
    }
    return jwt.encode({"alg": _ALGORITHM, "typ": _TYPE}, claims, _key(key))


def caller(token: str, keys: Sequence[bytes], now: datetime) -> Caller:
    """
    Return who calls with this access *token*, made under any of the *keys*.

    Nobody is asked whether the device was signed out since: a quarter of an hour is soon over.
    Raises NotSignedIn.
    """
    for key in keys:
        claims = _claims(token, key, now)
        if claims is not None:
            return Caller(*(UUID(str(claims[name])) for name in ("operator", "sub", "device")))
    raise NotSignedIn("the access token is not good, or no longer: refresh it, or sign in again")


def looks_like_one(token: str) -> bool:
    """Tell whether *token* may be an access token: other tokens have no dots."""
    return token.count(".") == 2  # noqa: PLR2004 - header.claims.signature


def _claims(token: str, key: bytes, now: datetime) -> dict[str, object] | None:
    registry = JWTClaimsRegistry(
        now=int(now.timestamp()),
        sub=_ESSENTIAL,
        operator=_ESSENTIAL,
        device=_ESSENTIAL,
        exp=_ESSENTIAL,
    )
    try:
        read = jwt.decode(token, _key(key), algorithms=[_ALGORITHM])
        registry.validate(read.claims)
    except (JoseError, ValueError):
        return None
    return dict(read.claims) if read.header.get("typ") == _TYPE else None


def _key(key: bytes) -> OctKey:
    """Return the key for this purpose alone: what signs here opens nothing else."""
    return OctKey.import_key(hmac.digest(key, _PURPOSE, "sha256"))
