"""What the framework's description of the API leaves inexact, said exactly."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

Node = dict[str, Any]

_PROBLEM: Final = "application/problem+json"
_JSON: Final = "application/json"
_UNSUPPORTED: Final = "415"
_BYTES: Final = frozenset({"application/pdf", "application/xml"})
_EXAMPLES: Final = {
    "text/event-stream": 'id: 17724432\ndata: {"version":17724432,"stage":"charging"}\n\n',
}
# What an operation answers with besides the media type of its route.
_ALSO: Final = {"exportSessions": ("200", "text/csv")}
# What the framework forgets of the items of a parameter.
_ITEMS: Final = {("readConfiguration", "key"): {"minLength": 1, "maxLength": 1000}}
_WAITING: Final = frozenset({"429", "503"})
_RETRY_AFTER: Final = {
    "description": "Seconds to wait before the call is worth another try (RFC 9110, 10.2.3).",
    "schema": {"type": "integer", "minimum": 1, "examples": [30]},
}


def make_exact(document: Node) -> None:
    """
    Change *document* (OpenAPI 3.1) in place.

    Lists of one type say so; a parameter that may be left out is never null; files are binary; who
    is to wait is told how long; only what takes JSON refuses other bodies; errors that many
    operations share are described once, in `components/responses`.
    """
    for schema in _nodes(document):
        _one_type(schema)
    for schema in document["components"]["schemas"].values():
        # It is a field's, and the framework hangs it on the type in one process, not in another.
        schema.pop("default", None)
    for operation in _operations(document):
        _describe_parameters(operation)
        if list(operation.get("requestBody", {}).get("content", ())) != [_JSON]:
            operation["responses"].pop(_UNSUPPORTED, None)
    answers = [
        (status, operation["responses"])
        for operation in _operations(document)
        for status in operation["responses"]
    ]
    for status, responses in answers:
        _describe(status, responses[status])
    for operation in _operations(document):
        status, media_type = _ALSO.get(operation["operationId"], ("", ""))
        if status:
            content = operation["responses"][status]["content"]
            content[media_type] = {"schema": {"type": "string"}}
    document["components"].setdefault("headers", {})["RetryAfter"] = _RETRY_AFTER
    _share(document["components"].setdefault("responses", {}), answers)


def _operations(document: Node) -> Iterator[Node]:
    for methods in document["paths"].values():
        yield from methods.values()


def _nodes(node: object) -> Iterator[Node]:
    if isinstance(node, dict):
        yield node
        for inner in node.values():
            yield from _nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _nodes(inner)


def _one_type(schema: Node) -> None:
    """Describe a list by its type, not as a choice of its type and anything at all."""
    items = schema.get("items")
    if isinstance(items, dict) and items.get("oneOf", [])[1:] == [{}]:
        schema["items"] = items["oneOf"][0]


def _describe_parameters(operation: Node) -> None:
    for parameter in operation.get("parameters", ()):
        _never_null(parameter["schema"])
        items = _ITEMS.get((operation["operationId"], parameter["name"]))
        if items:
            parameter["schema"]["items"] |= items


def _never_null(schema: Node) -> None:
    """Describe a parameter that may be left out by its type alone: null cannot be sent."""
    match schema.get("oneOf"):
        case [kind, {"type": "null"}]:
            del schema["oneOf"]
            schema |= kind
        case _:
            pass
    if None in schema.get("enum", ()):
        schema["enum"].remove(None)
        schema["type"] = "string"


def _describe(status: str, answer: Node) -> None:
    for media_type, content in answer.get("content", {}).items():
        if media_type in _BYTES:
            content["schema"] = {"type": "string", "format": "binary"}
        if media_type in _EXAMPLES:
            content["examples"] = {"view": {"value": _EXAMPLES[media_type]}}
    if status in _WAITING:
        answer["headers"] = {"Retry-After": {"$ref": "#/components/headers/RetryAfter"}}


def _share(shared: Node, answers: list[tuple[str, Node]]) -> None:
    """Describe each error once that more than one operation answers."""
    texts = Counter(json.dumps(responses[status]) for status, responses in answers)
    for status, responses in answers:
        answer = responses[status]
        if _PROBLEM not in answer.get("content", {}) or texts[json.dumps(answer)] == 1:
            continue
        name = f"Problem{status}{_codes(answer)}"
        shared[name] = answer
        responses[status] = {"$ref": f"#/components/responses/{name}"}


def _codes(answer: Node) -> str:
    """Return the codes of the problems that *answer* can be, as one name."""
    examples = answer["content"][_PROBLEM]["examples"].values()
    return "".join(example["value"]["code"].title().replace("_", "") for example in examples)
