"""The jobs and schedules of terminals, for the worker."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from app.directpay.desk import Desk
from app.funds.terminals import store
from app.funds.terminals.deeds import READ_CARD
from app.funds.terminals.tend import TEND, read_card, sweep_terminals, tend
from app.infra.database import EVERY_OPERATOR
from app.infra.jobs import Job, Schedule

# What fails again and again makes room: a waiting retry would keep the terminal's lock, and the
# sweep brings the work back anyway.
ATTEMPTS: Final = 3
KEEP_PROMPTS: Final = timedelta(days=90)


def terminal_jobs(desk: Desk) -> tuple[Job, ...]:
    """Return the jobs that terminals defer."""

    async def look_after(*, operator_id: UUID, terminal_id: str) -> None:
        await tend(terminal_id, operator_id=operator_id, desk=desk)

    async def wait_for_card(*, operator_id: UUID, terminal_id: str, reading_id: UUID) -> None:
        await read_card(terminal_id, reading_id, operator_id=operator_id, desk=desk)

    return Job(TEND, look_after, ATTEMPTS), Job(READ_CARD, wait_for_card, ATTEMPTS)


def terminal_schedules(desk: Desk) -> tuple[Schedule, ...]:
    """Return what comes back by the clock."""

    async def look_around() -> None:
        await sweep_terminals(database=desk.database)

    async def forget() -> None:
        async with desk.database.work(EVERY_OPERATOR) as work:
            await store.forget_prompts(work, work.now - KEEP_PROMPTS)

    return (
        Schedule("terminals.sweep", "*/5 * * * * *", look_around),
        Schedule("terminals.forget", "53 3 * * *", forget),
    )
