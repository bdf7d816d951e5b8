"""Write the charge detail record of a session, once."""

from app.charging.cdrs import store
from app.charging.cdrs.model import Cdr, RecordedCdr
from app.charging.cdrs.ocpi import Sale, ocpi_cdr
from app.infra.database import Work


async def record_cdr(work: Work, cdr: Cdr, sale: Sale) -> RecordedCdr:
    """
    Write the record of a session and return it; one that exists already is returned unchanged.

    The caller holds a lock on what it settles. A step of the caller's transaction.
    """
    existing = await store.of_session(work, cdr.session_id)
    if existing is not None:
        return existing
    cdr_id = work.ids.uuid7(work.now)
    body = ocpi_cdr(cdr_id, cdr, sale, at=work.now)
    await store.add(work, cdr_id, cdr, body)
    return RecordedCdr(cdr_id, cdr.session_id, work.now, body, cdr.flags)
