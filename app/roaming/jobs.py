"""The jobs and schedules of roaming."""

from uuid import UUID

from app.directpay.elsewhere.tell import start_refused
from app.infra.jobs import Job, Schedule
from app.roaming.abroad.adopt import adopt, adopt_tariff
from app.roaming.abroad.chase import chase_records, chase_starts
from app.roaming.debts.catch_up import debt_schedules
from app.roaming.desk import RoamingDesk
from app.roaming.forget import forget_schedules
from app.roaming.here.command import start_guest, stop_guest
from app.roaming.here.follow import end_guest, follow_guests
from app.roaming.here.gap import defer_gaps, fill_gaps
from app.roaming.here.push import push
from app.roaming.orders.carry_out import answer_order
from app.roaming.orders.reserve import reserve, unreserve
from app.roaming.orders.unlock import unlock
from app.roaming.received.model import Name
from app.roaming.sync import sync
from app.roaming.terminals.advise import advise

# One that fails makes the others of its operator wait: for six minutes at most.
_ADOPTIONS = 6


def roaming_jobs(desk: RoamingDesk) -> tuple[Job, ...]:
    """Return the jobs that roaming defers."""
    return (*_jobs_abroad(desk), *_jobs_here(desk), *_orders(desk))


def _orders(desk: RoamingDesk) -> tuple[Job, ...]:
    async def keep(
        *, operator_id: UUID, platform_id: UUID, reservation_id: str, order_id: UUID
    ) -> None:
        await reserve(platform_id, reservation_id, order_id, operator_id=operator_id, desk=desk)

    async def give_up(
        *, operator_id: UUID, platform_id: UUID, reservation_id: str, order_id: UUID
    ) -> None:
        await unreserve(platform_id, reservation_id, order_id, operator_id=operator_id, desk=desk)

    async def release(
        *, operator_id: UUID, platform_id: UUID, evse_uid: str, response_url: str, order_id: UUID
    ) -> None:
        told = (order_id, response_url)
        await unlock(platform_id, evse_uid, told, operator_id=operator_id, desk=desk)

    async def answer(
        *, operator_id: UUID, platform_id: UUID, response_url: str, result: str
    ) -> None:
        await answer_order(platform_id, response_url, result, operator_id=operator_id, desk=desk)

    return (
        Job("ocpi.answer", answer),
        Job("ocpi.reserve", keep),
        Job("ocpi.unreserve", give_up),
        Job("ocpi.unlock", release),
    )


def _jobs_here(desk: RoamingDesk) -> tuple[Job, ...]:
    async def begin(*, operator_id: UUID, session_id: UUID) -> None:
        await start_guest(session_id, operator_id=operator_id, desk=desk)

    async def halt(*, operator_id: UUID, session_id: UUID, response_url: str) -> None:
        await stop_guest(session_id, response_url, operator_id=operator_id, desk=desk)

    async def finish(*, operator_id: UUID, session_id: UUID) -> None:
        await end_guest(session_id, operator_id=operator_id, desk=desk)

    async def send(*, operator_id: UUID, platform_id: UUID, module: str, object_id: str) -> None:
        await push(platform_id, module, object_id, operator_id=operator_id, desk=desk)

    async def fill(*, operator_id: UUID, platform_id: UUID, is_asked: bool) -> None:
        await fill_gaps(platform_id, is_asked=is_asked, operator_id=operator_id, desk=desk)

    return (
        Job("ocpi.guest_start", begin),
        Job("ocpi.guest_stop", halt),
        Job("ocpi.guest_end", finish),
        Job("ocpi.push", send),
        Job("ocpi.gap", fill),
    )


def _jobs_abroad(desk: RoamingDesk) -> tuple[Job, ...]:

    async def adopt_location(*, operator_id: UUID, **name: str) -> None:
        await adopt(_name(name), operator_id=operator_id, desk=desk)

    async def adopt_price(*, operator_id: UUID, **name: str) -> None:
        await adopt_tariff(_name(name), operator_id=operator_id, desk=desk)

    async def fetch(*, operator_id: UUID, platform_id: UUID) -> None:
        await sync(platform_id, operator_id=operator_id, desk=desk)

    async def confirm(*, operator_id: UUID, session_id: UUID) -> None:
        await advise(session_id, operator_id=operator_id, desk=desk)

    async def refuse(*, operator_id: UUID, session_id: UUID) -> None:
        await start_refused(session_id, operator_id=operator_id, database=desk.database)

    return (
        Job("ocpi.adopt", adopt_location, attempts=_ADOPTIONS),
        Job("ocpi.adopt_tariff", adopt_price, attempts=_ADOPTIONS),
        Job("ocpi.start_refused", refuse),
        Job("ocpi.sync", fetch),
        Job("ocpi.advise", confirm),
    )


def roaming_schedules(desk: RoamingDesk) -> tuple[Schedule, ...]:
    """Return what comes back by the clock."""

    async def chase() -> None:
        await chase_starts(desk=desk)
        await chase_records(desk=desk)

    async def follow() -> None:
        await follow_guests(desk=desk)

    async def look_for_gaps() -> None:
        await defer_gaps(is_asked=False, desk=desk)

    async def ask_for_gaps() -> None:
        await defer_gaps(is_asked=True, desk=desk)

    return (
        Schedule("ocpi.guests", "50 * * * * *", follow),
        Schedule("ocpi.gaps", "40 */10 * * * *", look_for_gaps),
        Schedule("ocpi.gaps_asked", "20 17 2 * * *", ask_for_gaps),
        *debt_schedules(desk),
        *forget_schedules(desk.database),
        Schedule("ocpi.chase", "15,45 * * * * *", chase),
    )


def _name(parts: dict[str, str]) -> Name:
    return Name(**{**parts, "platform_id": UUID(str(parts["platform_id"]))})  # type: ignore[arg-type]
