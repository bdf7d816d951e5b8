"""What platforms tell of theirs: locations, tariffs, sessions, CDRs, results of our commands."""

from collections.abc import Mapping

from app.hooks.ocpi.call import CREATED, Answer, Call
from app.pricing.tariffs.model import OcpiObject, Tariff
from app.roaming.abroad.hear import hear_cdr, hear_session
from app.roaming.abroad.patch import patched
from app.roaming.abroad.result import hear_result
from app.roaming.abroad.tell import (
    change_location,
    forget_tariff,
    tell_location,
    tell_part,
    tell_tariff,
)
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid
from app.roaming.received.keep import received
from app.roaming.received.model import CDRS, LOCATIONS, SESSIONS, TARIFFS, Name
from app.roaming.wire.codec import read_json
from app.roaming.wire.commands import CommandResult
from app.roaming.wire.locations import Connector, Evse, Location, part_of
from app.roaming.wire.sessions import Cdr, Session
from app.roaming.wire.tokens import Token


async def get_location(call: Call, desk: RoamingDesk) -> Answer:
    """Show a location, an EVSE or a connector as it is known here."""
    name, path = named(call, LOCATIONS, 3, 4, 5)
    async with desk.database.work(call.platform.operator_id) as work:
        found = await received(work, name, Location)
    return Answer(part_of(found, path))


async def put_location(call: Call, desk: RoamingDesk) -> Answer:
    """Keep a location, an EVSE or a connector."""
    name, path = named(call, LOCATIONS, 3, 4, 5)
    if path:
        part = call.body_as(Evse) if len(path) == 1 else call.body_as(Connector)
        _check(path[-1], part.uid if isinstance(part, Evse) else part.id)
        await tell_part(call.platform, name, part, path, desk=desk)
        return Answer()
    location = call.body_as(Location)
    check_whose(name, location)
    _check(name.object_id, location.id)
    return _created(await tell_location(call.platform, name, location, desk=desk))


async def patch_location(call: Call, desk: RoamingDesk) -> Answer:
    """Change a location, an EVSE or a connector."""
    name, path = named(call, LOCATIONS, 3, 4, 5)
    await change_location(call.platform, name, news_in(call), path, desk=desk)
    return Answer()


async def get_tariff(call: Call, desk: RoamingDesk) -> Answer:
    """Show a tariff as it is known here."""
    return await _shown(call, TARIFFS, Tariff, desk)


async def put_tariff(call: Call, desk: RoamingDesk) -> Answer:
    """Keep a tariff."""
    name, _ = named(call, TARIFFS, 3)
    tariff = call.body_as(Tariff)
    check_whose(name, tariff)
    _check(name.object_id, tariff.id)
    return _created(await tell_tariff(call.platform, name, tariff, desk=desk))


async def delete_tariff(call: Call, desk: RoamingDesk) -> Answer:
    """Forget a tariff."""
    name, _ = named(call, TARIFFS, 3)
    await forget_tariff(call.platform, name, desk=desk)
    return Answer()


async def get_session(call: Call, desk: RoamingDesk) -> Answer:
    """Show a session as it is known here."""
    return await _shown(call, SESSIONS, Session, desk)


async def put_session(call: Call, desk: RoamingDesk) -> Answer:
    """Hear of a session."""
    name, _ = named(call, SESSIONS, 3)
    session = call.body_as(Session)
    check_whose(name, session)
    _check(name.object_id, session.id)
    return _created(await hear_session(call.platform, session, desk=desk))


async def patch_session(call: Call, desk: RoamingDesk) -> Answer:
    """Hear what is new of a session: new charging periods follow those that are known."""
    name, _ = named(call, SESSIONS, 3)
    news = news_in(call)
    async with desk.database.work(call.platform.operator_id) as work:
        known = await received(work, name, Session)
    await hear_session(call.platform, patched(known, news), desk=desk)
    return Answer()


async def get_cdr(call: Call, desk: RoamingDesk) -> Answer:
    """Show a CDR as it is known here."""
    return await _shown(call, CDRS, Cdr, desk)


async def post_cdr(call: Call, desk: RoamingDesk) -> Answer:
    """Hear of a CDR, and tell where it can be read again."""
    call.path(0)
    cdr = call.body_as(Cdr)
    _check_party(call, cdr.country_code, cdr.party_id)
    await hear_cdr(call.platform, cdr, desk=desk)
    url = f"{call.url}/{cdr.country_code}/{cdr.party_id}/{cdr.id}"
    return Answer(http=CREATED, headers={"Location": url})


async def post_result(call: Call, desk: RoamingDesk) -> Answer:
    """Hear what came of a command of ours."""
    kind, reference = call.path(2)
    result = call.body_as(CommandResult)
    await hear_result(call.platform, kind, reference, result, desk=desk)
    return Answer()


def named(call: Call, module: str, *counts: int) -> tuple[Name, tuple[str, ...]]:
    """Return the object that the address names, and the way to a part of it."""
    country, party, object_id, *path = call.path(*counts)
    _check_party(call, country, party)
    return Name(call.platform.platform_id, module, country, party, object_id), tuple(path)


def _check_party(call: Call, country: str, party: str) -> None:
    if not call.platform.stands_for(country, party):
        msg = f"this platform does not speak for {country}*{party}"
        raise OcpiInvalid(msg, field="party_id")


def check_whose(name: Name, told: Location | Tariff | Session | Token) -> None:
    """Refuse an object that is another party's than its address says. Raises OcpiInvalid."""
    if not told.country_code:
        return  # tariffs of some do not say it
    whose = f"{told.country_code}*{told.party_id}"
    if whose.upper() != f"{name.country_code}*{name.party_id}".upper():
        msg = f"the address names {name.country_code}*{name.party_id}, the body {whose}"
        raise OcpiInvalid(msg, field="party_id")


def _check(named: str, told: str) -> None:
    if named.lower() != told.lower():
        raise OcpiInvalid(f"the address names {named}, the body {told}", field="id")


def news_in(call: Call) -> Mapping[str, object]:
    """Return what a PATCH says. Raises OcpiInvalid."""
    news = read_json(call.body)
    if not isinstance(news, Mapping):
        raise OcpiInvalid("an object was expected", field="PATCH")
    return news


def _created(is_new: bool) -> Answer:  # noqa: FBT001 - what came of it
    return Answer(http=CREATED) if is_new else Answer()


async def _shown(call: Call, module: str, kind: type[OcpiObject], desk: RoamingDesk) -> Answer:
    name, _ = named(call, module, 3)
    async with desk.database.work(call.platform.operator_id) as work:
        return Answer(await received(work, name, kind))
