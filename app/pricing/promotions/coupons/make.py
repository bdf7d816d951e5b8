"""Codes of a campaign: make a batch, make them again for export, take others over, block."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.infra.database import Database, Work
from app.pricing.promotions.codes import CodeKeys, is_foreign, is_word, normal, shown
from app.pricing.promotions.coupons import store
from app.pricing.promotions.errors import CampaignInvalid, CampaignNotFound, CodesInvalid
from app.pricing.promotions.model import Campaign, Coupon
from app.pricing.promotions.rules import Tally, uses_of_code
from app.pricing.promotions.store import counted_of

MOST_AT_ONCE = 100_000
_MOST_ROWS = 2_000  # a statement has at most 32,767 parameters


@dataclass(frozen=True, slots=True)
class Listed:
    """A coupon as an operator sees it: *code* is "" where it was made elsewhere."""

    coupon_id: UUID
    code: str
    used: Tally
    uses_left: int | None
    is_shared: bool
    is_blocked: bool


async def make_codes(  # noqa: PLR0913 - named, all of them
    campaign_id: str,
    number: int,
    *,
    keys: CodeKeys,
    operator_id: UUID,
    database: Database,
    batch_id: UUID | None = None,
) -> tuple[UUID, tuple[str, ...]]:
    """
    Make a batch of unguessable codes; return its id and the codes as they are printed.

    The same *batch_id* again makes the same codes, and none twice. Raises CampaignNotFound,
    CampaignInvalid for an automatic one, and CodesInvalid for a number below 1 or above
    MOST_AT_ONCE, or for a batch that is of another campaign or size.
    """
    if not 1 <= number <= MOST_AT_ONCE:
        raise CodesInvalid(f"expected 1 to {MOST_AT_ONCE} codes at once, got {number}")
    async with database.work(operator_id) as work:
        await _with_codes(work, campaign_id)
        batch_id = batch_id or work.ids.uuid7(work.now)
        codes = tuple(keys.code_of(batch_id, each) for each in range(number))
        if await store.batch(work, batch_id) not in ({}, {campaign_id: number}):
            raise CodesInvalid("the batch is there already, of another campaign or size")
        await _add(work, campaign_id, codes, (batch_id, keys))
    return batch_id, tuple(shown(code) for code in codes)


async def take_codes(
    campaign_id: str, typed: Sequence[str], *, keys: CodeKeys, operator_id: UUID, database: Database
) -> int:
    """
    Take over codes that were made elsewhere; return how many. All of them, or none.

    Raises CampaignNotFound, CampaignInvalid for an automatic one, and CodesInvalid with one line
    for each code that is too short, odd, there twice, or known already.
    """
    codes = [normal(each) for each in typed]
    wrong = [
        f"line {line}: {typed[line - 1].strip()!r}: {reason}" for line, reason in _faults(codes)
    ]
    if wrong:
        raise CodesInvalid("\n".join(wrong), faults=len(wrong))
    async with database.work(operator_id) as work:
        await _with_codes(work, campaign_id)
        added = await _add(work, campaign_id, codes, (work.ids.uuid7(work.now), keys))
        if added != len(codes):
            raise CodesInvalid(f"{len(codes) - added} of {len(codes)} codes are known already")
    return len(codes)


async def share_code(work: Work, campaign_id: str, word: str | None, keys: CodeKeys) -> bool:
    """
    Make *word* the campaign's code for everybody in place of the one it had; tell if it is new.

    A step; None takes the code away. Raises CodesInvalid when it is no word, or another campaign's.
    """
    if word is None:
        return await store.block_shared(work, campaign_id)
    code = normal(word)
    if not is_word(code):
        raise CodesInvalid("expected 4 to 11 letters and digits", field="code")
    known = await store.find_coupon(work, keys.digests(work.operator_id, code))
    if known is not None and known.campaign_id == campaign_id and known.is_shared:
        return False
    await store.block_shared(work, campaign_id)
    coupon = Coupon(work.ids.uuid7(work.now), campaign_id, is_shared=True)
    digest = keys.digest(work.operator_id, code)
    new = store.NewCoupon(coupon, work.ids.uuid7(work.now), 0, digest)
    if not await store.share_coupon(work, new):
        raise CodesInvalid("the code belongs to another campaign", field="code")
    return True


async def block_code(
    campaign_id: str, typed: str, *, keys: CodeKeys, operator_id: UUID, database: Database
) -> None:
    """
    Let a code be good for nothing from now on; sessions that use it keep what was promised.

    Raises CampaignNotFound, and CodesInvalid when the campaign has no such code.
    """
    async with database.work(operator_id) as work:
        await _campaign(work, campaign_id)
        if not await store.block(work, campaign_id, keys.digests(operator_id, normal(typed))):
            raise CodesInvalid("the campaign has no such code, or it is blocked already")


async def list_codes(
    campaign_id: str, *, keys: CodeKeys, operator_id: UUID, database: Database
) -> list[Listed]:
    """Return a campaign's coupons with their codes and uses. Raises CampaignNotFound."""
    async with database.work(operator_id) as work:
        campaign = await _campaign(work, campaign_id)
        found = await store.coupons_of(work, campaign_id)
        counted = await counted_of(work, campaign_id)
    uses = uses_of_code(campaign.terms)
    listed = []
    for each in found:
        used = counted.get(f"code:{each.coupon.coupon_id}", Tally())
        listed.append(
            Listed(
                coupon_id=each.coupon.coupon_id,
                code=_code_of(each, operator_id, keys),
                used=used,
                uses_left=None if uses is None or each.coupon.is_shared else uses - used.uses,
                is_shared=each.coupon.is_shared,
                is_blocked=each.is_blocked,
            )
        )
    return listed


def _code_of(coupon: store.NewCoupon, operator_id: UUID, keys: CodeKeys) -> str:
    for code in keys.codes_of(coupon.batch_id, coupon.number):
        if coupon.digest in keys.digests(operator_id, code):
            return shown(code)
    return ""


async def _add(
    work: Work, campaign_id: str, codes: Sequence[str], made: tuple[UUID, CodeKeys]
) -> int:
    batch_id, keys = made
    rows = [
        store.NewCoupon(
            Coupon(work.ids.uuid7(work.now), campaign_id, is_shared=False),
            batch_id,
            number,
            keys.digest(work.operator_id, code),
        )
        for number, code in enumerate(codes)
    ]
    added = 0
    for start in range(0, len(rows), _MOST_ROWS):
        added += len(await store.add_coupons(work, rows[start : start + _MOST_ROWS]))
    return added


async def _campaign(work: Work, campaign_id: str) -> Campaign:
    campaign = await store.campaign(work, campaign_id)
    if campaign is None:
        raise CampaignNotFound(f"no campaign is called {campaign_id!r}", campaign=campaign_id)
    return campaign


async def _with_codes(work: Work, campaign_id: str) -> None:
    campaign = await _campaign(work, campaign_id)
    if campaign.terms.automatic:
        raise CampaignInvalid("an automatic campaign has no codes", field="automatic")


def _faults(codes: Sequence[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for line, code in enumerate(codes, start=1):
        if not is_foreign(code):
            yield line, "expected 8 to 32 letters and digits, unlike a mistyped code of our own"
        if code in seen:
            yield line, "stands here twice"
        seen.add(code)
