"""The jobs and schedules of roaming."""

from uuid import UUID

from app.directpay.elsewhere.tell import start_refused
from app.infra.jobs import Job, Schedule
from app.roaming.abroad.adopt import adopt, adopt_tariff
from app.roaming.abroad.chase import chase_records, chase_starts
from app.roaming.desk import RoamingDesk
from app.roaming.received.model import Name


def roaming_jobs(desk: RoamingDesk) -> tuple[Job, ...]:
    """Return the jobs that roaming defers."""

    async def adopt_location(*, operator_id: UUID, **name: str) -> None:
        await adopt(_name(name), operator_id=operator_id, desk=desk)

    async def adopt_price(*, operator_id: UUID, **name: str) -> None:
        await adopt_tariff(_name(name), operator_id=operator_id, desk=desk)

    async def refuse(*, operator_id: UUID, session_id: UUID) -> None:
        await start_refused(session_id, operator_id=operator_id, database=desk.database)

    return (
        Job("ocpi.adopt", adopt_location),
        Job("ocpi.adopt_tariff", adopt_price),
        Job("ocpi.start_refused", refuse),
    )


def roaming_schedules(desk: RoamingDesk) -> tuple[Schedule, ...]:
    """Return what comes back by the clock."""

    async def chase() -> None:
        await chase_starts(desk=desk)
        await chase_records(desk=desk)

    return (Schedule("ocpi.chase", "15,45 * * * * *", chase),)


def _name(parts: dict[str, str]) -> Name:
    return Name(**{**parts, "platform_id": UUID(str(parts["platform_id"]))})  # type: ignore[arg-type]
