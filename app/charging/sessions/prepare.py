"""Prepare a session for a payment, before the charge point is asked to start it."""

from datetime import datetime
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.sessions import store
from app.charging.sessions.model import Session, SessionState
from app.infra.database import Work


async def prepare_session(
    work: Work, evse: Evse, session_id: UUID | None = None, *, since: datetime | None = None
) -> Session:
    """
    Make a pending session on *evse* with a one-time idTag and remoteStartId.

    Both are valid there only, for one transaction. *session_id* is given where the payment had to
    name it before, *since* where the charge point may have begun before we heard of it. A step of
    the caller's transaction.
    """
    session = Session(
        session_id=session_id or work.ids.uuid7(work.now),
        operator_id=work.operator_id,
        evse_uid=evse.evse_uid,
        identity=evse.identity,
        evse_no=evse.evse_no,
        ocpp16_connector_id=evse.ocpp16_connector_id,
        id_tag=work.ids.id_tag(),
        remote_start_id=await store.next_remote_start_id(work),
        state=SessionState.PENDING,
        max_power_kw=evse.max_power_kw,
        created_at=since or work.now,
    )
    await store.add(work, session)
    return session
