"""Whether this process could do its work right now: each part is asked, with a time limit."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from app.infra.database import EVERY_OPERATOR, Database
from app.infra.worker import STALLED_SECONDS

logger = logging.getLogger(__name__)

Check = Callable[[], Awaitable[None]]
_LIMIT_SECONDS: Final = 3
_DEGRADED: Final = "degraded: "


class NotReady(Exception):
    """A part cannot do its work; the sentence says why, without secrets."""


class Degraded(Exception):
    """A part does its work, but not all of it; the sentence says what is missing."""


@dataclass(frozen=True, slots=True)
class Health:
    """What each part says: `ok`, what it can't do now, or why it can do nothing."""

    parts: Mapping[str, str]

    @property
    def is_ready(self) -> bool:
        """Tell whether every part does its work; one that is degraded does."""
        return all(answer.startswith(("ok", _DEGRADED)) for answer in self.parts.values())


async def examine(checks: Mapping[str, Check]) -> Health:
    """Ask every part at the same time; one that does not answer in three seconds is not ready."""
    answers = await asyncio.gather(*(_ask(name, check) for name, check in checks.items()))
    return Health(dict(zip(checks, answers, strict=True)))


async def _ask(name: str, check: Check) -> str:
    try:
        async with asyncio.timeout(_LIMIT_SECONDS):
            await check()
    except TimeoutError:
        return "does not answer"
    except Degraded as reason:
        return f"{_DEGRADED}{reason}"
    except NotReady as reason:
        return str(reason)
    except Exception:
        # Whatever it is, the answer is "not ready"; the log has the rest.
        logger.exception("the check of %s failed", name)
        return "failed; the log says why"
    return "ok"


def database_check(database: Database) -> Check:
    """Return the check that PostgreSQL answers, as a role that row-level security binds."""

    async def check() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            query = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            if (await work.execute(text(query))).scalar_one():
                raise NotReady("DATABASE_URL names a role that row-level security does not bind")

    return check


def worker_check(database: Database) -> Check:
    """Return the check that at least one job worker, anywhere, is alive."""

    async def check() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            query = text(
                "SELECT count(*) FROM procrastinate_workers"
                " WHERE last_heartbeat > now() - make_interval(secs => :seconds)"
            )
            if not (await work.execute(query, {"seconds": STALLED_SECONDS})).scalar_one():
                raise NotReady("no job worker is alive")

    return check
