"""A request is taken as the description shows it, and not as the framework would bend it."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Final, Literal, get_args, get_origin
from uuid import UUID

import msgspec
from litestar import Request
from litestar.datastructures import MultiDict, State
from litestar.enums import ParamType
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.handlers import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.typing import FieldDefinition

from app.api.counter import AnyRequest

_UNSUPPORTED: Final = 415
_JSON: Final = re.compile(r"application/([\w.-]+\+)?json")
_WHOLE: Final = re.compile(r"(-?\d+)\.0+")
_AT: Final = re.compile(r" - at (?:`key` in )?`\$\.?(.*)`$")
_DAY: Final = r"\d{4}-\d\d-\d\d"
# What a value may look like in an address, by its type; any text may stand for the others.
_TEXTS: Final = {
    int: (r"-?\d{1,19}", "a whole number"),
    bool: ("true|false", "true or false"),
    date: (_DAY, "a day, such as 2026-11-23"),
    datetime: (
        _DAY + r"[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)",
        "an instant with its offset, such as 2026-11-23T10:00:00Z",
    ),
    UUID: (r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", "a UUID"),
}


def _number(text: str) -> object:
    """Return a JSON number with a point or an exponent: `5.0` is a whole one, as in JSON Schema."""
    whole = _WHOLE.fullmatch(text)
    return msgspec.json.decode(text if whole is None else whole[1])


_DECODER: Final = msgspec.json.Decoder(float_hook=_number)


class Parameter(msgspec.Struct, frozen=True):
    """What a parameter of a query may be: texts like *pattern*, told in *words*; *once* or more."""

    pattern: re.Pattern[str] | None
    words: str
    once: bool


class StrictRequest(Request[object, object, State]):
    """A request whose JSON is converted to what the handler takes, and no number from a text."""

    async def json(self) -> Any:  # noqa: ANN401 - what the handler takes
        """
        Return the body as the handler's type.

        Raises HTTPException 415 for another type, SerializationException for what is no JSON and
        ValidationException for JSON that is not as described.
        """
        media_type = self.content_type[0]
        if media_type and not _JSON.fullmatch(media_type):
            raise HTTPException(status_code=_UNSUPPORTED)
        data = self.route_handler.parsed_data_field
        kind = object if data is None else data.annotation
        try:
            return msgspec.convert(_DECODER.decode(await self.body()), kind)
        except msgspec.ValidationError as error:
            raise _refused([_complaint(str(error))]) from error
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SerializationException from error


async def take_described(request: AnyRequest) -> None:
    """
    Let a request through whose query is as described, with a body where one is needed.

    The framework takes `null` for nothing, `1` for true and seconds for an instant, and drops what
    it does not know: who mistypes a filter would get a list without it.
    Raises ValidationException.
    """
    sent, handler = request.query_params, request.route_handler
    if sent:
        _check_query(sent, _parameters(handler))
    if handler.parsed_data_field is not None and not await request.body():
        raise _refused([{"message": "it is missing", "key": "body", "source": "body"}])


def _check_query(sent: MultiDict[str], known: dict[str, Parameter]) -> None:
    complaints = [
        {"message": message, "key": name, "source": "query"}
        for name in sent
        for message in _complaints(known.get(name), sent.getall(name))
    ]
    if complaints:
        raise _refused(complaints)


def _complaints(known: Parameter | None, texts: list[str]) -> Iterator[str]:
    if known is None:
        yield "it is unknown"
    elif known.once and len(texts) > 1:
        yield "it is sent more than once"
    elif known.pattern and not all(known.pattern.fullmatch(text) for text in texts):
        yield f"send {known.words}"


def _refused(complaints: list[dict[str, str]]) -> ValidationException:
    return ValidationException("The request is not as described.", extra=complaints)


def _complaint(message: str) -> dict[str, str]:
    place = _AT.search(message)
    return {
        "message": _AT.sub("", message),
        "key": "body" if place is None else place[1],
        "source": "body",
    }


@lru_cache(maxsize=1024)
def _parameters(handler: BaseRouteHandler) -> dict[str, Parameter]:
    """Return the parameters that a route's query may have, by name: its own and of what it uses."""
    fields = list(handler.parsed_fn_signature.parameters.values())
    for provider in handler.resolve_dependencies().values():
        fields += provider.parsed_fn_signature.parameters.values()
    return {
        kind.name or field.name: _parameter(field)
        for field in fields
        if isinstance(kind := field.kwarg_definition, ParameterKwarg)
        and kind.param_type is ParamType.QUERY
        and not field.is_di_field
    }


def _parameter(field: FieldDefinition) -> Parameter:
    kinds = [each for each in get_args(field.annotation) if each is not type(None)]
    kind = kinds[0] if field.is_optional else field.annotation
    once = get_origin(kind) is not list
    pattern, words = _texts(kind)
    return Parameter(re.compile(pattern, re.ASCII) if pattern else None, words, once)


def _texts(kind: Any) -> tuple[str, str]:  # noqa: ANN401 - any type of a parameter
    values: tuple[str, ...] = ()
    if get_origin(kind) is Literal:
        values = get_args(kind)
    elif isinstance(kind, type) and issubclass(kind, Enum):
        values = tuple(str(each.value) for each in kind)
    if values:
        return "|".join(map(re.escape, values)), f"one of {', '.join(values)}"
    return _TEXTS.get(kind, ("", ""))
