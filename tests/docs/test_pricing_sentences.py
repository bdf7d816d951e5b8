"""OCPI's sentences on prices: each is done somewhere, and each has tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "reference" / "ocpi-pricing-sentences.md"
CODE = ROOT / "app" / "pricing" / "tariffs"


def rows() -> list[tuple[str, str, str]]:
    """Return sentence, place and tests of each row."""
    found = re.findall(r"^\| (.+?) \| `(\S+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    assert len(found) > 60
    return found


def test_every_sentence_is_done_somewhere():
    """The file is there, and the name stands in it."""
    for sentence, place, _ in rows():
        path, _, name = place.partition("::")
        text = (CODE / path).read_text()
        assert re.search(rf"\b{name}\b", text), (sentence, place)


def test_every_sentence_has_tests_that_exist():
    """A test that was renamed, or a case that went, leaves a sentence that nobody keeps."""
    texts = [path.read_text() for path in (ROOT / "tests" / "pricing").glob("test_*.py")]
    named = {name: text for text in texts for name in re.findall(r"def (test_\w+)", text)}
    for sentence, _, tests in rows():
        listed = re.findall(r"`(\w+)(?:\[([^\]]+)\])?`", tests)
        assert listed, sentence
        for test, case in listed:
            assert test in named, (sentence, test)
            assert not case or f'"{case}"' in named[test], (sentence, case)
