"""
A judge of HTTP exchanges: what the providers published is the law, in both directions.

Mollie's file is licensed CC BY-NC-SA and read from `../shared` only; nothing of it is kept.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote

import jsonschema_rs
import msgspec
import yaml

Node = dict[str, Any]
METHODS: Final = ("get", "post", "patch", "delete", "put")
_ROOT: Final = "urn:published"
_REQUEST_ROOT: Final = "urn:published-for-requests"


@dataclass(frozen=True, slots=True)
class Law:
    """
    What holds beside the published operations.

    Where a status is not documented, an error still has the shape at *error*, written as *media*.
    *unpublished* are fields that are documented per method but left out of the published file.
    """

    error: str
    media: str
    unpublished: frozenset[str] = frozenset()


MOLLIE: Final = Law(
    "/components/schemas/error-response",
    "application/hal+json",
    frozenset({"applePayPaymentToken", "cardToken", "terminalId"}),
)
ADYEN: Final = Law("/components/schemas/ServiceError", "application/json")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, as they went over the wire; header names in lower case."""

    method: str
    path: str
    query: str
    request_headers: Mapping[str, str]
    request_body: bytes
    status: int
    response_headers: Mapping[str, str]
    response_body: bytes

    def __str__(self) -> str:
        """Return the line that names this exchange."""
        return f"{self.method} {self.path} -> {self.status}"


