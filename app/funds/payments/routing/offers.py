"""The ways to pay at a place: those of all accounts together, each with who takes it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.funds.payments.accounts import Vault, credentials_for
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.ports import Alternative, MethodOffer, ProviderAccount
from app.funds.payments.routing.model import Routing
from app.funds.payments.routing.store import find_routing, put_routing, routing_of
from app.infra.database import Work
from app.infra.question import Question
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Tills:
    """
    The accounts on which an operator takes payments now, and how it chooses among them.

    *refused* are those whose secret the provider did not take the last time.
    """

    accounts: tuple[ProviderAccount, ...]
    routing: Routing
    refused: frozenset[UUID] = frozenset()


NO_TILLS: Final = Tills((), Routing())


@dataclass(frozen=True, slots=True)
class WayToPay:
    """
    A way to pay, the account that takes it, and those that are tried when it can't.

    *is_down* says that none of them can now: their providers do not answer.
    """

    offer: MethodOffer
    account_id: UUID
    alternatives: tuple[Alternative, ...] = ()
    is_down: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be paid: *amount* at a location in *country*, by a driver who reads *locale*."""

    amount: Money
    locale: str
    country: str
    location_id: str


async def tills(work: Work, *, vault: Vault) -> Tills:
    """Step: return the operator's accounts and rules. Raises SecretUnreadable."""
    return await tills_by(await find_routing(work), work, vault=vault)


def routing_rules(operator_id: UUID) -> Question[Routing]:
    """Ask for the rules by which an operator chooses among its accounts."""
    return routing_of(operator_id)


async def tills_by(routing: Routing, work: Work, *, vault: Vault) -> Tills:
    """Step: do as `tills`, by rules that were read before."""
    given = await credentials_for(work, vault=vault)
    return Tills(
        accounts=tuple(credential.account for credential in given),
        routing=routing,
        refused=frozenset(
            credential.account.account_id for credential in given if credential.refused
        ),
    )


async def save_routing(work: Work, routing: Routing) -> bool:
    """Step: make *routing* the operator's rules; tell whether they changed."""
    if routing == await find_routing(work):
        return False
    await put_routing(work, routing)
    return True


async def ways_to_pay(given: Tills, wish: Wish, *, desk: PaymentDesk) -> tuple[WayToPay, ...]:
    """
    Return the ways to pay *wish*, each once, in the order of the accounts that offer them.

    An account that does not answer now, or whose secret was refused, comes after the others.
    """
    asked = [_offers(account, wish, desk) for account in given.accounts]
    lists = dict(zip(given.accounts, await asyncio.gather(*asked), strict=True))
    methods = dict.fromkeys(offer.method for offers in lists.values() for offer in offers)
    found = (_way(method, lists, given, wish, desk) for method in methods)
    return tuple(choice for choice in found if choice is not None)


async def _offers(account: ProviderAccount, wish: Wish, desk: PaymentDesk) -> Sequence[MethodOffer]:
    return await desk.providers[account.provider].list_methods(
        account, amount=wish.amount, locale=wish.locale, country=wish.country
    )


def _way(
    method: str,
    lists: dict[ProviderAccount, Sequence[MethodOffer]],
    given: Tills,
    wish: Wish,
    desk: PaymentDesk,
) -> WayToPay | None:
    order = given.routing.providers(
        wish.location_id, method, (account.provider for account in lists)
    )
    candidates = [
        (account, offer)
        for account, offers in lists.items()
        for offer in offers
        if offer.method == method and account.provider in order
    ]
    candidates.sort(
        key=lambda one: (
            one[0].account_id in given.refused or desk.providers[one[0].provider].is_down(one[0]),
            order.index(one[0].provider),
        )
    )
    if not candidates:
        return None
    (first, offer), *rest = candidates
    # The driver agreed to what the button said: another account must do the same with the money.
    alike = [account for account, other in rest if other.strategy is offer.strategy]
    others = tuple(
        Alternative(account.account_id, after_decline=given.routing.after_decline)
        for account in alike
    )
    is_down = desk.providers[first.provider].is_down(first)
    return WayToPay(offer, first.account_id, others, is_down)
