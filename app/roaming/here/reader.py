"""Drivers of other platforms who hold their card to a reader of ours."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from uuid import UUID

from app.charging.chargers.model import Evse
from app.charging.chargers.read import evses_of
from app.charging.sessions.model import Session
from app.charging.sessions.prepare import prepare_session
from app.charging.tokens.model import Standing, spellings
from app.directpay.reader.model import IdTokenInfo, NotAtTheReader, Presented
from app.directpay.reader.ports import Guests, Invitation
from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.here import store
from app.roaming.here.agree import agreed_tariff, cdr_token
from app.roaming.here.model import BY_REQUEST, BY_WHITELIST, Guest
from app.roaming.tokens.authorise import Verdict, authorise_token
from app.roaming.wire.tokens import LocationReferences

# OCPI, AllowedType, in the words of OCPP; whatever else a platform says is no yes.
_STANDING: Final = {
    "ALLOWED": Standing.ACCEPTED,
    "BLOCKED": Standing.BLOCKED,
    "EXPIRED": Standing.EXPIRED,
    "NO_CREDIT": Standing.NO_CREDIT,
}
# A charge point may not keep what has to be asked about each time.
_SOON: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class PlatformGuests(Guests):
    """The drivers of the platforms that are connected."""

    desk: RoamingDesk

    async def invite(self, presented: Presented) -> Invitation | None:
        """Return what the token's platform says, within seconds; None: nobody has told of it."""
        async with self.desk.database.work(presented.operator_id) as work:
            place = _place(await evses_of(work, presented.identity))
        for uid in spellings(presented.uid):
            verdict = await authorise_token(
                uid, place, operator_id=presented.operator_id, desk=self.desk
            )
            if verdict is not None:
                info = _info(verdict, presented.at)
                return Invitation(info, partial(_welcome, verdict))
        return None


def _place(evses: list[Evse]) -> LocationReferences | None:
    if not evses:
        return None
    return LocationReferences(
        location_id=evses[0].location.location_id,
        evse_uids=tuple(evse.evse_uid for evse in evses),
    )


def _info(verdict: Verdict, now: datetime) -> IdTokenInfo:
    token = verdict.token
    is_asked = token.whitelist == "NEVER"
    return IdTokenInfo(
        status=_STANDING.get(verdict.allowed, Standing.INVALID),
        group=token.group_id,
        until=now + _SOON if is_asked else None,
        language=token.language,
    )


async def _welcome(
    verdict: Verdict, work: Work, evse: Evse, session_id: UUID, since: datetime
) -> Session:
    """Make the session of a guest whose transaction runs already: nobody has to be asked."""
    connector_id = evse.connectors[0].connector_id
    tariff = await agreed_tariff(work, evse, verdict.token, connector_id, since)
    if tariff is None:
        raise NotAtTheReader(Standing.INVALID)
    session = await prepare_session(work, evse, session_id, since=since)
    guest = Guest(
        session_id=session_id,
        platform_id=verdict.platform_id,
        token=cdr_token(verdict.token),
        reference=verdict.reference,
        response_url="",
        auth_method=BY_REQUEST if verdict.is_fresh else BY_WHITELIST,
        connector_id=connector_id,
        tariff_id=tariff.tariff_id,
        tariff_version=tariff.version,
        variant=tariff.variant,
        created_at=work.now,
        asked_at=work.now,
        answered_at=work.now,
    )
    await store.add(work, guest)
    return session
