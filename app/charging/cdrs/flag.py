"""Note what came up about a session after it was over."""

from app.charging.cdrs import store
from app.charging.sessions.events import SessionFlagged
from app.infra.database import Work


async def flag_cdr(work: Work, event: SessionFlagged) -> None:
    """Keep the flag beside the session's record, whose amount stays. Reacts to SessionFlagged."""
    await store.add_flag(work, event.session_id, event.flag, event.detail)
