"""Parts of the product that a process loads only where it uses them, because they are large."""

from importlib import import_module
from types import ModuleType


def part(name: str) -> ModuleType:
    """
    Return the module *name*, loaded with the first call.

    For what most processes never use: see docs/decisions/0031. Everything else is an import at
    the top of its module. Give what is taken from it a type, because a module has none.
    """
    return import_module(name)
