"""The description of the API in OpenAPI 3.1, and how its types are described."""

from collections.abc import Iterator
from decimal import Decimal
from enum import Enum
from typing import Any, Final, get_args, get_origin

import msgspec
from litestar import Request
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import (
    Components,
    Contact,
    License,
    OpenAPIType,
    Schema,
    SecurityScheme,
    Server,
    Tag,
)
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition
from msgspec import Raw

from app.api.contract.exact import make_exact

_OF_MAPS: Final = ("propertyNames", "minProperties", "maxProperties")
_OURS: Final = ("app.api.", "app.directpay.")
_SUMMARY = """\
What a driver can do on the pages, for programs: look at a code, begin a session, follow it, stop \
it, and get the receipt.

Amounts are whole minor units with a currency: `{"minor": 1234, "currency": "EUR"}`. Prices, \
energy and power are decimals written as text, so that nobody's floating point spoils them. \
Instants are UTC (RFC 3339). Errors are problem details (RFC 9457) whose `code` is stable. \
Within `v1` fields and values may be added, never removed.
"""


class DecimalsAreText(OpenAPISchemaPlugin):
    """Describes decimals as what they are sent as: text."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Tell whether the field is a decimal."""
        return field_definition.is_subclass_of(Decimal)

    @staticmethod
    def is_plugin_supported_type(value: object) -> bool:
        """Tell whether the type is a decimal."""
        return value is Decimal

    def to_openapi_schema(
        self,
        field_definition: FieldDefinition,  # noqa: ARG002 - the framework hands them over
        schema_creator: object,  # noqa: ARG002
    ) -> Schema:
        """Return the schema of a decimal."""
        return Schema(type=OpenAPIType.STRING, pattern=r"^-?\d+(\.\d+)?$", examples=["0.55"])


class RawIsAnObject(OpenAPISchemaPlugin):
    """Describes JSON that is handed on as it came: an object whose fields are another's."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Tell whether the field is such JSON."""
        return field_definition.is_subclass_of(Raw)

    @staticmethod
    def is_plugin_supported_type(value: object) -> bool:
        """Tell whether the type is such JSON."""
        return value is Raw

    def to_openapi_schema(
        self,
        field_definition: FieldDefinition,  # noqa: ARG002 - the framework hands them over
        schema_creator: object,  # noqa: ARG002
    ) -> Schema:
        """Return the schema of an object."""
        return Schema(type=OpenAPIType.OBJECT, additional_properties=True)


def closed_bodies() -> dict[str, type[msgspec.Struct]]:
    """Return by name what refuses fields that it does not know."""
    return {each.__name__: each for each in _structs(msgspec.Struct) if _is_closed(each)}


def _structs(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    for each in kind.__subclasses__():
        yield each
        yield from _structs(each)


def _is_closed(kind: type[msgspec.Struct]) -> bool:
    is_ours = kind.__module__.startswith(_OURS)
    return is_ours and kind.__struct_config__.forbid_unknown_fields


def _limit_items(properties: dict[str, Any], kind: type[msgspec.Struct]) -> None:
    """Add the limits of lists and maps, and of what stands in them: the framework forgets them."""
    try:
        told = msgspec.json.schema(kind, schema_hook=lambda _: {})["$defs"][kind.__name__]
    except TypeError:
        return  # it holds JSON that is another's: there are no limits to tell
    for name, schema in told["properties"].items():
        for part in ("items", "additionalProperties"):
            if "type" in schema.get(part, ()) and part in properties.get(name, ()):
                properties[name][part] = schema[part]
        properties[name] |= {part: schema[part] for part in _OF_MAPS if part in schema}
    for field in msgspec.structs.fields(kind):
        names = next(iter(get_args(field.type)), None)
        if get_origin(field.type) is dict and isinstance(names, type) and issubclass(names, Enum):
            values = [each.value for each in names]
            properties[field.encode_name]["propertyNames"] = {"enum": values}


class ExactDescription(JsonRenderPlugin):
    """Renders the description once, exact; of bodies it says that unknown fields are refused."""

    _rendered: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """Return the description as JSON."""
        if self._rendered is None:
            schemas = openapi_schema["components"]["schemas"]
            for name, kind in closed_bodies().items():
                if name in schemas:
                    schemas[name]["additionalProperties"] = False
                    _limit_items(schemas[name]["properties"], kind)
            document = msgspec.json.decode(super().render(request, openapi_schema))
            make_exact(document)
            self._rendered = msgspec.json.encode(document)
        return self._rendered


_TAGS: Final = (
    Tag("Codes", "What stands at a code."),
    Tag("Locations", "Look for a place to charge, on a list or a map, and what it costs."),
    Tag("Sessions", "Begin, follow, stop."),
    Tag("Receipts", "Mail, PDF, invoice."),
    Tag("Drivers", "Sign in, and what is a driver's own."),
    Tag("Operators", "What an operator's own programs do, with an API key."),
)


def description(base_url: str) -> OpenAPIConfig:
    """Return what is said of the API, served at `/api/openapi.json`."""
    return OpenAPIConfig(
        title="Direct Pay",
        version="1",
        description=_SUMMARY,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        contact=Contact(name="Direct Pay"),
        servers=[Server(url=base_url)],
        tags=[*_TAGS],
        components=Components(
            security_schemes={
                "control": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    description="The control token that startSession answers: of who paid.",
                ),
                "driver": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    bearer_format="JWT",
                    description="The access token that signIn and refreshTokens answer.",
                ),
                "operator_key": SecurityScheme(
                    type="http",
                    scheme="bearer",
                    description="An API key of the operator, made by `directpay api-key create`.",
                ),
            }
        ),
        # A router of its own: below it the framework answers unknown addresses with a page.
        path="/openapi.json",
        render_plugins=[ExactDescription(path="/")],
    )
