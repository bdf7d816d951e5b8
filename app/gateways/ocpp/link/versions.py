"""The three versions of OCPP that we speak, and how each names its errors."""

from collections.abc import Sequence
from enum import StrEnum


class Version(StrEnum):
    """A version by the name of its WebSocket subprotocol."""

    V16 = "ocpp1.6"
    V201 = "ocpp2.0.1"
    V21 = "ocpp2.1"

    @property
    def package(self) -> str:
        """Return the name of the version's folder of schemas."""
        return {"ocpp1.6": "v16", "ocpp2.0.1": "v201", "ocpp2.1": "v21"}[self.value]


class ErrorCode(StrEnum):
    """The error codes we send (OCPP-J 1.6 table 7 with errata 5.2; OCPP 2.0.1 part 4, table 5)."""

    FORMAT_VIOLATION = "FormatViolation"
    GENERIC_ERROR = "GenericError"
    INTERNAL_ERROR = "InternalError"
    MESSAGE_TYPE_NOT_SUPPORTED = "MessageTypeNotSupported"
    NOT_IMPLEMENTED = "NotImplemented"
    NOT_SUPPORTED = "NotSupported"
    PROPERTY_CONSTRAINT = "PropertyConstraintViolation"
    PROTOCOL_ERROR = "ProtocolError"
    RPC_FRAMEWORK_ERROR = "RpcFrameworkError"
    TYPE_CONSTRAINT = "TypeConstraintViolation"


def choose_version(offered: Sequence[str]) -> Version | None:
    """Return the first of the *offered* subprotocols that we speak (OCPP-J 1.6, 3.2), or None."""
    spoken = {version.value: version for version in Version}
    return next((spoken[name] for name in offered if name in spoken), None)


def frame_error(version: Version, kind: str) -> ErrorCode | None:
    """
    Return the code that answers a bad frame of this *kind* (see `frames.BadFrame`), or None.

    1.6 ignores message types that it does not know (OCPP-J 1.6, 4.1.3) and has no framework error.
    A broken answer to a call of ours is never answered.
    """
    if kind == "answer":
        return None
    if kind == "payload":
        return ErrorCode.FORMAT_VIOLATION
    if kind == "type":
        return None if version is Version.V16 else ErrorCode.MESSAGE_TYPE_NOT_SUPPORTED
    return ErrorCode.FORMAT_VIOLATION if version is Version.V16 else ErrorCode.RPC_FRAMEWORK_ERROR
