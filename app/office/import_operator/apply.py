"""Carry out the plan of an operator file, in one transaction."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.charging.chargers.setup.save import (
    forgotten_evses,
    save_charge_point,
    save_evse,
    save_holds,
    save_location,
)
from app.charging.meters.registry.register import register_meter
from app.directpay.afterwards.rule import save_charge_after
from app.directpay.cards.keep import take_tokens
from app.directpay.money.policy import save_hold_policy
from app.funds.payments.accounts import Vault, accounts_for, save_accounts
from app.funds.payments.routing.offers import save_routing
from app.funds.terminals.setup.save import save_terminals
from app.funds.wallet.top_ups.offer import save_wallet_offer
from app.infra.database import Work
from app.office.import_operator.plan import Plan
from app.office.import_operator.promotions import PromotionOrder
from app.office.import_operator.rules import map_of
from app.office.import_operator.tariff_review import tariff_warnings
from app.people.identity.hosts.vouch import vouch_for_hosts
from app.people.identity.save import save_operator
from app.pricing.promotions.codes import CodeKeys
from app.pricing.promotions.coupons.make import share_code
from app.pricing.promotions.coupons.save import end_campaigns, save_campaign
from app.pricing.tariffs.choice.drivers import put_driver
from app.pricing.tariffs.choice.lint import lint_rules
from app.pricing.tariffs.choice.write import write_regions, write_rules
from app.pricing.tariffs.dynamic.define import define_locks, define_series
from app.pricing.tariffs.dynamic.read import review_series
from app.pricing.tariffs.publish import publish_tariff


@dataclass(frozen=True, slots=True)
class Imported:
    """
    What an import did.

    *changes* name what is new or different, none when the file said what was known.
    *forgotten_evses* are in use but not in the file: they are left as they are. *warnings* tell
    what was saved and may surprise.
    """

    operator_id: UUID
    slug: str
    changes: tuple[str, ...]
    forgotten_evses: tuple[str, ...]
    warnings: tuple[str, ...] = ()


async def apply(work: Work, plan: Plan, *, vault: Vault, codes: CodeKeys) -> Imported:
    """Save everything in *plan*. A step of the caller's transaction; it raises what they raise."""
    changes: list[str] = []
    if await save_operator(work, plan.operator):
        changes.append(f"operator {plan.operator.slug}")
    changes += await vouch_for_hosts(work, plan.hosts)
    changes += await _accounts(work, plan, vault)
    changes += await _chargers(work, plan)
    changes += await _tariffs(work, plan)
    for each in plan.drivers:
        if await put_driver(work, each.email, each.groups):
            changes.append(f"groups of {each.email}")
    tokens = await take_tokens(work, plan.tokens)
    changes += [f"token {each.uid}" for each in tokens if each.last_updated == work.now]
    if plan.promotions is not None:
        changes += await _promotions(work, plan.promotions, codes)
    return Imported(
        operator_id=work.operator_id,
        slug=plan.operator.slug,
        changes=tuple(changes),
        forgotten_evses=tuple(await forgotten_evses(work, {evse.evse_uid for evse in plan.evses})),
        warnings=(
            *_rule_warnings(plan, work),
            *tariff_warnings(plan, work.now),
            *[warning async for warning in _series_warnings(work, plan)],
        ),
    )


def _rule_warnings(plan: Plan, work: Work) -> Iterator[str]:
    for found in lint_rules(plan.rules, map_of(plan), work.now):
        yield f"{found.severity}: rule {found.field!r}: {found.text}"


async def _series_warnings(work: Work, plan: Plan) -> AsyncIterator[str]:
    for definition in plan.series:
        for found in await review_series(work, definition.id):
            yield f"{found.severity}: price series {found.field!r}: {found.text}"


async def _accounts(work: Work, plan: Plan, vault: Vault) -> list[str]:
    before = await accounts_for(work, vault=vault)
    after = await save_accounts(work, plan.accounts, vault=vault)
    changes = [
        f"provider account {account.provider} ({account.mode})"
        for account in after
        if account not in before
    ]
    if await save_routing(work, plan.routing):
        changes.append("payment routes")
    mine = [replace(each, operator_id=work.operator_id) for each in plan.terminals]
    return changes + [f"terminal {each}" for each in await save_terminals(work, mine)]


async def _chargers(work: Work, plan: Plan) -> list[str]:
    saved = {
        f"location {each.location_id}": await save_location(work, each) for each in plan.locations
    }
    for identity, password in plan.stations:
        saved[f"charge point {identity}"] = await save_charge_point(work, identity, password)
    for evse in plan.evses:
        saved[f"EVSE {evse.evse_uid}"] = await save_evse(work, evse)
    for meter in plan.meters:
        saved[f"meter {meter.serial}"] = await register_meter(work, meter)
    saved["hold amounts"] = await save_holds(work, plan.holds)
    saved["hold rule"] = await save_hold_policy(work, plan.hold_policy)
    saved["wallet"] = await save_wallet_offer(work, plan.wallet_offer)
    saved["charging after"] = await save_charge_after(work, plan.charge_after)
    return [name for name, is_changed in saved.items() if is_changed]


async def _tariffs(work: Work, plan: Plan) -> list[str]:
    versions = [await publish_tariff(work, tariff) for tariff in plan.tariffs]
    changes = [
        f"tariff {each.tariff_id} version {each.version}"
        for each in versions
        if each.published_at == work.now
    ]
    changes += await define_series(work, plan.series)
    changes += await define_locks(work, plan.locks)
    changes += [f"region {region}" for region in await write_regions(work, plan.regions)]
    return changes + [f"tariff of {name}" for name in await write_rules(work, plan.rules)]


async def _promotions(work: Work, orders: Sequence[PromotionOrder], codes: CodeKeys) -> list[str]:
    saved: dict[str, bool] = {}
    for order in orders:
        is_changed = await save_campaign(work, order.campaign_id, order.terms)
        is_changed |= await share_code(work, order.campaign_id, order.word, codes)
        saved[f"promotion {order.campaign_id}"] = is_changed
    ended = await end_campaigns(work, {order.campaign_id for order in orders})
    changes = [name for name, is_changed in saved.items() if is_changed]
    return changes + [f"end of promotion {campaign_id}" for campaign_id in ended]
