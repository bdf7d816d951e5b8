"""Python's own view of a source file, for the tests that read code."""

import ast
import gc
from pathlib import Path


def parsed(path: Path) -> ast.Module:
    """
    Return the syntax tree of a file, parsed with the garbage collector at rest.

    A forgotten task that is collected meanwhile prints its traceback, which parses too, and
    CPython 3.11 counts both as one (gh-106905).
    """
    gc.disable()
    try:
        return ast.parse(path.read_text())
    finally:
        gc.enable()
