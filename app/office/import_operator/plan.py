"""What an operator file orders: the things that the contexts save."""

from dataclasses import dataclass, field
from uuid import UUID

from app.charging.chargers.model import Location
from app.charging.chargers.setup.model import EvseDraft, HoldKey
from app.charging.meters.registry.model import Meter
from app.directpay.afterwards.model import ChargeAfter
from app.directpay.cards.keep import TokenWish
from app.directpay.money.policy import USUAL, HoldPolicy
from app.funds.payments.accounts import AccountOrder
from app.funds.payments.routing.model import Routing
from app.funds.terminals.model import Terminal
from app.funds.wallet.top_ups.model import WalletOffer
from app.kernel.money import Money
from app.office.import_operator.parts.drivers import DriverOrder
from app.office.import_operator.promotions import PromotionOrder
from app.people.identity.model import Operator
from app.pricing.tariffs.choice.model import Rule
from app.pricing.tariffs.dynamic.model import Definition, Lock
from app.pricing.tariffs.model import Tariff

# The id of an operator that is not known yet.
NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Plan:
    """
    All that a file orders, checked in itself; *stations* are identities with passwords.

    *tariff_ids* are also those of tariffs that could not be read. *rules* say which tariff holds
    for whom and where, *regions* which locations they name together.
    *series* are prices through the day, and *locks* say by country how sessions keep them.
    *hold_policy* says how holds grow, *meters* are those that sign. Without a *wallet_offer* no
    credit is sold, without *charge_after* no session is charged after it.
    *certified_clocks* are the locations whose meters may be used for prices by time.
    *drivers* are put into groups, *tokens* kept; those that are not named stay as they are.
    *hosts* are where its pages are, the main one first.
    *terminals* are where drivers can pay by card beside the page.
    Without a word about *promotions* (None) they stay as they are.
    """

    operator: Operator
    accounts: tuple[AccountOrder, ...]
    routing: Routing
    tariffs: tuple[Tariff, ...]
    tariff_ids: frozenset[str]
    locations: tuple[Location, ...]
    stations: tuple[tuple[str, str], ...]
    evses: tuple[EvseDraft, ...]
    holds: dict[HoldKey, Money]
    rules: tuple[Rule, ...]
    regions: dict[str, frozenset[str]]
    certified_clocks: frozenset[str] = frozenset()
    promotions: tuple[PromotionOrder, ...] | None = None
    series: tuple[Definition, ...] = ()
    locks: dict[str, Lock] = field(default_factory=dict)
    hold_policy: HoldPolicy = USUAL
    wallet_offer: WalletOffer | None = None
    charge_after: ChargeAfter | None = None
    terminals: tuple[Terminal, ...] = ()
    meters: tuple[Meter, ...] = ()
    drivers: tuple[DriverOrder, ...] = ()
    tokens: tuple[TokenWish, ...] = ()
    hosts: tuple[str, ...] = ()
