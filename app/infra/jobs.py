"""Jobs and schedules: what the worker runs, described without its engine."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

RETRY_SECONDS = (1, 5, 15, 60, 300, 900, 3600)


class TryAgain(Exception):
    """A job could not be done yet and wants to be run again after the usual wait."""


@dataclass(frozen=True, slots=True)
class Job:
    """
    A named piece of work; *run* takes the arguments it was deferred with and may run twice.

    With *knows_first* it takes `first`, too: true in one run only, by this process's worker, right
    after the commit that deferred it (`Work.enqueue`). Nobody can have run it before.
    """

    name: str
    run: Callable[..., Awaitable[None]]
    attempts: int = 25
    knows_first: bool = False


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job that comes back by the clock; *cron* has five fields, or six with seconds first."""

    name: str
    cron: str
    run: Callable[[], Awaitable[None]]
