"""Claims as a JSON Web Token (RFC 7519), signed and checked with one key."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

_ALGORITHM: Final = "HS256"
# Apps show the same token for a quarter of an hour, with every call.
_MOST_OPENED: Final = 1000
_ESSENTIAL: Final[ClaimsOption] = {"essential": True}


def signed(claims: Mapping[str, str | int], kind: str, key: bytes) -> str:
    """Return *claims* as a token whose `typ` is *kind*."""
    return jwt.encode({"alg": _ALGORITHM, "typ": kind}, dict(claims), OctKey.import_key(key))


def claims_in(
    token: str, kind: str, key: bytes, names: tuple[str, ...], now: datetime
) -> dict[str, str] | None:
    """
    Return the claims of these *names*; None unless all are there, signed with *key*.

    And unless the token is of this *kind* and good *now*.
    """
    wanted = dict.fromkeys(("exp", *names), _ESSENTIAL)
    registry = JWTClaimsRegistry(int(now.timestamp()), 0, **wanted)
    try:
        read = _opened(token, key)
        registry.validate(read.claims)
    except (JoseError, ValueError):
        return None
    if read.header.get("typ") != kind:
        return None
    return {name: str(read.claims[name]) for name in names}


@lru_cache(_MOST_OPENED)
def _opened(token: str, key: bytes) -> jwt.Token:
    """
    Return what is in a token that was signed with *key*, whenever it is good.

    Raises JoseError and ValueError for any other, which is not kept.
    """
    return jwt.decode(token, OctKey.import_key(key), algorithms=[_ALGORITHM])
