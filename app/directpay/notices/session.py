"""What is told of a session: that it is over, that the amount is nearly used up, the receipt."""

from typing import Final
from uuid import UUID

from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.charging.chargers.read import get_evse
from app.directpay import store
from app.directpay.authorised.events import JourneyChanged
from app.directpay.model import Charging, Ended, Ending, Journey, Stage
from app.infra.database import Database, Reactors, Work
from app.people.notifications.model import Notice, NoticeKind
from app.people.notifications.tell import tell, tell_followers

END_TASK: Final = "notices.end"
FEE_TASK: Final = "notices.fee"
_TASKS: Final = {Stage.CHARGING: FEE_TASK, Stage.ENDED: END_TASK}
_CHARGED: Final = (Ending.CHARGED, Ending.COVERED)


def notice_reactors() -> Reactors:
    """Return what is done, inside the same transaction, when a journey charges, and ends."""
    return {JourneyChanged: (_journey_changed,)}


async def _journey_changed(work: Work, event: JourneyChanged) -> None:
    # Jobs: no session waits for those who are to be told of it.
    if event.stage in _TASKS:
        work.defer(_TASKS[event.stage], journey_id=event.journey_id)


async def tell_of_end(journey_id: UUID, *, operator_id: UUID, database: Database) -> None:
    """Tell that a session is over, and that its receipt is there. The job END_TASK."""
    async with database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Ended):
            return
        receipt = await receipt_of_session(work, journey.session_id)
        if journey.state.ending not in _CHARGED or receipt is None:
            return
        facts = _facts(receipt)
        # Who wants the receipt by mail reads there that it is over.
        by_mail = journey.receipt_email is None
        await tell_all(work, journey, NoticeKind.FINISHED, facts, by_mail=by_mail)
        await tell_all(work, journey, NoticeKind.RECEIPT, facts, by_mail=False)


async def tell_of_hold(journey_id: UUID, *, operator_id: UUID, database: Database) -> None:
    """Tell that four fifths of the amount are used, if they still are. Part of the job WARN."""
    async with database.work(operator_id) as work:
        journey = await store.get_journey(work, journey_id)
        if journey is None or not isinstance(journey.state, Charging) or not journey.state.warned:
            return
        place = (await get_evse(work, journey.evse_uid)).location.name
        by_mail = journey.receipt_email is None
        await tell_all(work, journey, NoticeKind.HOLD, {"place": place}, by_mail=by_mail)


async def tell_all(
    work: Work, journey: Journey, kind: NoticeKind, facts: dict[str, str], *, by_mail: bool
) -> None:
    """Tell the driver of *journey*, and who follows it without an account, once: a step."""
    notice = Notice(
        kind=kind,
        key=f"{kind}:{journey.journey_id}",
        facts=facts,
        journey_id=journey.journey_id,
        by_mail=by_mail,
    )
    if journey.driver_id is not None:
        await tell(work, journey.driver_id, notice)
    await tell_followers(work, journey.journey_id, notice)


def _facts(receipt: Receipt) -> dict[str, str]:
    document = receipt.document
    charged = document.settlement.charged
    return {
        "place": document.place.name,
        "energy_kwh": str(document.supply.energy_kwh),
        "charged_minor": str(charged.minor),
        "currency": charged.currency,
    }
