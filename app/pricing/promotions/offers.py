"""What a driver gets at a site now: the campaigns that hold there, and that of a code."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from app.infra.database import Work
from app.pricing.promotions import store
from app.pricing.promotions.codes import CodeKeys, driver_digest, read_code
from app.pricing.promotions.coupons import store as coupons
from app.pricing.promotions.errors import CouponRefused
from app.pricing.promotions.model import Asked, Campaign, Coupon, Site
from app.pricing.promotions.rules import (
    NOTHING,
    Offer,
    Tallies,
    Tally,
    grant,
    holds,
    may_have,
    together,
)

Candidate = tuple[Campaign, Coupon | None]


@dataclass(frozen=True, slots=True)
class Use:
    """For whom and on which day a use counts: the date at the site, and the driver's digest."""

    day: str
    driver: str = ""

    def parts(self, campaign_id: str, coupon: Coupon | None) -> Iterator[store.Part]:
        """Yield what a use of a campaign counts in: all, the day, the driver, the code."""
        yield campaign_id, ""
        yield campaign_id, f"day:{self.day}"
        if self.driver:
            yield campaign_id, f"driver:{self.driver}"
        if coupon is not None:
            yield campaign_id, f"code:{coupon.coupon_id}"


async def offers(work: Work, site: Site, asked: Asked, keys: CodeKeys) -> tuple[Offer, ...]:
    """
    Return what a session that began now would get, in the order in which it is taken off.

    A step. Raises CouponMistyped, and CouponRefused when the code gives nothing here and now,
    whatever the reason: for every code the same statements run.
    """
    wanted = await candidates(work, site, asked, keys)
    use = use_of(work, site, asked)
    parts = [
        part for campaign, coupon in wanted for part in use.parts(campaign.campaign_id, coupon)
    ]
    counted = await store.tallies(work, parts)
    return choose(site, asked, use, Counted(wanted, counted))


async def shown_to_all(work: Work, site: Site) -> tuple[Offer, ...]:
    """
    Return the campaigns that need no code, as a page shows them that is the same for everybody.

    A step. Limits per driver are not looked at: paying does.
    """
    found = await coupons.campaigns_for_all(work)
    wanted = [(each, None) for each in found if holds(each, site, work.now)]
    use = use_of(work, site, Asked())
    parts = [part for campaign, _ in wanted for part in use.parts(campaign.campaign_id, None)]
    counted = await store.tallies(work, parts) if parts else {}
    return together(Counted(wanted, counted).left(site, use))


async def candidates(work: Work, site: Site, asked: Asked, keys: CodeKeys) -> list[Candidate]:
    """Return the campaigns that hold at the site without a code, and that of the code. A step."""
    found = await coupons.campaigns_for_all(work)
    wanted: list[Candidate] = [(campaign, None) for campaign in found]
    if asked.code:
        digests = keys.digests(work.operator_id, read_code(asked.code))
        coupon = await coupons.find_coupon(work, digests)
        campaign = await coupons.campaign(work, coupon.campaign_id if coupon else "")
        if campaign is not None:
            wanted.append((campaign, coupon))
    return [each for each in wanted if holds(each[0], site, work.now) and may_have(each[0], asked)]


@dataclass(frozen=True, slots=True)
class Counted:
    """What may be had, and what of it was used so far."""

    wanted: Sequence[Candidate]
    tallies: Mapping[store.Part, Tally]

    def left(self, site: Site, use: Use) -> Iterator[Offer]:
        """Yield what is left for one more session."""
        for campaign, coupon in self.wanted:
            more = grant(campaign, coupon, self._tallies(use, campaign, coupon), site)
            if more is not None:
                yield Offer(campaign, more, coupon)

    def _tallies(self, use: Use, campaign: Campaign, coupon: Coupon | None) -> Tallies:
        counted = {
            name.partition(":")[0]: self.tallies.get((campaign_id, name), NOTHING)
            for campaign_id, name in use.parts(campaign.campaign_id, coupon)
        }
        return Tallies(
            campaign=counted[""],
            day=counted["day"],
            driver=counted.get("driver", NOTHING),
            code=counted.get("code", NOTHING),
        )


def choose(site: Site, asked: Asked, use: Use, counted: Counted) -> tuple[Offer, ...]:
    """Return which campaigns a session gets, by what was *counted*. Raises CouponRefused."""
    found = list(counted.left(site, use))
    if asked.code and not any(offer.coupon for offer in found):
        raise CouponRefused("unknown, used up, over, or of another place")
    return together(found)


def use_of(work: Work, site: Site, asked: Asked) -> Use:
    """Return how a session that begins now at *site* counts."""
    local = work.now.astimezone(ZoneInfo(site.time_zone))
    return Use(local.date().isoformat(), driver_digest(work.operator_id, asked.driver))
