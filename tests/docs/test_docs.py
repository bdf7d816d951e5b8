"""The documentation leads where it says, and every problem has its page."""

import importlib
import re
from pathlib import Path

import pytest

from app.kernel.errors import Problem

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(
    path.relative_to(ROOT)
    for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
    if "node_modules" not in path.parts
)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
TARGETS = re.compile(r"`?make ([a-z-]+)")


def problems() -> dict[str, type[Problem]]:
    """Return every kind of problem in the product by its code."""
    for source in sorted((ROOT / "app").rglob("*.py")):
        if "sandbox" in source.parts or source.name in {"__main__.py", "env.py"}:
            continue
        if "Problem" in source.read_text():
            name = ".".join(source.relative_to(ROOT).with_suffix("").parts)
            importlib.import_module(name.removesuffix(".__init__"))
    found: dict[str, type[Problem]] = {}
    waiting = list(Problem.__subclasses__())
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("app.") and hasattr(kind, "code"):
            found[kind.code] = kind
    return found


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = HEADING.findall(page.read_text())
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_links_lead_somewhere(page: Path):
    """Every link inside the repository names a file, and a heading in it, that exist."""
    broken = []
    for target in LINK.findall((ROOT / page).read_text()):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        place = (ROOT / page.parent / path) if path else ROOT / page
        if not place.exists() or (anchor and anchor not in anchors(place)):
            broken.append(target)

    assert [] == broken


def test_every_problem_has_a_page():
    """`docs/problems/<code>.md` exists for every code, begins with it, and says what to do."""
    wrong = []
    for code in sorted(problems()):
        page = ROOT / "docs" / "problems" / f"{code}.md"
        text = page.read_text() if page.exists() else ""
        if not text.startswith(f"# {code}\n") or "**What to do.**" not in text:
            wrong.append(code)

    assert [] == wrong


def test_no_page_for_a_problem_that_is_gone():
    """A page whose code nobody raises would mislead."""
    pages = {path.stem for path in (ROOT / "docs" / "problems").glob("*.md")} - {"README"}

    assert set() == pages - set(problems())


def test_the_make_targets_that_are_named_exist():
    """A `make` command in the documentation is one that the Makefile knows."""
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    code = re.compile(r"`([^`\n]+)`|^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
    named = {
        target
        for page in PAGES
        for parts in code.findall((ROOT / page).read_text())
        for target in TARGETS.findall("".join(parts))
    }

    assert set() == named - known


def test_every_setting_is_documented():
    """Each variable of the environment that the settings read is explained somewhere in docs."""
    source = (ROOT / "app" / "settings.py").read_text()
    names = set(re.findall(r'"([A-Z][A-Z_]+)"', source))
    text = "".join((ROOT / page).read_text() for page in PAGES)

    assert set() == {name for name in names if name not in text}
