"""What a failed call to Adyen means: declined, never sent, or nobody knows."""

from http import HTTPStatus
from typing import Final

import msgspec
import requests
from Adyen.exceptions import AdyenAPIResponseError, AdyenError
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from app.funds.payments.ports import Declined, NotSent, Unknown
from app.gateways.adyen.clients import NotAnAdyenAccount

Failure = Declined | NotSent | Unknown
# What `interpret` understands; everything else is a bug of ours and stays loud. The SDK lets the
# errors of the transport through as they are, and reads an answer that is no object as one.
Failures: Final = (
    AdyenError,
    NotAnAdyenAccount,
    requests.RequestException,
    msgspec.ValidationError,
    ValueError,
    AttributeError,
)
# Adyen, "API idempotency": the same key is being worked on, or was with another body.
_IN_PROGRESS: Final = frozenset({"703", "704"})
# 901, 010: the credential may not use this merchant account, or not this service.
_NOT_ALLOWED: Final = frozenset({"901", "010"})
# A token that is there no more.
_NOT_FOUND: Final = frozenset({"800", "803"})
_UNDECIDED: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY}
)
_KEY_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_LONGEST_PAUSE_SECONDS: Final = 3600


def interpret(error: Exception) -> Failure:
    """Return what *error* means for the order."""
    if isinstance(error, AdyenAPIResponseError):
        return _answered(error)
    if isinstance(error, NotAnAdyenAccount):
        return NotSent(str(error), credentials_refused=True)
    if isinstance(error, requests.RequestException):
        return _unsent(error)
    return Unknown(f"the answer could not be read: {type(error).__name__}")


def _answered(error: AdyenAPIResponseError) -> Failure:
    status, code = int(error.status_code), str(error.error_code or "")
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        pause = _pause(error.headers.get("Retry-After"))
        return NotSent("Adyen asks to slow down", retry_after_seconds=pause)
    if code in _IN_PROGRESS or status in _UNDECIDED:
        return Unknown(f"Adyen is still at it ({status} {code})")
    if status in _KEY_REFUSED or code in _NOT_ALLOWED:
        return NotSent(f"Adyen refused the key ({status} {code})", credentials_refused=True)
    if HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        gone = status == HTTPStatus.NOT_FOUND or code in _NOT_FOUND
        return Declined("not_found" if gone else "refused", f"{code}: {_said(error)}")
    return Unknown(f"HTTP {status}")


def _said(error: AdyenAPIResponseError) -> str:
    message = error.message
    return str(message.get("message", message)) if isinstance(message, dict) else str(message)[:200]


def _unsent(error: requests.RequestException) -> NotSent | Unknown:
    if isinstance(error, requests.ConnectTimeout) or _never_connected(error):
        return NotSent("no connection to Adyen")
    return Unknown(f"no answer from Adyen: {type(error).__name__}")


def _never_connected(error: BaseException) -> bool:
    if not isinstance(error, requests.ConnectionError) or not error.args:
        return False
    inner = error.args[0]
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _pause(retry_after: str | None) -> int | None:
    if retry_after is None or not retry_after.isdecimal():
        return None
    return min(int(retry_after), _LONGEST_PAUSE_SECONDS)
