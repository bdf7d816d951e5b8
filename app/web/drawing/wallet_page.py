"""The page of a driver's credit."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.directpay.credit.overview import Overview
from app.directpay.scan import brand_view
from app.funds.payments.routing.offers import WayToPay
from app.infra.i18n import format_money, gettext
from app.kernel.errors import Problem
from app.people.identity.model import Operator
from app.web.drawing.look import Look
from app.web.drawing.templates import render
from app.web.words.wallet import WalletWords, wallet_words

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class WalletPage:
    """What the page shows; *key* makes pressing its buttons twice harmless."""

    operator: Operator
    overview: Overview
    ways: Sequence[WayToPay]
    key: str
    problem: Problem | None = None


def render_wallet(page: WalletPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    offer = page.overview.offer
    amounts = () if offer is None else offer.amounts
    return render(
        "wallet.html",
        brand_view(page.operator),
        slug=page.operator.slug,
        wallets=_wallets(page.overview),
        amounts=[(amount.minor, format_money(amount)) for amount in amounts],
        ways=[(way.offer.method, way.offer.label) for way in page.ways] if amounts else [],
        most="" if offer is None else format_money(offer.most),
        key=page.key,
        error=None if page.problem is None else _mistake(page.problem),
    )


def _wallets(overview: Overview) -> list[tuple[str, WalletWords]]:
    return [
        (
            each.wallet.currency,
            wallet_words(each.wallet, each.lines[:MOST_LINES], dict(each.notes), overview.now),
        )
        for each in overview.credits
    ]


def _mistake(problem: Problem) -> str:
    match problem.code:
        case "top_up_refused":
            return gettext("This credit can not be bought: it would be more than you may have.")
        case "nothing_to_refund":
            return gettext("There is no bought credit to give back any more.")
        case _:
            return gettext("This is not possible now. Please call us.")
