"""Reading and writing OCPI objects: lenient in, strict out, exact, nothing forgotten."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar, get_args, get_type_hints

import msgspec

from app.pricing.tariffs.model import Json, OcpiObject
from app.roaming.errors import OcpiInvalid
from app.roaming.wire.older import as_older, as_present
from app.roaming.wire.versions import Version

T = TypeVar("T", bound=OcpiObject)
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_MOST_DIGITS: Final = 18
# Before and after the point, of amounts and volumes: no more is kept of them, or makes sense.
_BEFORE, _AFTER = 12, 100
_EMPTY: Final[tuple[object, ...]] = (None, (), [], {}, "")


def read(kind: type[T], source: bytes | str | Mapping[str, object]) -> T:
    """
    Return the object of a *kind* in *source*: JSON of OCPI 2.3.0 or 2.2.1, or plain data.

    Lenient: null is absent, instants without a zone are UTC, whole numbers may be 300.0 or "300",
    texts may be numbers, both shapes of a price are taken, and fields that OCPI does not know are
    kept. Raises OcpiInvalid, whose fact `field` is the path of what is wrong.
    """
    plain = read_json(source) if isinstance(source, bytes | str) else source
    try:
        found = msgspec.convert(_gathered(kind, plain), kind, strict=False)
    except msgspec.ValidationError as wrong:
        text, _, path = str(wrong).partition(" - at `$")
        raise OcpiInvalid(text, field=path.rstrip("`").lstrip(".") or kind.__name__) from wrong
    except (ValueError, OverflowError) as wrong:
        raise OcpiInvalid(str(wrong), field=kind.__name__) from wrong
    return found


def read_json(source: bytes | str) -> Any:  # noqa: ANN401 - JSON
    """
    Return *source* as plain data, its numbers exact. Raises OcpiInvalid.

    A mark of UTF-8 before it and nulls in its texts are left out.
    """
    text = source.encode() if isinstance(source, str) else source
    try:
        found = _DECODER.decode(text.removeprefix(BOM_UTF8))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, ArithmeticError) as wrong:
        raise OcpiInvalid(f"this is no JSON: {wrong}", field="body") from wrong
    return _without_nulls(found) if b"\\u0000" in text else found


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - JSON
    # PostgreSQL keeps no null in a text; some pad their texts with it.
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    if isinstance(value, dict):
        return {_without_nulls(name): _without_nulls(one) for name, one in value.items()}
    return value


def plain(value: object, version: Version = Version.V230) -> Any:  # noqa: ANN401 - JSON
    """Return *value*, an OCPI object or a list of them, as the plain data of *version*."""
    if isinstance(value, OcpiObject):
        names = (name for name in value.__struct_fields__ if name != "unknown")
        filled = {name: plain(getattr(value, name), version) for name in names}
        found = {name: one for name, one in filled.items() if one not in _EMPTY}
        return (as_older(value, found) if version is Version.V221 else found) | value.unknown
    if isinstance(value, tuple | list):
        return [plain(one, version) for one in value]
    if isinstance(value, Mapping):
        return {name: plain(one, version) for name, one in value.items()}
    return instant(value) if isinstance(value, datetime) else value


def encode(value: object, version: Version = Version.V230) -> bytes:
    """Return *value* as JSON of *version*: numbers as numbers, instants in UTC."""
    return encode_plain(plain(value, version))


def encode_plain(found: object) -> bytes:
    """Return plain data as JSON: numbers as numbers."""
    return _ENCODER.encode(found)


def instant(at: datetime) -> str:
    """Return *at* as OCPI writes it: UTC, with milliseconds only where there are some."""
    utc = at.astimezone(UTC)
    precision = "milliseconds" if utc.microsecond else "seconds"
    return utc.replace(tzinfo=None).isoformat(timespec=precision) + "Z"


def read_instant(text: str) -> datetime:
    """Return the instant in *text*; one without a zone is UTC. Raises ValueError."""
    at = datetime.fromisoformat(text)
    try:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except OverflowError as wrong:
        raise ValueError(f"no calendar has this instant: {text!r}") from wrong


@dataclass(frozen=True, slots=True)
class _Shape:
    """Which fields of an object are objects themselves, texts, or numbers and instants."""

    nested: Mapping[str, type[OcpiObject]]
    texts: frozenset[str]
    whole: frozenset[str]
    instants: frozenset[str]
    decimals: frozenset[str]
    known: frozenset[str]


@lru_cache(maxsize=256)
def _shape(kind: type[OcpiObject]) -> _Shape:
    hints = {name: set(_types(hint)) for name, hint in get_type_hints(kind).items()}
    nested = {
        name: found
        for name, types in hints.items()
        for found in types
        if isinstance(found, type) and issubclass(found, OcpiObject)
    }
    return _Shape(
        nested,
        frozenset(name for name, types in hints.items() if str in types),
        frozenset(name for name, types in hints.items() if int in types),
        frozenset(name for name, types in hints.items() if datetime in types),
        frozenset(name for name, types in hints.items() if Decimal in types),
        frozenset(kind.__struct_fields__) - {"unknown"},
    )


def _types(hint: object) -> list[object]:
    parts = get_args(hint)
    return [hint] if not parts else [one for part in parts for one in _types(part)]


def _gathered(kind: type[OcpiObject], given: object) -> object:
    """Return *given* with the fields that *kind* does not have moved under `unknown`."""
    if isinstance(given, list | tuple):
        return [_gathered(kind, one) for one in given]
    if not isinstance(given, Mapping):
        return given  # msgspec says what is wrong with it
    shape = _shape(kind)
    known: Json = {}
    unknown: Json = {}
    for name, value in as_present(kind, given).items():
        if value is None:
            continue
        if name not in shape.known:
            unknown[name] = value
        elif name in shape.nested:
            known[name] = _gathered(shape.nested[name], value)
        else:
            known[name] = _value(shape, name, value)
    return {**known, "unknown": unknown} if unknown else known


def _value(shape: _Shape, name: str, value: object) -> object:
    if name in shape.instants and isinstance(value, str):
        return read_instant(value)
    if name in shape.decimals and isinstance(value, str | int | Decimal):
        return _number(name, value)
    if name in shape.whole and isinstance(value, Decimal) and value.is_finite():
        is_whole = value == value.to_integral_value() and value.adjusted() < _MOST_DIGITS
        return int(value) if is_whole else value
    if name in shape.texts and isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value)  # some write the floor, or an id, as a number
    return value


def _number(name: str, value: str | int | Decimal) -> object:
    """Return *value* when it is no number either; raise OcpiInvalid for one that nothing has."""
    try:
        number = Decimal(value)
    except ArithmeticError:
        return value  # msgspec says what is wrong with it
    places = number.as_tuple().exponent
    if isinstance(places, str) or number.adjusted() >= _BEFORE or places < -_AFTER:
        raise OcpiInvalid(f"nothing is as much as {str(value)[:30]}", field=name)
    return value
