"""Problems in the words of OCPI: an HTTP status where HTTP failed, a status code where OCPI did."""

from http import HTTPStatus

from app.hooks.ocpi.call import Answer
from app.infra.limits import TooManyRequests
from app.kernel.errors import Kind, Problem
from app.roaming.errors import OcpiInvalid, OcpiNotOffered, OcpiObjectUnknown, PlatformTrouble
from app.roaming.wire.envelope import Status

_UNKNOWN = {"locations": Status.UNKNOWN_LOCATION, "tokens": Status.UNKNOWN_TOKEN}


def failure(problem: Problem) -> Answer:
    """
    Return what is answered to a call that failed with *problem*.

    OCPI, transport and format: only what is no JSON, or leads nowhere, fails in HTTP; the rest is
    told in the envelope.
    """
    match problem:
        case OcpiInvalid():
            field = str(problem.facts.get("field", "body"))
            http = HTTPStatus.BAD_REQUEST if field == "body" else HTTPStatus.OK
            return _answer(problem, http, Status.INVALID_PARAMETERS, f"{field}: ")
        case OcpiObjectUnknown():
            module = str(problem.facts.get("module", ""))
            return _answer(problem, HTTPStatus.NOT_FOUND, _UNKNOWN.get(module, Status.CLIENT_ERROR))
        case OcpiNotOffered():
            http = HTTPStatus(int(str(problem.facts.get("http", 404))))
            status = problem.facts.get("status", Status.CLIENT_ERROR)
            return _answer(problem, http, Status(int(str(status))))
        case PlatformTrouble():
            return _answer(problem, HTTPStatus.OK, Status.UNUSABLE_CLIENT_API)
        case TooManyRequests():
            wait = {"Retry-After": str(problem.facts["retry_after"])}
            told = _answer(problem, HTTPStatus.TOO_MANY_REQUESTS, Status.CLIENT_ERROR)
            return Answer(None, told.http, told.status, told.message, wait)
        case _:
            return _other(problem)


def _other(problem: Problem) -> Answer:
    match problem.kind:
        case Kind.UNAUTHENTICATED:
            return _answer(problem, HTTPStatus.UNAUTHORIZED, Status.INVALID_PARAMETERS)
        case Kind.UNAVAILABLE:
            return _answer(problem, HTTPStatus.SERVICE_UNAVAILABLE, Status.SERVER_ERROR)
        case _:
            return _answer(problem, HTTPStatus.OK, Status.CLIENT_ERROR)


def _answer(problem: Problem, http: HTTPStatus, status: Status, before: str = "") -> Answer:
    return Answer(None, http, status, before + problem.detail)
