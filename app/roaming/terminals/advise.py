"""Tell a CPO what a driver of ours paid at its charge point: the money is in, with its receipt."""

from decimal import Decimal
from uuid import UUID

from app.billing.receipts.model import Receipt
from app.billing.receipts.read import receipt_of_session
from app.charging.chargers.model import is_elsewhere
from app.charging.sessions.errors import SessionNotFound
from app.charging.sessions.read import get_session
from app.funds.payments.events import PaymentCollected
from app.funds.payments.steps import get_payment
from app.infra.database import Reactors, Work
from app.infra.jobs import TryAgain
from app.roaming.abroad import store
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered, PlatformNotFound, PlatformTrouble
from app.roaming.platforms.find import get_platform, link_to
from app.roaming.platforms.model import RECEIVER, below
from app.roaming.platforms.store import note_outcome
from app.roaming.ports import Link, PeerRequest
from app.roaming.received.model import PAYMENTS
from app.roaming.terminals.model import ADVICES, SUCCESS
from app.roaming.wire.codec import encode
from app.roaming.wire.payments import FinancialAdviceConfirmation
from app.roaming.wire.values import Price, TaxAmount


def advice_reactors() -> Reactors:
    """Return what is done about money that was collected."""
    return {PaymentCollected: (_collected,)}


async def _collected(work: Work, event: PaymentCollected) -> None:
    payment = await get_payment(work, event.payment_id)
    try:
        session = await get_session(work, payment.subject_id)
    except SessionNotFound:
        return  # it paid for something else
    if is_elsewhere(session.identity):
        work.defer(
            "ocpi.advise",
            queueing_lock=f"ocpi.advise:{session.session_id}",
            session_id=session.session_id,
        )


async def advise(session_id: UUID, *, operator_id: UUID, desk: RoamingDesk) -> None:
    """Send the advice of a session elsewhere; TryAgain until the platform takes it. A job."""
    async with desk.database.work(operator_id) as work:
        packed = await _pack(work, session_id, desk)
    if packed is None:
        return
    platform_id, link, request = packed
    try:
        (await desk.peers.call(link, request)).checked(request.url)
    except PlatformTrouble as trouble:
        async with desk.database.work(operator_id) as work:
            await note_outcome(work, platform_id, trouble.detail)
        raise TryAgain from trouble


async def _pack(
    work: Work, session_id: UUID, desk: RoamingDesk
) -> tuple[UUID, Link, PeerRequest] | None:
    """Return what to send, or None when the platform does not want to know."""
    charge = await store.charge_of(work, session_id)
    receipt = await receipt_of_session(work, session_id)
    if charge is None or receipt is None:
        return None
    session = await get_session(work, session_id)
    try:
        platform = await get_platform(work, charge.platform_id)
        url = below(platform.url_of(PAYMENTS, RECEIVER), ADVICES)
        link = await link_to(work, platform, "CPO", desk=desk)
    except (PlatformNotFound, OcpiNotOffered):
        return None
    body = encode(advice_of(receipt, session.id_tag), platform.speaks)
    return platform.platform_id, link, PeerRequest("POST", url, body)


def advice_of(receipt: Receipt, reference: str) -> FinancialAdviceConfirmation:
    """Return what a driver paid, as OCPI confirms it; its id is the session's."""
    document = receipt.document
    settlement = document.settlement
    taxes = tuple(
        TaxAmount(name="VAT", percentage=tax.rate, amount=tax.vat.as_decimal())
        for tax in document.taxes
    )
    lines = (settlement.method, settlement.instrument, settlement.reference, receipt.number)
    return FinancialAdviceConfirmation(
        id=str(receipt.session_id),
        authorization_reference=reference,
        total_costs=Price(
            before_taxes=sum((tax.net.as_decimal() for tax in document.taxes), Decimal(0)),
            taxes=taxes,
        ),
        currency=settlement.charged.currency,
        eft_data=tuple(line for line in lines if line),
        capture_status_code=SUCCESS,
        last_updated=receipt.issued_at,
    )
