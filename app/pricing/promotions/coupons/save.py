"""Save a campaign: a new version when, and only when, it says something new."""

from collections.abc import Collection

from app.infra.database import Work
from app.pricing.promotions.coupons import store
from app.pricing.promotions.coupons.terms import complaints
from app.pricing.promotions.errors import CampaignInvalid
from app.pricing.promotions.model import Campaign, Terms


async def save_campaign(work: Work, campaign_id: str, terms: Terms) -> bool:
    """
    Save a campaign under its id; tell whether anything is different now. A step.

    Sessions that were promised something keep it. Raises CampaignInvalid, naming the field.
    """
    for field, reason in complaints(terms):
        raise CampaignInvalid(f"{field}: {reason}", field=field)
    known = await store.campaign(work, campaign_id)
    if known is not None and known.terms == terms and known.ended_at is None:
        return False
    version = 1 if known is None else known.version + 1
    await store.save_campaign(work, Campaign(campaign_id, version, terms))
    return True


async def end_campaigns(work: Work, keep: Collection[str]) -> list[str]:
    """End all campaigns but those to *keep*; return the ids of those that ended. A step."""
    ended = []
    for campaign in await store.campaigns(work):
        if campaign.campaign_id not in keep:
            over = Campaign(campaign.campaign_id, campaign.version, campaign.terms, work.now)
            await store.save_campaign(work, over)
            ended.append(campaign.campaign_id)
    return ended
