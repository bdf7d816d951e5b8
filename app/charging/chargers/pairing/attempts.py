"""Note who knocks and is not known, and list it."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from app.charging.chargers.pairing import store
from app.charging.chargers.pairing.model import NOBODY, Attempt, Knock, code_digest
from app.charging.chargers.stations.credential import SALT_BYTES, Credential
from app.infra.database import EVERY_OPERATOR, Database, Work
from app.infra.jobs import Schedule

KEEP_ATTEMPTS: Final = timedelta(days=30)
# Strangers who try out identities fill no disk.
_MOST_STRANGERS: Final = 1000


async def note_attempt(knock: Knock, *, database: Database) -> None:
    """Keep that an unknown charge point knocked: for the operator whose code it showed, if any."""
    text = _text(knock.password)
    found = None
    if text is not None:
        async with database.work(EVERY_OPERATOR) as work:
            found = await store.open_code(work, code_digest(text.encode()))
    if found is None or text is None:
        async with database.work(NOBODY) as work:
            if await store.number_of_attempts(work) < _MOST_STRANGERS:
                await store.keep_attempt(work, knock, None, None)
        return
    operator_id, code_id = found
    credential = Credential.of(text, secrets.token_bytes(SALT_BYTES))
    async with database.work(operator_id) as work:
        await store.keep_attempt(work, knock, code_id, credential)


async def list_attempts(work: Work) -> Sequence[Attempt]:
    """Return the charge points that knocked with a code of the operator. A step."""
    return await store.attempts_of(work)


async def list_strangers(*, database: Database) -> Sequence[Attempt]:
    """Return the charge points that knocked with nobody's code: for who runs the installation."""
    async with database.work(NOBODY) as work:
        return await store.attempts_of(work)


def pairing_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of attempts and codes."""

    async def forget() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            await store.forget(work, work.now - KEEP_ATTEMPTS)

    return (Schedule("chargers.forget_attempts", "43 3 * * *", forget),)


def _text(password: bytes | None) -> str | None:
    """Return the code in a password: as text, or as hexadecimal digits of it (1.6)."""
    if password is None:
        return None
    try:
        text = password.decode("ascii")
    except UnicodeDecodeError:
        return None
    try:
        return bytes.fromhex(text).decode("ascii")
    except ValueError:
        return text
