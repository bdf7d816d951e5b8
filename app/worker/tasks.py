"""Every job and every schedule of the product, by name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from uuid import UUID

from app.audit.check import audit_schedules
from app.billing.receipts.deliver import PostRoom
from app.billing.receipts.jobs import receipt_jobs, receipt_schedules
from app.charging.chargers.calls.forget import call_schedules
from app.charging.chargers.display.work import display_jobs
from app.charging.chargers.notifications.forget import notification_schedules
from app.charging.chargers.pairing.attempts import pairing_schedules
from app.charging.chargers.places.keep import place_jobs, place_schedules
from app.charging.sessions.forget import session_schedules
from app.charging.stickers.tally import sticker_schedules
from app.directpay.advance import sweep, wake
from app.directpay.afterwards.charge import charge_again, charge_due
from app.directpay.command import ask_start, ask_stop, chase_silent, close, stop_late
from app.directpay.decide import Task
from app.directpay.desk import Desk
from app.directpay.favourites.react import favourite_jobs, favourite_schedules
from app.directpay.follow.limits import watch_limits
from app.directpay.guard.display import display_schedules
from app.directpay.letters.deliver import LetterBox
from app.directpay.letters.jobs import letter_jobs, letter_schedules
from app.directpay.letters.links import PageLinks
from app.directpay.lists.jobs import list_jobs
from app.directpay.money.add import add_by_itself
from app.directpay.money.chase import chase_money
from app.directpay.notices.deliver import NoticeBox
from app.directpay.notices.jobs import notice_jobs
from app.directpay.settle import collect, give_back, settle
from app.directpay.vehicles.forget import vehicle_schedules
from app.funds.means.remove import means_jobs
from app.funds.payments.jobs import payment_jobs, payment_schedules
from app.funds.reconciliation.statements import statement_schedules
from app.funds.terminals.jobs import terminal_jobs, terminal_schedules
from app.funds.wallet.jobs import wallet_jobs, wallet_schedules
from app.infra.answered.claim import answered_schedules
from app.infra.jobs import Job, Schedule
from app.people.identity.drivers.forget import driver_schedules
from app.people.identity.hosts.watch import host_schedules
from app.people.identity.staff.verify import staff_schedules
from app.people.notifications.forget import notice_schedules
from app.people.notifications.ports import NoPush, PushService
from app.pricing.promotions.forget import promotion_schedules


@dataclass(frozen=True, slots=True)
class Workshop:
    """What the jobs work with."""

    desk: Desk
    post: PostRoom
    push: PushService = field(default_factory=NoPush)

    @property
    def notice_box(self) -> NoticeBox:
        """Return what it takes to deliver notices."""
        desk, post = self.desk, self.post
        return NoticeBox(
            desk.database, self.push, post.mailer, post.sender, desk.secrets, desk.base_of
        )

    @property
    def letter_box(self) -> LetterBox:
        """Return what it takes to mail the links of sessions."""
        links = PageLinks(self.desk.secrets, self.desk.base_of)
        return LetterBox(self.desk.database, self.post.mailer, links, self.post.sender)


def jobs(workshop: Workshop) -> tuple[Job, ...]:
    """Return every job that can be deferred."""
    return (
        *_journey_jobs(workshop.desk),
        *display_jobs(workshop.desk.database, workshop.desk.displays),
        *letter_jobs(workshop.letter_box),
        *notice_jobs(workshop.notice_box),
        *means_jobs(workshop.desk.payments),
        *list_jobs(workshop.desk.database, workshop.desk.lists),
        *payment_jobs(workshop.desk.payments),
        *favourite_jobs(workshop.desk.database),
        *place_jobs(workshop.desk.database),
        *receipt_jobs(workshop.post),
        *terminal_jobs(workshop.desk),
        *wallet_jobs(workshop.desk.payments),
    )


def schedules(workshop: Workshop) -> tuple[Schedule, ...]:
    """Return what comes back by the clock."""
    desk = workshop.desk
    return (
        *_journey_schedules(desk),
        *audit_schedules(desk.database),
        *staff_schedules(desk.database),
        *call_schedules(desk.database),
        *notification_schedules(desk.database),
        *pairing_schedules(desk.database),
        *favourite_schedules(desk.database),
        *place_schedules(desk.database),
        *display_schedules(desk.database),
        *driver_schedules(desk.database),
        *vehicle_schedules(desk.database),
        *wallet_schedules(desk.database),
        *letter_schedules(workshop.letter_box),
        *notice_schedules(desk.database),
        *payment_schedules(desk.payments),
        *statement_schedules(desk.payments),
        *receipt_schedules(workshop.post),
        *session_schedules(desk.database),
        *answered_schedules(desk.database),
        *sticker_schedules(desk.database),
        *host_schedules(desk.hosts, desk.records, desk.database),
        *promotion_schedules(desk.database),
        *terminal_schedules(desk),
    )


def _journey_schedules(desk: Desk) -> tuple[Schedule, ...]:
    async def look_after_journeys() -> None:
        await sweep(database=desk.database)

    async def look_after_limits() -> None:
        await watch_limits(database=desk.database)

    async def look_after_money() -> None:
        await chase_money(database=desk.database)

    async def look_after_debts() -> None:
        await charge_due(database=desk.database)

    async def look_after_silence() -> None:
        await chase_silent(desk=desk)

    return (
        Schedule("directpay.sweep", "0 * * * * *", look_after_journeys),
        Schedule("directpay.limits", "*/5 * * * * *", look_after_limits),
        Schedule("directpay.money", "45 */5 * * * *", look_after_money),
        Schedule("directpay.debts", "55 */5 * * * *", look_after_debts),
        Schedule("directpay.silence", "30 * * * * *", look_after_silence),
    )


Verb = Callable[..., Awaitable[None]]


def _journey_jobs(desk: Desk) -> tuple[Job, ...]:
    def of(verb: Verb) -> Verb:
        async def run(*, journey_id: UUID, operator_id: UUID) -> None:
            await verb(journey_id, operator_id=operator_id, desk=desk)

        return run

    async def start(*, journey_id: UUID, operator_id: UUID, first: bool = False) -> None:
        await ask_start(journey_id, operator_id=operator_id, desk=desk, first=first)

    async def wake_up(*, journey_id: UUID, operator_id: UUID) -> None:
        await wake(journey_id, operator_id=operator_id, database=desk.database)

    async def stop_the_late(*, identity: str, transaction_id: str, operator_id: UUID) -> None:
        await stop_late(identity, transaction_id, operator_id=operator_id, desk=desk)

    return (
        Job(Task.START, start, knows_first=True),
        Job(Task.STOP_LATE, stop_the_late),
        Job(Task.STOP, of(ask_stop)),
        Job(Task.CLOSE, of(close)),
        Job(Task.SETTLE, of(settle)),
        Job(Task.COLLECT, of(collect)),
        Job(Task.GIVE_BACK, of(give_back)),
        Job(Task.ADD, of(add_by_itself)),
        Job(Task.CHARGE_AGAIN, of(charge_again)),
        Job(Task.WAKE, wake_up),
    )
