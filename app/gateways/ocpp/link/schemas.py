"""The published JSON schemas of the three versions, compiled once; a judge, not a bouncer."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import jsonschema_rs

from app.gateways.ocpp.link.frames import Payload
from app.gateways.ocpp.link.versions import ErrorCode, Version


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a payload breaks its schema."""

    code: ErrorCode
    where: str
    what: str

    def fatal(self, *, tolerant: bool) -> bool:
        """Tell whether the payload can't be used: no required key, or not *tolerant* of a type."""
        missing = self.code is ErrorCode.PROTOCOL_ERROR
        if tolerant:
            return missing and not self.where
        return missing or self.code is ErrorCode.TYPE_CONSTRAINT

    def __str__(self) -> str:
        """Return the violation for the log and the error description."""
        return f"{self.where or 'payload'}: {self.what}"


def request_violations(version: Version, action: str, payload: Payload) -> tuple[Violation, ...]:
    """Return how *payload* breaks the schema of the request *action*; nothing when it is valid."""
    return _violations(_validator(version, _request_name(version, action)), payload)


def response_violations(version: Version, action: str, payload: Payload) -> tuple[Violation, ...]:
    """Return how *payload* breaks the schema of the response to *action*."""
    return _violations(_validator(version, f"{action}Response"), payload)


def knows(version: Version, action: str) -> bool:
    """Tell whether *action* is a message of *version*, in whichever direction."""
    return action.isalnum() and _has(version, _request_name(version, action))


def _request_name(version: Version, action: str) -> str:
    return action if version is Version.V16 else f"{action}Request"


def _violations(validator: jsonschema_rs.Validator, payload: Payload) -> tuple[Violation, ...]:
    if validator.is_valid(payload):
        return ()
    return tuple(_violation(error) for error in validator.iter_errors(payload))


def _violation(error: jsonschema_rs.ValidationError) -> Violation:
    where = "/".join(str(part) for part in error.instance_path)
    return Violation(_code(error.kind), where, error.message[:200])


def _code(kind: object) -> ErrorCode:
    names = {
        "Required": ErrorCode.PROTOCOL_ERROR,
        "Type": ErrorCode.TYPE_CONSTRAINT,
        "AdditionalProperties": ErrorCode.FORMAT_VIOLATION,
        "Format": ErrorCode.FORMAT_VIOLATION,
    }
    return names.get(type(kind).__name__.rpartition("_")[2], ErrorCode.PROPERTY_CONSTRAINT)


@cache
def _names(version: Version) -> frozenset[str]:
    folder = files("ocpp") / version.package / "schemas"
    return frozenset(entry.name.removesuffix(".json") for entry in folder.iterdir())


def _has(version: Version, name: str) -> bool:
    return name in _names(version)


@cache
def _validator(version: Version, name: str) -> jsonschema_rs.Validator:
    resource = files("ocpp") / version.package / "schemas" / f"{name}.json"
    return jsonschema_rs.validator_for(json.loads(resource.read_text(encoding="utf-8-sig")))
