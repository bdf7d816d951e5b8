"""Tell a charge point what to do with a token that was shown to its reader, at once."""

from app.charging.chargers.model import Evse
from app.charging.chargers.read import evses_of
from app.charging.sessions.authorise import judge_id_tag
from app.charging.tokens.model import Payer, Standing, Token
from app.charging.tokens.read import token_of_uid
from app.directpay.reader.desk import ReaderDesk
from app.directpay.reader.model import IdTokenInfo, NotAtTheReader, Presented, can_be, info_of
from app.directpay.reader.payers import means_of
from app.directpay.vehicles.see import see_stranger, vehicle_token
from app.infra.database import Work

_STRANGER = IdTokenInfo(Standing.INVALID)


async def authorise(presented: Presented, *, desk: ReaderDesk) -> IdTokenInfo:
    """
    Return what the charge point is told of a token: of ours first, then of other platforms'.

    One that is ours is good if it may charge and somebody pays; of another platform's, its own
    platform decides within seconds. The one-time idTag of a paid session is good as `judge_id_tag`
    says.
    """
    async with desk.database.work(presented.operator_id) as work:
        paid = await judge_id_tag(
            work, presented.identity, presented.uid, asks_again=presented.asks_again
        )
        if paid is not None:
            return IdTokenInfo(paid)
        car = await vehicle_token(work, presented.uid, presented.type, desk.secrets)
        if car is not None:
            return await _of_vehicle(work, *car, presented)
        token = await token_of_uid(work, presented.uid)
        if token is not None and can_be(token, presented.type):
            return info_of(token, await standing_at(work, token, presented.identity), work.now)
    invitation = await desk.guests.invite(presented)
    return _STRANGER if invitation is None else invitation.info


async def _of_vehicle(
    work: Work, uid: str, token: Token | None, presented: Presented
) -> IdTokenInfo:
    if token is not None:
        return info_of(token, await standing_at(work, token, presented.identity), work.now)
    evses = await evses_of(work, presented.identity)
    # Of several sockets nobody says at which the car is: then it is nobody's for good.
    await see_stranger(work, uid, evses[0] if len(evses) == 1 else None)
    return _STRANGER


async def standing_at(work: Work, token: Token, identity: str) -> Standing:
    """Return whether a token may charge at a charge point, and can pay for it there. A step."""
    standing = token.standing(work.now)
    if standing is not Standing.ACCEPTED or token.payer is Payer.NOBODY:
        return standing
    evses = await evses_of(work, identity)
    if not evses:
        return Standing.INVALID
    try:
        await means_of(work, token, min(evses, key=_hold))
    except NotAtTheReader as refusal:
        return refusal.status
    return Standing.ACCEPTED


def _hold(evse: Evse) -> int:
    return evse.hold.minor
