"""The voucher of a gift: handed out once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.infra.database import Database
from app.pricing.promotions import store
from app.pricing.promotions.codes import CodeKeys, normal
from app.pricing.promotions.errors import VoucherNotFound
from app.pricing.promotions.model import Gift


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A gift, since when it is handed out, and whether it was just now."""

    campaign_id: str
    what: str
    partner: str | None
    handed_out_at: datetime
    is_first: bool


async def hand_out(
    typed: str, *, keys: CodeKeys, operator_id: UUID, database: Database
) -> HandedOut:
    """
    Note that the gift of a voucher is handed out; again it tells when that was.

    Raises VoucherNotFound.
    """
    digests = keys.digests(operator_id, normal(typed))
    async with database.work(operator_id) as work:
        found = await store.lock_voucher(work, digests)
        if found is None or not isinstance(found[0].terms.benefit, Gift):
            raise VoucherNotFound("no receipt has this voucher code")
        reservation, before = found
        if before is None:
            await store.note_handed_out(work, reservation.reservation_id)
        return HandedOut(
            campaign_id=reservation.campaign.campaign_id,
            what=found[0].terms.benefit.what,
            partner=reservation.terms.partner,
            handed_out_at=before or work.now,
            is_first=before is None,
        )
