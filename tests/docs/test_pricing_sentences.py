"""OCPI's sentences and our promises on prices: each is kept somewhere, and its tests exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs" / "reference"
# page: below which folder its places are, and how many rows it has at least.
PAGES = {
    "ocpi-pricing-sentences.md": (ROOT / "app" / "pricing" / "tariffs", 60),
    "pricing-promises.md": (ROOT / "app", 40),
}


def rows(page: str) -> list[tuple[str, str, str]]:
    """Return sentence, place and tests of each row."""
    text = (DOCS / page).read_text()
    return re.findall(r"^\| (.+?) \| `(\S+)` \| (.+) \|$", text, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES)
def test_every_sentence_is_kept_somewhere(page: str):
    """The file is there, and the name stands in it."""
    folder, least = PAGES[page]
    listed = rows(page)

    assert len(listed) > least
    for sentence, place, _ in listed:
        path, _, name = place.partition("::")
        assert re.search(rf"\b{name}\b", (folder / path).read_text()), (sentence, place)


@pytest.mark.parametrize("page", PAGES)
def test_every_sentence_has_tests_that_exist(page: str):
    """A test that was renamed, or a case that went, leaves a sentence that nobody keeps."""
    texts = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py")]
    named = {name: text for text in texts for name in re.findall(r"def (test_\w+)", text)}
    for sentence, _, tests in rows(page):
        listed = re.findall(r"`(\w+)(?:\[([^\]]+)\])?`", tests)
        assert listed, sentence
        for test, case in listed:
            assert test in named, (sentence, test)
            assert not case or f'"{case}"' in named[test], (sentence, case)
