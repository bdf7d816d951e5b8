"""Make pairing codes."""

from collections.abc import Sequence

from app.charging.chargers.pairing import store
from app.charging.chargers.pairing.model import CODE_HOLDS, PairingCode, code_digest
from app.infra.database import Work


async def make_code(work: Work, made_by: str) -> tuple[PairingCode, str]:
    """
    Make a code for one charge point, good for a week; return it and its text.

    The text cannot be told again. A step of the caller's transaction.
    """
    text = work.ids.id_tag()
    code = PairingCode(
        code_id=work.ids.uuid7(work.now),
        made_by=made_by,
        made_at=work.now,
        expires_at=work.now + CODE_HOLDS,
        used_by=None,
    )
    await store.add_code(work, code, code_digest(text.encode()))
    return code, text


async def list_codes(work: Work) -> Sequence[PairingCode]:
    """Return the operator's codes, the latest first. A step of the caller's transaction."""
    return await store.codes_of(work)
