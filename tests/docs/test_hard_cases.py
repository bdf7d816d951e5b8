"""The hard cases of OCPP: each row names tests, and they exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "ocpp.md"


def rows() -> dict[str, list[str]]:
    """Return the names of the tests by the case that they keep."""
    section = PAGE.read_text().split("## Hard cases", 1)[1].split("\n## ", 1)[0]
    found = re.findall(r"^\| ([^|]+) \| [^|]+ \| ([^|]+) \|$", section, re.MULTILINE)
    return {case: re.findall(r"`(\w+)`", tests) for case, tests in found[1:]}


def written() -> set[str]:
    """Return the names of all tests."""
    texts = (path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in texts for name in re.findall(r"def (test_\w+)", text)}


def test_every_hard_case_is_kept_by_tests_that_exist():
    """A row without a test, or with one that was renamed, is a promise that nobody keeps."""
    table = rows()

    assert len(table) > 25
    assert [] == [case for case, tests in table.items() if not tests]
    assert set() == {name for tests in table.values() for name in tests} - written()
