"""Access tokens: what an app shows with each call for a quarter of an hour (JWT, RFC 9068)."""

import hmac
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from app.kernel.parts import part
from app.people.identity.drivers.errors import NotSignedIn
from app.people.identity.drivers.model import SignedIn

ACCESS_LASTS: Final = timedelta(minutes=15)
ClaimsIn = Callable[[str, str, bytes, tuple[str, ...], datetime], dict[str, str] | None]
_TYPE: Final = "at+jwt"
_PURPOSE: Final = b"access token"
_NAMES: Final = ("operator", "sub", "device")


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose call it is: a driver of an operator, by the app that was signed in as *device_id*."""

    operator_id: UUID
    driver_id: UUID
    device_id: UUID


def access_token(device: SignedIn, key: bytes, now: datetime) -> str:
    """Return what lets the app on *device* call in its driver's name until ACCESS_LASTS is over."""
    claims: dict[str, str | int] = {
        "sub": str(device.driver_id),
        "operator": str(device.operator_id),
        "device": str(device.browser_id),
        "iat": int(now.timestamp()),
        "exp": int((now + ACCESS_LASTS).timestamp()),
    }
    signed: Callable[[Mapping[str, str | int], str, bytes], str] = part(
        "app.people.identity.signed.claims"
    ).signed
    return signed(claims, _TYPE, _key(key))


def caller(token: str, keys: Sequence[bytes], now: datetime) -> Caller:
    """
    Return who calls with this access *token*, made under any of the *keys*.

    Nobody is asked whether the device was signed out since: a quarter of an hour is soon over.
    Raises NotSignedIn.
    """
    claims_in: ClaimsIn = part("app.people.identity.signed.claims").claims_in
    for key in keys:
        claims = claims_in(token, _TYPE, _key(key), _NAMES, now)
        if claims is not None:
            return Caller(*(UUID(claims[name]) for name in _NAMES))
    raise NotSignedIn("the access token is not good, or no longer: refresh it, or sign in again")


def looks_like_one(token: str) -> bool:
    """Tell whether *token* may be an access token: other tokens have no dots."""
    return token.count(".") == 2  # noqa: PLR2004 - header.claims.signature


def _key(key: bytes) -> bytes:
    """Return the key for this purpose alone: what signs here opens nothing else."""
    return hmac.digest(key, _PURPOSE, "sha256")
