"""Check that a document has the shape of a struct, and find every place that has not."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import UnionType

import msgspec
from msgspec import inspect

from app.office.import_operator.faults import Fault, Path

_NOUNS: dict[type[inspect.Type], str] = {
    inspect.StrType: "text",
    inspect.IntType: "a whole number",
    inspect.DecimalType: "a number",
    inspect.BoolType: "true or false",
    inspect.ListType: "a list",
    inspect.StructType: "a mapping",
    inspect.DictType: "a mapping",
}
_VALUES: dict[type[inspect.Type], type | UnionType] = {
    inspect.StrType: str,
    inspect.IntType: int,
    inspect.DecimalType: int | Decimal,
    inspect.BoolType: bool,
    inspect.ListType: list,
}


def shape_faults(value: object, kind: type[msgspec.Struct]) -> list[Fault]:
    """Return every place where *value* has not the shape of *kind*."""
    return list(_faults(value, inspect.type_info(kind), ()))


def _faults(value: object, kind: inspect.Type, path: Path) -> Iterator[Fault]:
    if isinstance(kind, inspect.UnionType):
        if value is None:
            return
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    if not _fits(value, kind):
        yield Fault(path, f"expected {_noun(kind)}, got {_shown(value)}")
    elif isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        yield from _fields(value, kind, path)
    elif isinstance(kind, inspect.ListType) and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _faults(item, kind.item_type, (*path, number))


def _noun(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.EnumType):
        return f"one of {', '.join(_words(kind))}"
    return _NOUNS[type(kind)]


def _words(kind: inspect.EnumType) -> list[str]:
    return [str(member.value) for member in kind.cls]


def _fits(value: object, kind: inspect.Type) -> bool:
    if isinstance(kind, inspect.EnumType):
        return value in _words(kind)
    if isinstance(value, bool):
        return isinstance(kind, inspect.BoolType)
    return isinstance(value, _VALUES.get(type(kind), Mapping))


def _fields(value: Mapping[str, object], kind: inspect.StructType, path: Path) -> Iterator[Fault]:
    known = {field.name: field for field in kind.fields}
    for name in value:
        if name not in known:
            yield Fault((*path, name), f"unknown field; known are {', '.join(known)}")
    for name, field in known.items():
        if name in value:
            yield from _faults(value[name], field.type, (*path, name))
        elif field.required:
            yield Fault((*path, name), "is missing")


def _shown(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return repr(value) if isinstance(value, str | bool) else str(value)
