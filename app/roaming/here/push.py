"""Push objects of ours to a platform: a job that sends what is so now, until it is taken."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from app.charging.cdrs.errors import CdrNotFound
from app.charging.chargers.public.read import public_location, public_location_of_evse
from app.charging.sessions.errors import SessionNotFound
from app.infra.database import Work
from app.infra.jobs import TryAgain
from app.people.identity.read import get_operator
from app.pricing.tariffs.model import OcpiObject
from app.roaming.debts import store as debts
from app.roaming.debts.model import CREDIT_SUFFIX, Debt, Side
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered, PlatformNotFound, PlatformTrouble
from app.roaming.here import store
from app.roaming.here.model import Guest
from app.roaming.here.offer import offer_to
from app.roaming.here.places import ocpi_location, ocpi_status
from app.roaming.here.show import ocpi_cdr_of, ocpi_session
from app.roaming.invoices.read import issued, told_as
from app.roaming.platforms.find import get_platform, link_to
from app.roaming.platforms.model import RECEIVER, Party, Platform, below
from app.roaming.platforms.store import note_outcome
from app.roaming.ports import Link, PeerRequest, Reply
from app.roaming.received.model import CDRS, INVOICES, LOCATIONS, SESSIONS, TARIFFS, TOKENS
from app.roaming.tokens.ours import our_token
from app.roaming.wire.codec import encode, encode_plain, instant, read
from app.roaming.wire.sessions import Cdr
from app.roaming.wire.tokens import Token

# A change of an EVSE's status is pushed by itself: it is small, and comes often.
EVSES = "evses"
# What never changes is created; everything else is put where it belongs.
_POSTED = (CDRS, INVOICES)
_TAKEN_BACK = (TARIFFS, TOKENS)
_NOT_FOUND = 404
_UNKNOWN_LOCATION = 2003


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What is to be sent, and where to."""

    platform: Platform
    link: Link
    request: PeerRequest
    module: str

    @property
    def is_last(self) -> bool:
        """Tell whether the platform shall not have the object any more."""
        return self.module in _TAKEN_BACK and self.request.method != "PUT"

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.request.body or b"").digest()


def push_later(work: Work, platform_id: UUID, module: str, object_id: str) -> None:
    """Let an object be pushed after the commit; one that waits for it waits once. A step."""
    work.defer(
        "ocpi.push",
        queueing_lock=f"ocpi.push:{platform_id}:{module}:{object_id}",
        platform_id=platform_id,
        module=module,
        object_id=object_id,
    )


def pushed_as(debt: Debt) -> str:
    """Return by which name the CDR of a debt is pushed: the session's, if it is its first one."""
    return str(debt.session_id) if debt.body is None else debt.cdr_id


async def push(
    platform_id: UUID, module: str, object_id: str, *, operator_id: UUID, desk: RoamingDesk
) -> None:
    """Send an object as it is now; TryAgain until the platform takes it. A job."""
    async with desk.database.work(operator_id) as work:
        parcel = await _pack(work, platform_id, module, object_id, desk)
    if parcel is None:
        return
    failure, reply = await _send(parcel, desk)
    async with desk.database.work(operator_id) as work:
        if failure is not None or parcel.platform.failed_at is not None:
            await note_outcome(work, platform_id, failure)
        if reply is not None and failure is None:
            await _note(work, parcel, object_id, reply)
            if module == CDRS and object_id.endswith(CREDIT_SUFFIX):
                await _push_next(work, platform_id, object_id)
        elif module == EVSES and reply is not None and _is_unknown(reply):
            location = await public_location_of_evse(work, object_id)
            if location is not None:
                push_later(work, platform_id, LOCATIONS, location.location.location_id)
            return
    if failure is not None:
        raise TryAgain


async def _note(work: Work, parcel: _Parcel, object_id: str, reply: Reply) -> None:
    """Remember what the platform has now, and where it keeps it."""
    platform_id, name = parcel.platform.platform_id, (parcel.module, object_id)
    if parcel.is_last:
        await store.forget_one(work, platform_id, name)
        return
    url = reply.location or parcel.request.url
    await store.note_sent(work, platform_id, name, parcel.digest, url)


async def _push_next(work: Work, platform_id: UUID, credit_id: str) -> None:
    """Let the CDR follow that replaces what a credit took back: the credit is there before."""
    credit = await debts.of_cdr(work, platform_id, Side.OURS, credit_id)
    if credit is None or credit.session_id is None:
        return
    known = await debts.of_session(work, credit.session_id, Side.OURS)
    later = [pushed_as(one) for one in known if one.told_at > credit.told_at][:1]
    taken = await store.sent_of(work, platform_id, CDRS, only=later)
    for name in later:
        if name not in taken:
            push_later(work, platform_id, CDRS, name)