class _Loader(yaml.CSafeLoader):
    """Leaves timestamps as text: the published file holds a 31 April."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if tag != "tag:yaml.org,2002:timestamp"]
    for first, rules in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@lru_cache(maxsize=8)
def judge_of(file: Path) -> "Judge":
    """Return the judge who knows *file*; reading it takes a second or two, once per process."""
    if file.suffix == ".json":
        return Judge(_mapped(msgspec.json.decode(file.read_bytes()), _measured), ADYEN)
    with file.open(encoding="utf-8") as text:
        return Judge(yaml.load(text, Loader=_Loader), MOLLIE)  # noqa: S506 - a safe loader, above


class Judge:
    """Compares exchanges with an OpenAPI 3.1 document."""

    def __init__(self, published: Node, law: Law) -> None:
        """Know what was *published*, and the *law* beside it."""
        self.published = published
        self.law = law
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    # Judging

    def deviations(self, exchange: Exchange) -> list[str]:
        """Return every way in which *exchange* is not as published; none is the hope."""
        found = self.request_deviations(exchange)
        operation = self._operation(exchange.method.lower(), exchange.path)
        if operation is None:
            return found
        wrong = self._response(_pointer(operation[0], exchange), operation[1], exchange)
        return [*found, *(f"{exchange}: {what}" for what in wrong)]

    def request_deviations(self, exchange: Exchange) -> list[str]:
        """Return every way in which the request is not as published, whatever was answered."""
        found = self._operation(exchange.method.lower(), exchange.path)
        if found is None:
            return [f"{exchange}: there is no such operation"]
        template, operation = found
        wrong = [
            *self._query(template, operation, exchange),
            *self._request(_pointer(template, exchange), operation, exchange),
        ]
        return [f"{exchange}: {what}" for what in wrong]

    def examples(self) -> Iterator[tuple[str, str, Any]]:
        """Give every published response example: its name, its schema's pointer and its value."""
        for template, methods in self.published["paths"].items():
            for method in METHODS:
                if method in methods:
                    yield from self._examples_of(template, method, methods[method])

    def webhook_deviations(self, event: str, body: Any) -> list[str]:
        """Return how *body* is not the webhook that was published for *event*."""
        if f"/{event}" not in self.published["webhooks"]:
            return [f"there is no webhook {event}"]
        pointer = f"/webhooks/~1{event}/post/requestBody/content/application~1json/schema"
        return self.violations(pointer, body)

    def violations(self, pointer: str, value: Any, *, request: bool = False) -> list[str]:
        """Return how *value* breaks the schema at *pointer*."""
        errors = self._validator(pointer, request=request).iter_errors(value)
        return [f"{_where(error)}{error.message[:300]}" for error in errors]

    # The parts of an exchange

    def _query(self, template: str, operation: Node, exchange: Exchange) -> Iterator[str]:
        known = {p["name"]: p for p in self._parameters(template, operation) if p["in"] == "query"}
        for name, value in _assembled(parse_qsl(exchange.query, keep_blank_values=True)).items():
            if name not in known:
                yield f"the query has no {name!r}"
                continue
            schema = known[name].get("schema", {})
            validator = self._inline(schema)
            if not any(validator.is_valid(meant) for meant in _meanings(value)):
                yield f"query {name}={value!r} is not as published"

    def _request(self, pointer: str, operation: Node, exchange: Exchange) -> Iterator[str]:
        body = exchange.request_body
        if "requestBody" not in operation:
            if body:
                yield "the request has a body"
            return
        content = self._resolved(operation["requestBody"])
        if not body:
            if content.get("required"):
                yield "the request has no body"
            return
        media = exchange.request_headers.get("content-type", "").partition(";")[0]
        if media not in content["content"]:
            yield f"the request is {media!r}, not {sorted(content['content'])}"
            return
        value = msgspec.json.decode(body)
        reference = operation["requestBody"].get("$ref", "").removeprefix("#")
        home = reference or f"{pointer}/requestBody"
        schema = f"{home}/content/{_escaped(media)}/schema"
        yield from self.violations(schema, value, request=True)
        unknown = set(value) - self._names(schema) - self.law.unpublished
        if unknown:
            yield f"the request has fields nobody published: {sorted(unknown)}"

    def _response(self, pointer: str, operation: Node, exchange: Exchange) -> Iterator[str]:
        documented = operation["responses"].get(str(exchange.status))
        if documented is None:
            yield from self._undocumented(exchange)
            return
        content = self._resolved(documented).get("content")
        if not content:
            if exchange.response_body:
                yield "the answer has a body"
            return
        media = exchange.response_headers.get("content-type", "").partition(";")[0]
        if media not in content:
            yield f"the answer is {media!r}, not {sorted(content)}"
            return
        schema = f"{self._response_pointer(pointer, exchange.status)}/{_escaped(media)}/schema"
        yield from self.violations(schema, msgspec.json.decode(exchange.response_body))

    def _undocumented(self, exchange: Exchange) -> Iterator[str]:
        if exchange.status < 400:
            yield "nobody published this status"
            return
        if exchange.response_headers.get("content-type", "") != self.law.media:
            yield f"an error is not {self.law.media}"
            return
        yield from self.violations(self.law.error, msgspec.json.decode(exchange.response_body))

    # Finding the way in the document

    @cached_property
    def _routes(self) -> list[tuple[re.Pattern[str], str]]:
        # Fixed paths come before those with a parameter in the same place.
        templates = sorted(self.published["paths"], key=lambda path: path.count("{"))
        return [(re.compile(re.sub(r"\\{.+?\\}", "[^/]+", re.escape(t))), t) for t in templates]

    def _operation(self, method: str, path: str) -> tuple[str, Node] | None:
        for pattern, template in self._routes:
            if pattern.fullmatch(path) and method in self.published["paths"][template]:
                return template, self.published["paths"][template][method]
        return None

    def _parameters(self, template: str, operation: Node) -> list[Node]:
        shared = self.published["paths"][template].get("parameters", [])
        return [self._resolved(p) for p in (*shared, *operation.get("parameters", []))]

    def _response_pointer(self, pointer: str, status: int) -> str:
        node = self._at(f"{pointer}/responses/{status}")
        home = node["$ref"].removeprefix("#") if "$ref" in node else f"{pointer}/responses/{status}"
        return f"{home}/content"

    def _examples_of(
        self, template: str, method: str, operation: Node
    ) -> Iterator[tuple[str, str, Any]]:
        pointer = f"/paths/{_escaped(template)}/{method}"
        for status in operation.get("responses", {}):
            home = self._response_pointer(pointer, status)
            response = self._resolved(operation["responses"][status])
            for media, content in (response.get("content") or {}).items():
                given = dict(content.get("examples", {}))
                if "example" in content:
                    given["example"] = {"value": content["example"]}
                for name, example in given.items():
                    value = self._resolved(example)["value"]
                    label = f"{method} {template} {status} {name}"
                    yield label, f"{home}/{_escaped(media)}/schema", value

    def _resolved(self, node: Node) -> Node:
        while "$ref" in node:
            node = self._at(node["$ref"].removeprefix("#"))
        return node

    def _at(self, pointer: str) -> Node:
        node: Any = self.published
        for step in pointer.split("/")[1:]:
            node = node[step.replace("~1", "/").replace("~0", "~")]
        found: Node = node
        return found

    def _names(self, pointer: str) -> set[str]:
        """Return the properties that the schema at *pointer* knows at its top."""

        def names(node: Node) -> set[str]:
            schema = self._resolved(node)
            parts = [*schema.get("allOf", []), *schema.get("oneOf", []), *schema.get("anyOf", [])]
            return set(schema.get("properties", {})).union(*(names(part) for part in parts))

        return names(self._at(pointer))

    # Validators

    @cached_property
    def _registry(self) -> jsonschema_rs.Registry:
        documents = [(_ROOT, self.published), (_REQUEST_ROOT, _for_requests(self))]
        return jsonschema_rs.Registry(documents, draft=jsonschema_rs.Draft202012)

    def _validator(self, pointer: str, *, request: bool) -> jsonschema_rs.Draft202012Validator:
        reference = f"{_REQUEST_ROOT if request else _ROOT}#{quote(pointer, safe='/~')}"
        if reference not in self._validators:
            self._validators[reference] = jsonschema_rs.Draft202012Validator(
                {"$ref": reference}, registry=self._registry
            )
        return self._validators[reference]

    def _inline(self, schema: Node) -> jsonschema_rs.Draft202012Validator:
        anchored = _mapped(schema, lambda node: _anchored(node, _ROOT))
        return jsonschema_rs.Draft202012Validator(anchored, registry=self._registry)


