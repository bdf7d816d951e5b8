"""Fetch everything of a platform after connecting, and sell nothing of one that is gone."""

from uuid import UUID

from app.infra.jobs import TryAgain
from app.pricing.tariffs.model import OcpiObject, Tariff
from app.roaming.abroad.adopt import defer_adoption, withdraw_gone
from app.roaming.abroad.pull import leaving_out, pages, reach
from app.roaming.abroad.tell import tell_location, tell_tariff
from app.roaming.desk import RoamingDesk
from app.roaming.errors import PlatformNotFound, PlatformTrouble
from app.roaming.platforms.model import SENDER, Party, Platform
from app.roaming.platforms.store import note_outcome
from app.roaming.ports import Link
from app.roaming.received.keep import keep
from app.roaming.received.model import LOCATIONS, PAYMENTS, TARIFFS, TOKENS, Name
from app.roaming.terminals.hear import hear_terminal
from app.roaming.terminals.model import TERMINALS
from app.roaming.tokens.names import of_type
from app.roaming.wire.codec import read
from app.roaming.wire.locations import Location
from app.roaming.wire.payments import Terminal
from app.roaming.wire.tokens import Token

_NOT_FOUND = 404
_MODULES = (TARIFFS, LOCATIONS, TOKENS, f"{PAYMENTS}/{TERMINALS}")


async def sync(platform_id: UUID, *, operator_id: UUID, desk: RoamingDesk) -> None:
    """
    Fetch tariffs, locations, tokens and terminals of a platform, page by page; TryAgain until then.

    An object that cannot be read is left out, and a module that cannot be had stops no other. The
    sockets of a platform that is gone are taken away.
    """
    async with desk.database.work(operator_id) as work:
        if await withdraw_gone(work, platform_id):
            return
    try:
        platform, link = await reach(platform_id, operator_id, desk)
    except PlatformNotFound:
        return
    every = [await _fetch(platform, link, module, desk) for module in _MODULES]
    failures = [one for one in every if one is not None]
    async with desk.database.work(operator_id) as work:
        await note_outcome(work, platform_id, failures[0] if failures else None)
    if failures:
        raise TryAgain


async def _fetch(platform: Platform, link: Link, module: str, desk: RoamingDesk) -> str | None:
    """Take all that there is of a *module*; return why that failed, if it did."""
    if not platform.serves(module.partition("/")[0], SENDER):
        return None
    try:
        async for one in pages(platform, link, module, None, desk=desk):
            await _take(platform, module, one, desk)
    except PlatformTrouble as trouble:
        # Not every provider lets its terminals be listed: it tells of them by itself.
        is_told = "/" in module and trouble.facts.get("http") == _NOT_FOUND
        return None if is_told else trouble.detail
    return None


async def _take(platform: Platform, module: str, one: dict[str, object], desk: RoamingDesk) -> None:
    with leaving_out(platform, module):
        match module:
            case "tariffs":
                tariff = read(Tariff, one)
                name = _name(platform, module, tariff, tariff.id)
                await tell_tariff(platform, name, tariff, desk=desk)
            case "locations":
                location = read(Location, one)
                name = _name(platform, module, location, location.id)
                await tell_location(platform, name, location, desk=desk)
                await _adopt_again(platform, name, desk)
            case "payments/terminals":
                await hear_terminal(platform, read(Terminal, one), desk=desk)
            case _:
                token = read(Token, one)
                async with desk.database.work(platform.operator_id) as work:
                    name = _name(platform, module, token, token.uid)
                    await keep(work, of_type(name, token), token)


async def _adopt_again(platform: Platform, name: Name, desk: RoamingDesk) -> None:
    """Adopt a location even if it is as it was: the platform may have been away."""
    async with desk.database.work(platform.operator_id) as work:
        party = Party(name.country_code, name.party_id)
        defer_adoption(work, platform.platform_id, party, name.object_id)


def _name(platform: Platform, module: str, value: OcpiObject, object_id: str) -> Name:
    country: str = getattr(value, "country_code", "")
    party: str = getattr(value, "party_id", "")
    return Name(platform.platform_id, module, country, party, object_id)
