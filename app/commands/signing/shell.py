"""Who is at the shell, and what they ask for: what a command changes is put on record."""

import argparse
import getpass
from typing import Final

from app.people.identity.staff.model import Deed

# What runs the product does nothing by itself.
_RUNNING: Final = frozenset({"demo", "serve", "ocpp", "worker", "migrate", "key"})
# How a command is called, what the record has of its own, and what would be a secret.
_LEFT_OUT: Final = frozenset({"run", "command", "action", "operator", "by", "token", "key"})


def deed_at_the_shell(given: argparse.Namespace) -> Deed | None:
    """
    Return what somebody does with the command line that was *given*, or None: they run us.

    Of addresses nothing is told but that there was one: people may want to be forgotten.
    """
    words = vars(given)
    if given.command in _RUNNING:
        return None
    action = f"{given.command} {words.get('action') or ''}".strip()
    detail = {
        name: _told(value)
        for name, value in words.items()
        if name not in _LEFT_OUT and value is not None and value is not False
    }
    return Deed(_actor(words.get("by")), action, detail, words.get("operator"))


def _actor(name: str | None) -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container's user may have no name
        user = "nobody known"
    return f"shell {user} ({name})" if name else f"shell {user}"


def _told(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return "(an address)" if "@" in text else text
