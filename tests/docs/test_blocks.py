"""What the documentation shows to be typed can be typed: code runs, commands and options exist."""

import argparse
import importlib.util
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

from app.cli import _parser

ROOT = Path(__file__).parent.parent.parent
PAGES = sorted(
    str(path.relative_to(ROOT)) for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
)
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
# Languages that are checked here, in test_docs.py or drawn by the reader's program.
LANGUAGES = {"sh", "python", "yaml", "json", "text", "mermaid"}


def blocks(page: str, language: str) -> list[str]:
    """Return the blocks of *page* in a *language*."""
    return [text for name, text in FENCE.findall((ROOT / page).read_text()) if name == language]


def commands(program: str) -> Iterator[tuple[str, list[str]]]:
    """Yield page and words of each command of *program*, in blocks and in the middle of a line."""
    for page in PAGES:
        text = (ROOT / page).read_text()
        lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
        for line in (*lines, *INLINE.findall(FENCE.sub("", text))):
            words = shlex.split(line, comments=True) if line.count("'") % 2 == 0 else line.split()
            if words[:1] == [program]:
                yield page, words[1:]


def options(parser: argparse.ArgumentParser) -> set[str]:
    """Return the options that *parser* knows."""
    return {name for action in parser._actions for name in action.option_strings}


def subcommands(
    parser: argparse.ArgumentParser | None = None,
) -> dict[str, argparse.ArgumentParser]:
    """Return the parsers of the commands of `directpay`, or of the actions of one of them."""
    for action in (parser or _parser())._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def called(words: list[str]) -> argparse.ArgumentParser | None:
    """Return the parser that reads the options of this command, or None: there is no such one."""
    parser: argparse.ArgumentParser | None = _parser()
    for word in words:
        known = subcommands(parser)
        if not known:
            break
        if word == "action":  # the tables of the command line call it so
            break
        parser = known.get(word)
        if parser is None:
            break
    return parser


@pytest.mark.parametrize("page", PAGES)
def test_blocks_say_their_language(page: str):
    """A block without a language, or in one that nobody checks, would go unread."""
    assert set() == {name for name, _ in FENCE.findall((ROOT / page).read_text())} - LANGUAGES


def test_python_runs():
    """Every block of Python runs from the top of its page to the end, with its assertions."""
    sybil = Sybil([PythonCodeBlockParser()])
    pages = [page for page in PAGES if blocks(page, "python")]
    for page in pages:
        for example in sybil.parse(ROOT / page).examples():
            example.evaluate()

    assert "docs/reference/pricing.md" in pages


@pytest.mark.parametrize(("language", "read"), [("yaml", yaml.safe_load), ("json", json.loads)])
def test_data_can_be_read(language: str, read):
    """Every block of YAML and JSON is well-formed."""
    found = [block for page in PAGES for block in blocks(page, language)]

    assert found
    assert all(read(block) for block in found)


def test_the_commands_that_are_named_exist():
    """Each `directpay COMMAND --option` in the documentation is one that the program knows."""
    wrong = []
    named = list(commands("directpay"))
    for page, words in named:
        parser = called(words)
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        if parser is None or given - options(parser):
            wrong.append(f"{page}: directpay {' '.join(words)}")

    assert [] == wrong
    assert len(named) > 20


def test_the_modules_that_are_named_exist():
    """Each `python -m module` in the documentation can be started."""
    named = [
        (page, words)
        for python in ("python", "python3", ".venv/bin/python")
        for page, words in commands(python)
        if words[:1] == ["-m"]
    ]
    wrong = [
        f"{page}: {words}" for page, words in named if importlib.util.find_spec(words[1]) is None
    ]

    assert [] == wrong
    assert named


def test_the_command_line_is_documented():
    """The tables of cli.md list exactly the commands and options that there are."""
    page = (ROOT / "docs" / "reference" / "cli.md").read_text()
    rows = re.findall(r"^\| `directpay ([^`]+)` \|", page, re.MULTILINE)
    known = set(subcommands(_parser()))
    for name, parser in subcommands(_parser()).items():
        for action in parser._actions:
            if action.dest != "help":
                known.add(
                    f"{name} {action.option_strings[0] if action.option_strings else action.dest}"
                )

    assert known == set(rows)
    assert len(known) == len(rows)
