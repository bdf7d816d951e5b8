"""What a charge point is told of an idToken, in the words of OCPP 2.x."""

from collections.abc import Mapping
from typing import Any, Final

from app.directpay.reader.model import IdTokenInfo
from app.gateways.ocpp.values import write_instant

# OCPP 2.0.1, "IdTokenType": a group's token is a central one, of 36 characters at most.
_GROUP_TYPE: Final = "Central"
_MOST: Final = 36
# OCPP 2.0.1, "IdTokenInfoType": language1 has 8 characters at most.
_MOST_LANGUAGE: Final = 8


def id_token_info(info: IdTokenInfo) -> Mapping[str, Any]:
    """Return what is told of an idToken (OCPP 2.x, IdTokenInfoType)."""
    told: dict[str, Any] = {"status": info.status}
    if info.group is not None and len(info.group) <= _MOST:
        told["groupIdToken"] = {"idToken": info.group, "type": _GROUP_TYPE}
    if info.until is not None:
        told["cacheExpiryDateTime"] = write_instant(info.until)
    if info.language is not None and len(info.language) <= _MOST_LANGUAGE:
        told["language1"] = info.language
    return told
