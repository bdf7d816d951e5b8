"""Check that a document has the shape of a struct, and find every place that has not."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

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


def shape_faults(value: object, kind: type[msgspec.Struct]) -> list[Fault]:
    """Return every place where *value* has not the shape of *kind*."""
    return list(_faults(value, inspect.type_info(kind), ()))


def _faults(value: object, kind: inspect.Type, path: Path) -> Iterator[Fault]:
    if isinstance(kind, inspect.UnionType):
        if value is None:
            return
        kind = next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    if not _fits(value, kind):
        yield Fault(path, f"expected {_NOUNS[type(kind)]}, got {_shown(value)}")
    elif isinstance(kind, inspect.StructType) and isinstance(value, Mapping):
        yield from _fields(value, kind, path)
    elif isinstance(kind, inspect.ListType) and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _faults(item, kind.item_type, (*path, number))


def _fits(value: object, kind: inspect.Type) -> bool:
    match kind:
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.DecimalType():
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.ListType():
            return isinstance(value, list)
        case _:
            return isinstance(value, Mapping)


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
