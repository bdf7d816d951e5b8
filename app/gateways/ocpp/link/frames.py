"""The frames of OCPP-J: four fields in an array, read with suspicion and written by the book."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, cast

import msgspec

CALL: Final = 2
CALL_RESULT: Final = 3
CALL_ERROR: Final = 4
CALL_RESULT_ERROR: Final = 5  # OCPP 2.1 part 4, 4.2.4
SEND: Final = 6  # OCPP 2.1 part 4, 4.2.5

# OCPP 2.0.1 part 4, 4.2.3: the id of an answer to a frame whose id could not be read.
NO_ID: Final = "-1"
# OCPP-J: errorDescription has at most 255 characters.
DESCRIPTION_LENGTH: Final = 255
MAX_FRAME_CHARS: Final = 262_144

Payload = Mapping[str, Any]
MessageId = str | int

# A number with more digits before its point than this is a mistake, or an attack on our arithmetic.
_MAX_EXPONENT: Final = 400


def _decimal(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > _MAX_EXPONENT:
        raise ValueError("a number beyond reason")
    return number


_decoder = msgspec.json.Decoder(float_hook=_decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


@dataclass(frozen=True, slots=True)
class Call:
    """A question; *message_id* is echoed as it came."""

    message_id: MessageId
    action: str
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallResult:
    """The answer to a question of ours."""

    message_id: MessageId
    payload: Payload


@dataclass(frozen=True, slots=True)
class CallError:
    """The refusal of a question of ours."""

    message_id: MessageId
    code: str
    description: str
    details: Payload


@dataclass(frozen=True, slots=True)
class CallResultError:
    """The charge point could not use an answer of ours (2.1)."""

    message_id: MessageId
    code: str
    description: str


@dataclass(frozen=True, slots=True)
class Send:
    """A message that wants no answer (2.1)."""

    message_id: MessageId
    action: str
    payload: Payload


Frame = Call | CallResult | CallError | CallResultError | Send


class BadFrame(Exception):
    """A frame that is none; *kind* says why, *message_id* is `-1` when it can't be read."""

    def __init__(self, kind: str, detail: str, message_id: MessageId = NO_ID) -> None:
        """Keep what an answer needs."""
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.message_id = message_id


def read_frame(text: str) -> Frame:
    """
    Return the frame that *text* holds; numbers with a point are `Decimal`.

    Raises BadFrame with kind `json`, `shape`, `payload` or `type`.
    """
    fields = _decode(text)
    if not isinstance(fields, list) or not fields:
        raise BadFrame("shape", "a message is a JSON array that is not empty")
    kind, *rest = fields
    if isinstance(kind, bool) or not isinstance(kind, int):
        raise BadFrame("shape", "the first field is the message type")
    message_id = _message_id(rest)
    match kind:
        case 2:
            return Call(message_id, *_question(rest, message_id))
        case 3:
            return CallResult(message_id, _answer(rest, message_id))
        case 4:
            return CallError(message_id, _text(rest, 1), _text(rest, 2), _object(rest, 3))
        case 5:
            return CallResultError(message_id, _text(rest, 1), _text(rest, 2))
        case 6:
            return Send(message_id, *_question(rest, message_id))
        case _:
            raise BadFrame("type", f"message type {kind} is not known", message_id)


def write_call(message_id: str, action: str, payload: Payload) -> str:
    """Return the text of a CALL."""
    return _encoder.encode([CALL, message_id, action, payload]).decode()


def write_result(message_id: MessageId, payload: Payload) -> str:
    """Return the text of a CALLRESULT."""
    return _encoder.encode([CALL_RESULT, message_id, payload]).decode()


def write_error(message_id: MessageId, code: str, description: str) -> str:
    """Return the text of a CALLERROR; the description is cut to what the specification allows."""
    cut = description[:DESCRIPTION_LENGTH]
    return _encoder.encode([CALL_ERROR, message_id, code, cut, {}]).decode()


def write_payload(payload: Payload) -> str:
    """Return *payload* as JSON, its numbers as they came."""
    return _encoder.encode(payload).decode()


def read_payload(text: str) -> Payload:
    """Read what `write_payload` wrote."""
    return cast("Payload", _decoder.decode(text))


def _decode(text: str) -> Any:  # noqa: ANN401 - JSON from outside
    if len(text) > MAX_FRAME_CHARS:
        raise BadFrame("json", f"longer than {MAX_FRAME_CHARS} characters")
    try:
        fields = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError, ValueError, ArithmeticError) as error:
        raise BadFrame("json", f"not JSON: {error}") from error
    return _without_nul(fields) if "\\u0000" in text else fields


def _without_nul(value: Any) -> Any:  # noqa: ANN401
    # PostgreSQL stores no NUL character; firmware pads strings with it.
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [_without_nul(item) for item in value]
    if isinstance(value, dict):
        return {_without_nul(key): _without_nul(item) for key, item in value.items()}
    return value


def _message_id(rest: list[Any]) -> MessageId:
    first = rest[0] if rest else None
    if isinstance(first, bool) or not isinstance(first, str | int):
        raise BadFrame("shape", "the message id is a string")
    return first


def _question(rest: list[Any], message_id: MessageId) -> tuple[str, Payload]:
    if len(rest) != 3:  # noqa: PLR2004 - id, action, payload
        raise BadFrame("shape", "a call has four fields", message_id)
    _, action, payload = rest
    if not isinstance(action, str):
        raise BadFrame("shape", "the action is a string", message_id)
    if not isinstance(payload, dict):
        raise BadFrame("payload", "the payload is an object", message_id)
    return action, payload


def _answer(rest: list[Any], message_id: MessageId) -> Payload:
    if len(rest) < 2 or not isinstance(rest[1], dict):  # noqa: PLR2004 - id, payload
        raise BadFrame("answer", "a call result has an object as its payload", message_id)
    return rest[1]


def _text(rest: list[Any], place: int) -> str:
    value = rest[place] if len(rest) > place else ""
    return value if isinstance(value, str) else ""


def _object(rest: list[Any], place: int) -> Payload:
    value = rest[place] if len(rest) > place else {}
    return value if isinstance(value, dict) else {}
