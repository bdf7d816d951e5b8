"""An operator's own programs: campaigns, their codes, and the vouchers of gifts."""

import hashlib
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import private
from app.api.bodies import IdempotencyKey
from app.api.contract.once import ONCE_REFUSALS, once
from app.api.counter import AnyRequest, Counter
from app.api.coupons.bodies import (
    CampaignId,
    Campaigns,
    CampaignView,
    CodeOrder,
    CodesOrder,
    NewCodes,
    VoucherUse,
)
from app.api.coupons.examples import CAMPAIGNS, CODE_ORDER, CODES_ORDER, NEW_CODES, VOUCHER
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.directpay.prices.views import MoneyView
from app.people.identity.keys.model import Scope
from app.pricing.promotions.coupons.make import block_code, make_codes
from app.pricing.promotions.coupons.stats import Stats, campaign_stats
from app.pricing.promotions.errors import (
    CampaignInvalid,
    CampaignNotFound,
    CodesInvalid,
    VoucherNotFound,
)
from app.pricing.promotions.vouchers import hand_out


@get(
    "/operator/campaigns",
    operation_id="listCampaigns",
    summary="Campaigns and what they gave",
    description="All campaigns by id, ended ones too.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.COUPONS_READ)],
    responses={
        200: ResponseSpec(
            Campaigns,
            generate_examples=False,
            description="The campaigns",
            examples=[Example(summary="One campaign", value=CAMPAIGNS)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def list_campaigns(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Campaigns]:
    """Answer how the operator's campaigns go."""
    database = counter.desk.database
    found = await campaign_stats(operator_id=caller_of(request).operator_id, database=database)
    return private(Campaigns(tuple(_view(each) for each in found)))


@post(
    "/operator/campaigns/{campaign_id:str}/codes",
    operation_id="makeCodes",
    summary="Make codes",
    description="Makes codes that nobody can guess. The same `Idempotency-Key` again answers the "
    "same codes, so that a lost answer makes none twice.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.COUPONS_WRITE)],
    responses={
        201: ResponseSpec(
            NewCodes,
            generate_examples=False,
            description="The codes",
            examples=[Example(summary="Two codes", value=NEW_CODES)],
        ),
        **declared(*KEY_REFUSALS, *ONCE_REFUSALS, CampaignNotFound, CampaignInvalid, CodesInvalid),
    },
)
@once
async def make_new_codes(
    request: AnyRequest,
    campaign_id: CampaignId,
    data: Annotated[CodesOrder, Body(examples=[Example(summary="Two", value=CODES_ORDER)])],
    idempotency_key: IdempotencyKey,
    counter: NamedDependency[Counter],
) -> Response[NewCodes]:
    """Make a batch whose id follows from the key."""
    caller = caller_of(request)
    digest = hashlib.sha256(caller.operator_id.bytes + idempotency_key.encode()).digest()
    _, codes = await make_codes(
        campaign_id,
        data.count,
        keys=counter.desk.codes,
        operator_id=caller.operator_id,
        database=counter.desk.database,
        batch_id=UUID(bytes=digest[:16]),
    )
    return Response(NewCodes(codes), headers={"Cache-Control": "no-store"})


@post(
    "/operator/campaigns/{campaign_id:str}/block",
    operation_id="blockCode",
    summary="Block a code",
    description="The code is good for nothing from now on; sessions under way keep what they were "
    "promised.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.COUPONS_WRITE)],
    status_code=204,
    responses={**declared(*KEY_REFUSALS, CampaignNotFound, CodesInvalid)},
)
async def block_one_code(
    request: AnyRequest,
    campaign_id: CampaignId,
    data: Annotated[CodeOrder, Body(examples=[Example(summary="A code", value=CODE_ORDER)])],
    counter: NamedDependency[Counter],
) -> None:
    """Block the code."""
    await block_code(
        campaign_id,
        data.code,
        keys=counter.desk.codes,
        operator_id=caller_of(request).operator_id,
        database=counter.desk.database,
    )


@post(
    "/operator/vouchers",
    operation_id="handOutVoucher",
    summary="Hand out a gift",
    description="Notes that the gift of a receipt is handed out for its voucher code. `is_first` "
    "is true the first time, and false whenever the code is shown again.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.COUPONS_WRITE)],
    status_code=200,
    responses={
        200: ResponseSpec(
            VoucherUse,
            generate_examples=False,
            description="The gift",
            examples=[Example(summary="A sandwich", value=VOUCHER)],
        ),
        **declared(*KEY_REFUSALS, VoucherNotFound),
    },
)
async def hand_out_voucher(
    request: AnyRequest,
    data: Annotated[CodeOrder, Body(examples=[Example(summary="A code", value=CODE_ORDER)])],
    counter: NamedDependency[Counter],
) -> Response[VoucherUse]:
    """Hand the gift out, once."""
    given = await hand_out(
        data.code,
        keys=counter.desk.codes,
        operator_id=caller_of(request).operator_id,
        database=counter.desk.database,
    )
    return private(
        VoucherUse(
            campaign=given.campaign_id,
            what=given.what,
            partner=given.partner,
            handed_out_at=given.handed_out_at,
            is_first=given.is_first,
        )
    )


def _view(stats: Stats) -> CampaignView:
    campaign, total = stats.campaign, stats.total
    return CampaignView(
        id=campaign.campaign_id,
        name=campaign.terms.name,
        kind=type(campaign.terms.benefit).__name__.lower(),
        partner=campaign.terms.partner,
        uses=total.uses,
        given=MoneyView(total.minor, campaign.terms.currency),
        kwh=stats.kwh,
        drivers=stats.drivers,
        codes=stats.codes,
        ended_at=campaign.ended_at,
    )
