"""The page of threats names tests that exist, for each of the twenty-four."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "threats.md"


def rows() -> dict[int, str]:
    """Return the row of each threat."""
    return {
        int(number): row
        for number, row in re.findall(r"^\| (\d+) \|(.*)$", PAGE.read_text(), re.MULTILINE)
    }


def named(row: str) -> list[tuple[str, str]]:
    """Return file and function of each test in a row."""
    return re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row)


def defined(file: Path) -> set[str]:
    """Return the functions of a test module."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {
        node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, functions)
    }


def test_there_are_twenty_four():
    """None is left out."""
    assert list(range(1, 25)) == list(rows())


def test_each_threat_has_tests_that_exist():
    """A test that is renamed or deleted is missed here."""
    missing = [
        (number, file, name)
        for number, row in rows().items()
        for file, name in named(row) or [("no test", "")]
        if not (ROOT / file).is_file() or name not in defined(ROOT / file)
    ]

    assert [] == missing
