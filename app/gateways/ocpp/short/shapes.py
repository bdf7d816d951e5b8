"""Types of msgspec's made of the published schemas: what they accept is valid by the schema."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from app.gateways.ocpp.link.versions import Version

Schema = Mapping[str, Any]

# What a part of a schema may say here; the rest of them says nothing about what is valid.
_RULES: Final = {
    *("$ref", "additionalProperties", "enum", "format", "items", "maxLength", "maximum"),
    *("minItems", "minimum", "properties", "required", "type"),
}
_WORDS: Final = {
    *("$id", "$schema", "additionalItems", "comment", "default", "definitions", "description"),
    *("javaType", "title"),
}


def schema_of(version: Version, name: str) -> Schema:
    """Return the published schema *name* of a version."""
    resource = files("ocpp") / version.package / "schemas" / f"{name}.json"
    found: Schema = json.loads(resource.read_text(encoding="utf-8-sig"))
    return found


class Shapes:
    """
    Types of the parts of one schema.

    They refuse the properties named in *without*, and in *narrowed* take another type. A number
    that is required stays as it was written (`msgspec.Raw`): nothing of it is rounded.
    """

    def __init__(self, schema: Schema, *, without: frozenset[str], narrowed: Schema) -> None:
        """Make types of the parts of *schema*."""
        self._definitions: Schema = schema.get("definitions", {})
        self._without = without
        self._narrowed = narrowed

    def type_of(self, name: str, said: Schema) -> Any:  # noqa: ANN401 - a type that is made here
        """Return the type of what *said* describes."""
        if "$ref" in said:
            name = said["$ref"].rpartition("/")[2]
            said = self._definitions[name]
        unknown = said.keys() - _RULES - _WORDS
        if unknown:
            raise ValueError(f"{name}: {', '.join(sorted(unknown))} is not understood")
        if said["type"] == "object":
            return self._struct(name, said)
        if said["type"] == "array":
            kind: Any = list[self.type_of(name, said["items"])]  # type: ignore[misc]
            return Annotated[kind, Meta(min_length=said.get("minItems"))]
        return _single(said)

    def _struct(self, name: str, said: Schema) -> Any:  # noqa: ANN401 - as above
        required = said.get("required", ())
        fields: list[tuple[Any, ...]] = []
        for key, each in said["properties"].items():
            if key in self._without:
                continue
            kind = self._narrowed.get(key) or self.type_of(key, each)
            fields.append((key, kind) if key in required else (key, kind | UnsetType, UNSET))
        return msgspec.defstruct(name, fields, forbid_unknown_fields=True, kw_only=True, gc=False)


def _single(said: Schema) -> Any:  # noqa: ANN401 - as above
    match said["type"]:
        case "string" if "enum" in said:
            return Literal[tuple(said["enum"])]
        case "string":
            return Annotated[str, Meta(max_length=said.get("maxLength"))]
        case "integer":
            return Annotated[int, Meta(ge=_whole(said, "minimum"), le=_whole(said, "maximum"))]
        case "boolean":
            return bool
        case _:
            return msgspec.Raw


def _whole(said: Schema, rule: str) -> int | None:
    return None if rule not in said else int(said[rule])