def _for_requests(judge: Judge) -> Node:
    """Return the document without the demand for what only the server may set."""

    def relaxed(node: Node) -> Node:
        properties = node.get("properties")
        if not isinstance(properties, dict) or not isinstance(node.get("required"), list):
            return node
        kept = [name for name in node["required"] if not _is_read_only(judge, properties, name)]
        return {**node, "required": kept}

    document: Node = _mapped(judge.published, relaxed)
    return document


def _is_read_only(judge: Judge, properties: Node, name: str) -> bool:
    node = properties.get(name)
    if not isinstance(node, dict):
        return False
    # A reference may have siblings in OpenAPI 3.1: the mark stands on either side.
    resolved = judge._resolved(node)
    parts = [node, resolved, *resolved.get("allOf", [])]
    return any(judge._resolved(part).get("readOnly") or part.get("readOnly") for part in parts)


def _measured(node: Node) -> Node:
    """Return a schema with lengths in place of a pattern that only counts (too long to compile)."""
    pattern = node.get("pattern")
    counted = re.fullmatch(r"\^\.\{(\d+),(\d+)\}\$", pattern) if isinstance(pattern, str) else None
    if counted is None:
        return node
    rest = {name: value for name, value in node.items() if name != "pattern"}
    return {**rest, "minLength": int(counted[1]), "maxLength": int(counted[2])}


def _mapped(value: Any, change: Callable[[Node], Node]) -> Any:
    if isinstance(value, dict):
        return change({key: _mapped(inner, change) for key, inner in value.items()})
    if isinstance(value, list):
        return [_mapped(inner, change) for inner in value]
    return value


def _anchored(node: Node, root: str) -> Node:
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#"):
        return {**node, "$ref": f"{root}{reference}"}
    return node


def _assembled(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the query with `amount[value]` and its sisters put together (deepObject)."""
    query: dict[str, Any] = {}
    for name, value in pairs:
        outer, bracket, inner = name.partition("[")
        if bracket:
            query.setdefault(outer, {})[inner.rstrip("]")] = value
        else:
            query[name] = value
    return query


def _meanings(value: Any) -> Iterator[Any]:
    """Give what a text in a query may mean: itself, a number, a truth, a list."""
    yield value
    if isinstance(value, str):
        if value.isdecimal():
            yield int(value)
        if value in ("true", "false"):
            yield value == "true"
        yield value.split(",")


def _pointer(template: str, exchange: Exchange) -> str:
    return f"/paths/{_escaped(template)}/{exchange.method.lower()}"


def _escaped(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _where(error: jsonschema_rs.ValidationError) -> str:
    place = ".".join(str(step) for step in error.instance_path)
    return f"{place}: " if place else ""
