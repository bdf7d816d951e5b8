"""What a failed call to Mollie means: declined, never sent, or nobody knows."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import msgspec
import requests
from mollie.api.error import Error, IdentifierError, RequestError, ResponseError
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from app.funds.payments.ports import Declined, NotSent, Unknown

Failure = Declined | NotSent | Unknown
# What `interpret` understands; everything else is a bug of ours and stays loud.
# The SDK reads answers without checking their shape: a missing field is a KeyError there, and a
# list where an object should be a TypeError.
Failures: Final = (Error, msgspec.ValidationError, ValueError, KeyError, TypeError)

_KEY_REFUSED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})

# 409: Mollie saw a twin of this order moments ago; whether that one took effect must be read.
_UNDECIDED: Final = frozenset(
    {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_EARLY}
)
_SERVER_ERRORS: Final = HTTPStatus.INTERNAL_SERVER_ERROR
_CODES: Final = {400: "bad_request", 404: "not_found", 410: "not_found", 422: "refused"}
_LONGEST_PAUSE_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Seen:
    """The status line and the `Retry-After` of the last answer, which the SDK's errors drop."""

    status: int
    retry_after: str | None


def interpret(error: Exception, seen: Seen | None) -> Failure:
    """Return what *error* means for the order; *seen* is the answer that came, if one did."""
    if isinstance(error, IdentifierError):
        return Declined("not_found", str(error))
    if isinstance(error, RequestError):
        return _unsent(error)
    return _answered(error, seen) if seen else Unknown(f"{type(error).__name__}: no answer")


def _answered(error: Exception, seen: Seen) -> Failure:
    if seen.status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotSent("Mollie asks to slow down", retry_after_seconds=_pause(seen.retry_after))
    if seen.status in _KEY_REFUSED:
        return NotSent(f"Mollie refused the key ({seen.status})", credentials_refused=True)
    if isinstance(error, ResponseError) and _is_refusal(seen.status):
        return Declined(_CODES.get(seen.status, f"http_{seen.status}"), _detail(error))
    return Unknown(f"HTTP {seen.status}: {type(error).__name__}")


def _is_refusal(status: int) -> bool:
    return HTTPStatus.BAD_REQUEST <= status < _SERVER_ERRORS and status not in _UNDECIDED


def _unsent(error: RequestError) -> NotSent | Unknown:
    # The SDK puts one name on two very different things; only the cause tells them apart.
    cause = error.__context__
    if isinstance(cause, requests.ConnectTimeout) or _never_connected(cause):
        return NotSent("no connection to Mollie")
    return Unknown(f"no answer from Mollie: {type(cause).__name__}")


def _never_connected(cause: BaseException | None) -> bool:
    if not isinstance(cause, requests.ConnectionError) or not cause.args:
        return False
    inner = cause.args[0]
    reason = inner.reason if isinstance(inner, MaxRetryError) else inner
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _pause(retry_after: str | None) -> int | None:
    if retry_after is None or not retry_after.isdecimal():
        return None
    return min(int(retry_after), _LONGEST_PAUSE_SECONDS)


def _detail(error: ResponseError) -> str:
    return f"{error.field}: {error}" if error.field else str(error)
