"""The reference says what is: settings and problems, compared with the code."""

import re
from collections.abc import Mapping
from pathlib import Path

from app.infra.statuses import STATUS
from app.settings import Settings
from tests.docs.test_docs import problems

DOCS = Path(__file__).parent.parent.parent / "docs"


class Watched(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, **given: str) -> None:
        """Hold what is *given*."""
        self._given = given
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> str:
        """Answer, and remember."""
        self.asked.add(name)
        return self._given[name]

    def __iter__(self):
        """Nobody may look at everything."""
        raise AssertionError("settings read variables by name")

    def __len__(self) -> int:
        """Return how many are set."""
        return len(self._given)


def settings_rows() -> dict[str, str]:
    """Return the default of each variable as settings.md has it."""
    page = (DOCS / "reference" / "settings.md").read_text()
    return dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", page, re.MULTILINE))


def test_the_settings_are_those_that_are_read(tmp_path: Path):
    """settings.md lists exactly the variables that the settings ask the environment for."""
    environ = Watched(DIRECTPAY_STATE=str(tmp_path))
    Settings.from_env(environ)

    assert environ.asked == set(settings_rows())


def test_the_defaults_are_those_that_hold(tmp_path: Path):
    """A default in settings.md, given explicitly, changes nothing."""
    state = {"DIRECTPAY_STATE": str(tmp_path)}
    literal = {
        name: default.strip("`")
        for name, default in settings_rows().items()
        if default.startswith("`") and "HOST:PORT" not in default and name not in state
    }

    assert {"HOST", "PORT", "MAIL_URL", "MOLLIE_URL"} <= set(literal)
    assert Settings.from_env(state) == Settings.from_env({**literal, **state})


def test_the_problems_are_listed_with_their_status():
    """docs/problems/README.md lists every code with the status and title that the code has."""
    page = (DOCS / "problems" / "README.md").read_text()
    rows = re.findall(r"^\| \[`(\w+)`\]\((\w+)\.md\) \| (\d+) \| (.+) \|$", page, re.MULTILINE)
    expected = [
        (code, code, str(STATUS[kind.kind]), kind.title.rstrip("."))
        for code, kind in sorted(problems().items())
    ]

    assert expected == rows
