"""Find a platform: by what it presents, or by its name."""

from uuid import UUID

from app.infra.database import Work
from app.people.identity.read import get_operator
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiTokenInvalid, PlatformNotFound
from app.roaming.platforms import store
from app.roaming.platforms.model import Party, Platform
from app.roaming.platforms.tokens import digest_of, presented
from app.roaming.ports import Link


async def platform_of_header(header: str | None, *, desk: RoamingDesk) -> Platform:
    """Return the platform whose token an `Authorization` header holds. Raises OcpiTokenInvalid."""
    tokens = presented(header)
    if tokens:
        async with desk.database.look() as look:
            found = await store.of_digests(look, [digest_of(token) for token in tokens])
            now = look.now
        if found is not None:
            if store.is_to_note(found, now):
                async with desk.database.work(found.operator_id) as work:
                    await store.note_heard(work, found)
            return found
    raise OcpiTokenInvalid("the header Authorization holds no token that is known here")


async def get_platform(work: Work, platform_id: UUID) -> Platform:
    """Return the operator's platform. A step. Raises PlatformNotFound."""
    found = await store.of_id(work, platform_id)
    if found is None:
        raise PlatformNotFound("the operator has no such platform", platform_id=str(platform_id))
    return found


async def is_connected(work: Work, platform_id: UUID) -> bool:
    """Tell whether a platform may be spoken with. A step."""
    found = await store.of_id(work, platform_id)
    return found is not None and found.is_connected


async def platform_of_name(work: Work, name: str) -> Platform:
    """Return the operator's platform of this *name*. A step. Raises PlatformNotFound."""
    found = await store.of_name(work, name)
    if found is None:
        raise PlatformNotFound(f"the operator has no platform {name!r}", name=name)
    return found


async def our_party(work: Work) -> Party:
    """Return the operator as a party of OCPI. A step."""
    operator = await get_operator(work)
    return Party(operator.address.country, operator.party_id)


async def link_to(work: Work, platform: Platform, *roles: str, desk: RoamingDesk) -> Link:
    """Return the way to the party of a connected *platform* that has one of *roles*. A step."""
    if platform.sealed_token is None:
        raise PlatformNotFound(f"{platform.name} is not connected", name=platform.name)
    token = desk.vault.open(platform.sealed_token, row=str(platform.platform_id))
    return Link(token, platform.is_raw, await our_party(work), platform.party(*roles))
