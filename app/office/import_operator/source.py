"""Read YAML into plain values, exact numbers included, and remember the line of each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import yaml

from app.office.import_operator.faults import Fault, Path

# One level of the document has one more pair of brackets; a person nests about ten.
_DEEPEST = 40
_BOOLEANS = {"true": True, "false": False}
_WHOLE = re.compile(r"[-+]?[0-9]+")


@dataclass(slots=True)
class Source:
    """A document: its plain *value*, the line (from 1) of each path, and what could not be read."""

    value: object = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def line(self, path: Path) -> int:
        """Return the line of *path*, or of the nearest thing around it that exists."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read_yaml(text: str) -> Source:
    """
    Return what *text* says; what it can't say is a fault.

    Numbers with a point become Decimal, dates stay text, a key may occur once, and there are no
    tags: nothing is made from a file but text, numbers, lists and mappings.
    """
    source = Source()
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as wrong:
        mark = wrong.problem_mark or wrong.context_mark
        source.lines[()] = 1 if mark is None else mark.line + 1
        source.faults.append(Fault((), f"not YAML: {wrong.problem or wrong.context}"))
        return source
    except yaml.YAMLError as wrong:
        source.faults.append(Fault((), f"not YAML: {wrong}"))
        return source
    if root is None:
        source.faults.append(Fault((), "the file is empty"))
    else:
        source.value = _value(root, (), source)
    return source


def _value(node: yaml.Node, path: Path, source: Source) -> object:
    source.lines.setdefault(path, node.start_mark.line + 1)
    if len(path) > _DEEPEST:
        source.faults.append(Fault(path, "nested too deep"))
        return None
    if isinstance(node, yaml.MappingNode):
        return dict(_entries(node, path, source))
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, number), source) for number, item in enumerate(node.value)]
    return _scalar(node, path, source)


def _entries(node: yaml.MappingNode, path: Path, source: Source) -> Iterator[tuple[str, object]]:
    seen: set[str] = set()
    for key, item in node.value:
        name = str(key.value)
        here = (*path, name)
        source.lines.setdefault(here, key.start_mark.line + 1)
        if name in seen:
            source.faults.append(Fault(here, "stands here twice"))
        seen.add(name)
        yield name, _value(item, here, source)


def _scalar(node: yaml.Node, path: Path, source: Source) -> object:
    kind, text = node.tag.removeprefix("tag:yaml.org,2002:"), str(node.value)
    match kind:
        case "str" | "timestamp":
            return text
        case "null":
            return None
        case "bool" if text.lower() in _BOOLEANS:
            return _BOOLEANS[text.lower()]
        case "bool":
            return text  # YAML 1.1 takes `no` for false; here it is a word, such as Norway's code
        case "int" | "float":
            return _number(text, path, source)
        case _:
            source.faults.append(Fault(path, f"the tag {node.tag} is not allowed"))
            return None


def _number(text: str, path: Path, source: Source) -> int | Decimal | str:
    if _WHOLE.fullmatch(text) and (text == "0" or not text.lstrip("+-").startswith("0")):
        return int(text)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text  # YAML 1.1 has octal and base-60 numbers; here they are words
    if not number.is_finite():
        source.faults.append(Fault(path, f"expected a number, got {text!r}"))
    return text if _WHOLE.fullmatch(text) else number
