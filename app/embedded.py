"""The embedded state: the folder, its lock, and PostgreSQL started when none is given."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from app.infra.embedded.postgres import launch
from app.infra.migrations.migrate import migrate
from app.kernel.errors import Kind, Problem
from app.settings import Settings

_ROOM_BYTES: Final = 200 * 1024 * 1024


class StateTrouble(Problem):
    """The folder for the state cannot be used."""

    code = "state_trouble"
    kind = Kind.UNAVAILABLE
    title = "The folder for the data cannot be used"


@contextmanager
def database_of(settings: Settings, *, alone: bool = True) -> Iterator[Settings]:
    """
    Yield *settings* with the address of a migrated database.

    Without DATABASE_URL the embedded PostgreSQL is started for the block, and stopped after it
    unless it ran before. *alone* claims the state folder: two servers must not share it. Raises
    StateTrouble, PostgresTrouble and SchemaTooNew, which say what to do.
    """
    if settings.database.url is not None:
        migrate(settings.database.url)
        yield settings
        return
    make_room(settings.state)
    with _claim(settings.state) if alone else _nothing():
        server = launch(settings.state / "postgres")
        try:
            migrate(server.url)
            yield replace(settings, database=replace(settings.database, url=server.url))
        finally:
            if alone or server.is_mine:
                server.stop()


def make_room(state: Path) -> None:
    """Make the folder *state*; raise StateTrouble when it cannot be written or the disk is full."""
    try:
        state.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(state).free
    except OSError as error:
        raise StateTrouble(
            f"Cannot write {state} ({error.strerror}): see DIRECTPAY_STATE."
        ) from error
    if not os.access(state, os.W_OK):
        raise StateTrouble(
            f"Cannot write {state}: give yourself the right, or set DIRECTPAY_STATE."
        )
    if free < _ROOM_BYTES:
        raise StateTrouble(
            f"The disk of {state} is full ({free // 1024**2} MB left, 200 MB are needed):"
            " make room, or set DIRECTPAY_STATE to a folder on another disk."
        )


@contextmanager
def _claim(state: Path) -> Iterator[None]:
    with (state / "running").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise StateTrouble(
                f"Direct Pay already runs from {state} (process {file.read().strip()}):"
                " stop it first."
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


@contextmanager
def _nothing() -> Iterator[None]:
    yield