async def _send(parcel: _Parcel, desk: RoamingDesk) -> tuple[str | None, Reply | None]:
    try:
        reply = await desk.peers.call(parcel.link, parcel.request)
    except PlatformTrouble as trouble:
        return trouble.detail, None
    if reply.is_success or (parcel.is_last and reply.http == _NOT_FOUND):
        return None, reply
    told = f"HTTP {reply.http}, OCPI {reply.status}: {reply.message}"
    return f"{parcel.request.method} {parcel.request.url} answers {told}", reply


def _is_unknown(reply: Reply) -> bool:
    return reply.http == _NOT_FOUND or reply.status == _UNKNOWN_LOCATION


async def _pack(
    work: Work, platform_id: UUID, module: str, object_id: str, desk: RoamingDesk
) -> _Parcel | None:
    """Return what to send of an object now; None when there is nothing, or nobody to take it."""
    try:
        platform = await get_platform(work, platform_id)
        if not platform.is_connected:
            return None
        base = platform.url_of(LOCATIONS if module == EVSES else module, RECEIVER)
        roles = ("CPO",) if module == TOKENS else ("EMSP", "PTP")
        link = await link_to(work, platform, *roles, desk=desk)
    except (PlatformNotFound, OcpiNotOffered):
        return None
    assert link.sender is not None, "every operator is a party"  # noqa: S101
    request = await _request(work, platform, module, object_id, _Address(base, link.sender))
    return None if request is None else _Parcel(platform, link, request, module)


@dataclass(frozen=True, slots=True)
class _Address:
    base: str
    ours: Party

    def of(self, *names: str) -> str:
        return below(self.base, self.ours.country_code, self.ours.party_id, *names)


async def _request(
    work: Work, platform: Platform, module: str, object_id: str, address: _Address
) -> PeerRequest | None:
    if module == EVSES:
        return await _status(work, object_id, address)
    found = await current(work, platform, module, object_id)
    if found is None:
        return await _taken_back(work, platform, module, object_id, address)
    body = encode(found, platform.speaks)
    if module in _POSTED:
        return PeerRequest("POST", address.base, body)
    return PeerRequest("PUT", _url_of(found, object_id, address), body)


async def _taken_back(
    work: Work, platform: Platform, module: str, object_id: str, address: _Address
) -> PeerRequest | None:
    """Return what tells a platform that an object is gone; None: it need not be told."""
    if module == TARIFFS:
        return PeerRequest("DELETE", address.of(object_id))
    if module != TOKENS or not await store.sent_of(
        work, platform.platform_id, module, only=[object_id]
    ):
        return None
    # OCPI, mod_tokens: a token is never deleted.
    news = {"valid": False, "last_updated": instant(work.now)}
    return PeerRequest("PATCH", address.of(object_id), encode_plain(news))


def _url_of(found: OcpiObject, object_id: str, address: _Address) -> str:
    url = address.of(object_id)
    # OCPI, mod_tokens: a token without a type is one of RFID.
    if not isinstance(found, Token) or found.type == "RFID":
        return url
    return f"{url}?type={found.type}"


async def current(work: Work, platform: Platform, module: str, object_id: str) -> OcpiObject | None:
    """Return an object of ours as *platform* may know it now, or None. A step."""
    match module:
        case "locations":
            location = await public_location(work, object_id)
            if location is None:
                return None
            operator = await get_operator(work)
            return ocpi_location(location, operator, await offer_to(work, platform))
        case "tariffs":
            every = (await offer_to(work, platform)).every_tariff()
            return next((tariff for tariff in every if tariff.id == object_id), None)
        case "invoicereconciliation":
            invoice = await issued(work, platform.platform_id, object_id)
            return None if invoice is None else told_as(invoice)
        case "tokens":
            return await our_token(work, platform, object_id)
        case _:
            return await _of_guest(work, platform, module, object_id)


async def _of_guest(
    work: Work, platform: Platform, module: str, object_id: str
) -> OcpiObject | None:
    """Return a session or its CDR by the session's id, or a later CDR of one by its own."""
    guest = await _guest(work, object_id)
    if guest is None and module == CDRS:
        debt = await debts.of_cdr(work, platform.platform_id, Side.OURS, object_id)
        return None if debt is None or debt.body is None else read(Cdr, debt.body)
    if guest is None or guest.platform_id != platform.platform_id:
        return None
    try:
        return await (ocpi_session if module == SESSIONS else ocpi_cdr_of)(work, guest)
    except (SessionNotFound, CdrNotFound):
        return None


async def _guest(work: Work, object_id: str) -> Guest | None:
    try:
        return await store.find(work, UUID(object_id))
    except ValueError:
        return None  # the id of a credit is not a session's


async def _status(work: Work, evse_uid: str, address: _Address) -> PeerRequest | None:
    location = await public_location_of_evse(work, evse_uid)
    evses = () if location is None else location.evses
    for evse in evses:
        if evse.evse_uid == evse_uid and location is not None:
            news = {"status": ocpi_status(evse.status), "last_updated": instant(evse.updated_at)}
            url = address.of(location.location.location_id, evse_uid)
            return PeerRequest("PATCH", url, encode_plain(news))
    return None
