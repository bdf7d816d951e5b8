"""Problems as RFC 9457 problem details: made here, declared here, and nowhere else."""

import logging
import re
from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus

from litestar import Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from msgspec import Struct

from app.api.counter import AnyRequest
from app.api.errors import InvalidRequest
from app.directpay.errors import NotYours
from app.infra.database import DatabaseUnavailable
from app.infra.statuses import STATUS
from app.kernel.errors import Kind, Problem
from app.people.identity.hosts.errors import HostUnknown, ServedElsewhere

MEDIA_TYPE = "application/problem+json"
# The facts that a caller may see; the others are for the log.
_TOLD = frozenset(
    {"code", "field", "method", "number", "days", "limit", "retry_after", "scope", "address"}
)
_UNAUTHORIZED = 401
_ALWAYS: tuple[type[Problem], ...] = (
    InvalidRequest,
    DatabaseUnavailable,
    HostUnknown,
    ServedElsewhere,
)
# What the framework refuses before a handler sees it, and what is our own mistake.
_BY_STATUS = {
    400: "The body is not JSON.",
    401: "Send the session's control token as Authorization: Bearer.",
    404: "There is nothing at this address.",
    405: "This address has no such method.",
    413: "The body is too large.",
    415: "Send the body as `Content-Type: application/json`.",
    500: "Our mistake. A running session goes on.",
}
# How many seconds to wait where the problem does not know better.
_WAITS = {Kind.TOO_MANY: 60, Kind.UNAVAILABLE: 5}
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_MISSING_PARAMETER = re.compile(r"Missing required (\w+) parameter '([^']+)'")
_NAMED_FIELD = re.compile(r"Object (?:contains )?(missing required|unknown) field `([^`]+)`")
_log = logging.getLogger(__name__)


class FieldError(Struct, frozen=True):
    """What is wrong with one field; *place* is body, header, query or path."""

    place: str
    field: str
    message: str


class ProblemDetails(Struct, frozen=True):
    """
    What went wrong (RFC 9457): *type* ends in *code*, which never changes its meaning.

    *title* says it for the kind, *detail* for this case. *facts* are plain values of this case.
    *errors* tell what is wrong with which field. A problem that only has a status is `about:blank`.
    """

    type: str
    title: str
    status: int
    code: str
    detail: str
    facts: dict[str, str | int]
    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Problems:
    """Exception handlers that answer problem details; *base_url* is where their types live."""

    base_url: str

    def problem(self, _request: AnyRequest, problem: Problem) -> Response[ProblemDetails]:
        """Answer an expected problem."""
        details = self.details(type(problem), problem.detail, problem.facts)
        headers = {}
        seconds = problem.facts.get("retry_after", _WAITS.get(problem.kind))
        if seconds is not None:
            headers["Retry-After"] = str(seconds)
        if problem.kind is Kind.UNAUTHENTICATED:
            headers["WWW-Authenticate"] = "Bearer"
        return _answer(details, headers)

    def http_error(self, _request: AnyRequest, error: HTTPException) -> Response[ProblemDetails]:
        """Answer what the framework refused."""
        if isinstance(error, ValidationException):
            return _answer(self._invalid(error))
        sentence = _BY_STATUS.get(error.status_code, error.detail)
        return _answer(bare(error.status_code, sentence), error.headers)

    def server_error(self, _request: AnyRequest, error: Exception) -> Response[ProblemDetails]:
        """Answer a bug of ours, and tell the log."""
        _log.error("a call of the API failed", exc_info=error)
        return _answer(bare(500, _BY_STATUS[500]))

    def details(
        self,
        kind: type[Problem],
        detail: str,
        facts: dict[str, object],
        errors: tuple[FieldError, ...] = (),
    ) -> ProblemDetails:
        """
        Return the problem as a caller may see it.

        What makes us unavailable can hold addresses and names of ours: its detail is for the log.
        """
        return ProblemDetails(
            type=f"{self.base_url}/api/problems/{kind.code}",
            title=kind.title,
            status=STATUS[kind.kind],
            code=kind.code,
            detail=kind.title if kind.kind is Kind.UNAVAILABLE else detail,
            facts={
                name: value
                for name, value in facts.items()
                if name in _TOLD and isinstance(value, str | int)
            },
            errors=errors,
        )

    def _invalid(self, error: ValidationException) -> ProblemDetails:
        errors = _field_errors(error)
        detail = "; ".join(f"{one.field}: {one.message}" for one in errors) or error.detail
        return self.details(InvalidRequest, detail, {}, errors)


def bare(status: int, detail: str) -> ProblemDetails:
    """Return a problem that says no more than its status (RFC 9457, 4.2.1: about:blank)."""
    phrase = HTTPStatus(status).phrase
    code = phrase.lower().replace(" ", "_")
    return ProblemDetails("about:blank", phrase, status, code, detail, {}, ())


def declared(*kinds: type[Problem]) -> dict[int, ResponseSpec]:
    """Return the description of every error of a route that raises these *kinds* of Problem."""
    by_status: defaultdict[int, list[ProblemDetails]] = defaultdict(list)
    problems = Problems("https://pay.example")
    for kind in (*kinds, *_ALWAYS):
        details = problems.details(kind, kind.title, {})
        by_status[details.status].append(details)
    for status, sentence in _BY_STATUS.items():
        if status == _UNAUTHORIZED and NotYours not in kinds:
            continue
        by_status[status].append(bare(status, sentence))
    return {status: _spec(by_status[status]) for status in sorted(by_status)}


def _spec(cases: list[ProblemDetails]) -> ResponseSpec:
    return ResponseSpec(
        ProblemDetails,
        generate_examples=False,
        description=", ".join(f"`{case.code}`: {case.title}" for case in cases),
        media_type=MEDIA_TYPE,
        examples=[Example(summary=case.title, value=case) for case in cases],
    )


def _answer(
    details: ProblemDetails, headers: dict[str, str] | None = None
) -> Response[ProblemDetails]:
    return Response(
        details,
        status_code=details.status,
        media_type=MEDIA_TYPE,
        headers={**_HEADERS, **(headers or {})},
    )


def _field_errors(error: ValidationException) -> tuple[FieldError, ...]:
    """Return what the framework complains about, by the names that the caller knows."""
    missing = _MISSING_PARAMETER.search(error.detail)
    if missing is not None:
        return (FieldError(missing[1], missing[2], "it is missing"),)
    complaints = error.extra if isinstance(error.extra, list) else []
    return tuple(_field_error(complaint) for complaint in complaints)


def _field_error(complaint: dict[str, str]) -> FieldError:
    message, field = complaint["message"], complaint.get("key", "")
    place = str(complaint.get("source", "body")).rpartition(".")[2].lower()
    named = _NAMED_FIELD.search(message)
    if named is not None:
        # What is named here is what holds the field; the message names the field.
        holder = f"{field}." if field != "body" else ""
        return FieldError("body", holder + named[2], f"it is {named[1].split()[0]}")
    if place == "header":
        field = field.replace("_", "-").title()
    return FieldError(place, field, message)
