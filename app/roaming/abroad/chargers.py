"""Commands to charge points of other platforms, behind the port for commanding our own."""

from datetime import timedelta
from uuid import UUID

from app.charging.chargers.model import ELSEWHERE
from app.charging.chargers.ports import CommandOutcome, RemoteStart, RemoteStop
from app.infra.limits import Limit
from app.pricing.tariffs.model import OcpiObject
from app.roaming.abroad import store
from app.roaming.abroad.model import Point, one_time_token
from app.roaming.abroad.pull import pull_sessions
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, OcpiNotOffered, PlatformNotFound, PlatformTrouble
from app.roaming.platforms.find import get_platform, link_to, our_party
from app.roaming.platforms.model import RECEIVER, SENDER, Platform, below
from app.roaming.platforms.ourselves import module_url
from app.roaming.platforms.store import note_outcome
from app.roaming.ports import Link, PeerRequest
from app.roaming.wire.codec import encode, read
from app.roaming.wire.commands import CommandResponse, StartSession, StopSession

COMMANDS = "commands"
_SERVER_ERRORS = 500
# Who is silent is asked again, but a platform not more often than this for all of them.
_ASK = Limit("ocpi-ask", 1, timedelta(minutes=1))
_ASK_BACK = timedelta(hours=12)


class PlatformChargers:
    """The charge points of other platforms; implements `ChargerGateway`, and nothing raises."""

    def __init__(self, desk: RoamingDesk) -> None:
        """Command them through *desk*."""
        self._desk = desk

    async def remote_start(self, command: RemoteStart) -> CommandOutcome:
        """Send START_SESSION with the one-time token of a paid session."""
        desk = self._desk
        async with desk.database.work(command.operator_id) as work:
            point = await store.point_of(work, _evse_uid(command.identity))
            if point is None:
                return CommandOutcome.REJECTED
            platform = await get_platform(work, point.platform_id)
            if not platform.is_connected:
                return CommandOutcome.NOT_SENT
            link = await link_to(work, platform, "CPO", desk=desk)
            body = StartSession(
                response_url=_response_url(desk, platform, "START_SESSION", command.id_tag),
                token=one_time_token(await our_party(work), command.id_tag, work.now),
                location_id=point.location_id,
                evse_uid=point.their_uid,
                connector_id=point.connector_id,
                authorization_reference=command.id_tag,
            )
        return await self._sent(platform, _towards(link, point), "START_SESSION", body)

    async def remote_stop(self, command: RemoteStop) -> CommandOutcome:
        """Send STOP_SESSION."""
        desk = self._desk
        async with desk.database.work(command.operator_id) as work:
            point = await store.point_of(work, _evse_uid(command.identity))
            if point is None:
                return CommandOutcome.REJECTED
            platform = await get_platform(work, point.platform_id)
            if not platform.is_connected:
                return CommandOutcome.NOT_SENT
            link = await link_to(work, platform, "CPO", desk=desk)
        body = StopSession(
            response_url=_response_url(desk, platform, "STOP_SESSION", command.transaction_id),
            session_id=command.transaction_id,
        )
        return await self._sent(platform, _towards(link, point), "STOP_SESSION", body)

    async def ask_state(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:  # noqa: ARG002 - the port's
        """Fetch the sessions that changed lately; the platform may have forgotten to push them."""
        desk = self._desk
        async with desk.database.work(operator_id) as work:
            point = await store.point_of(work, _evse_uid(identity))
            since = work.now - _ASK_BACK
        if point is None:
            return CommandOutcome.REJECTED
        number, _ = await desk.limits.count(_ASK, str(point.platform_id))
        if number > _ASK.most:
            return CommandOutcome.ACCEPTED
        try:
            await pull_sessions(point.platform_id, since, operator_id=operator_id, desk=desk)
        except (PlatformTrouble, OcpiNotOffered, PlatformNotFound):
            return CommandOutcome.NOT_SENT
        return CommandOutcome.ACCEPTED

    async def _sent(
        self, platform: Platform, link: Link, kind: str, body: OcpiObject
    ) -> CommandOutcome:
        outcome, failure = await self._outcome(platform, link, kind, body)
        if failure is not None or platform.failed_at is not None:
            async with self._desk.database.work(platform.operator_id) as work:
                await note_outcome(work, platform.platform_id, failure)
        return outcome

    async def _outcome(
        self, platform: Platform, link: Link, kind: str, body: OcpiObject
    ) -> tuple[CommandOutcome, str | None]:
        try:
            url = below(platform.url_of(COMMANDS, RECEIVER), kind)
            request = PeerRequest("POST", url, encode(body, platform.speaks))
            reply = await self._desk.peers.call(link, request)
        except OcpiNotOffered as missing:
            return CommandOutcome.REJECTED, missing.detail
        except PlatformTrouble as trouble:
            is_sent = trouble.facts["is_sent"]
            return (
                CommandOutcome.UNKNOWN if is_sent else CommandOutcome.NOT_SENT,
                trouble.detail,
            )
        if reply.http >= _SERVER_ERRORS:
            return CommandOutcome.UNKNOWN, f"{url} answers HTTP {reply.http}"
        if not reply.is_success:
            return CommandOutcome.REJECTED, f"{url} answers {reply.status}: {reply.message}"
        try:
            result = read(CommandResponse, reply.data).result
        except OcpiInvalid as wrong:
            return CommandOutcome.UNKNOWN, f"{url}: {wrong.detail}"
        is_accepted = result.upper() == "ACCEPTED"
        return CommandOutcome.ACCEPTED if is_accepted else CommandOutcome.REJECTED, None


def _evse_uid(identity: str) -> str:
    return f"{ELSEWHERE}.{identity.partition(':')[2]}"


def _towards(link: Link, point: Point) -> Link:
    return Link(link.token, link.is_raw, link.sender, point.party)


def _response_url(desk: RoamingDesk, platform: Platform, kind: str, name: str) -> str:
    return f"{module_url(desk.base_url, platform.speaks, COMMANDS, SENDER)}/{kind}/{name}"
