"""The page of a driver's credit."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.directpay.credit.overview import Overview
from app.funds.payments.routing.offers import WayToPay
from app.funds.wallet.automatic.model import WORDS, AgreementState, terms_of
from app.funds.wallet.top_ups.model import TopUp, TopUpState
from app.infra.i18n import format_money, gettext
from app.kernel.errors import Problem
from app.web.drawing.app.frame import Frame, Here, render_framed
from app.web.drawing.look import Look
from app.web.words.automatic import automatic_words, terms_words
from app.web.words.payment import Device, fitting_methods, label_of
from app.web.words.wallet import WalletWords, wallet_words

MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class WalletPage:
    """
    What the page shows; *key* makes pressing its buttons twice harmless.

    *keeping* are those of the *ways* whose means can be charged again by itself. *bought* is the
    credit that the driver comes back from buying. *device* decides which wallet comes first.
    """

    frame: Frame
    overview: Overview
    ways: Sequence[WayToPay]
    keeping: Sequence[WayToPay]
    key: str
    problem: Problem | None = None
    bought: TopUp | None = None
    device: Device = Device.OTHER


def render_wallet(page: WalletPage) -> tuple[str, Look]:
    """Return the page in the current language, and its look."""
    offer = page.overview.offer
    amounts = () if offer is None else offer.amounts
    return render_framed(
        "wallet.html",
        page.frame,
        Here.WALLET,
        wallets=_wallets(page.overview),
        amounts=[(amount.minor, format_money(amount)) for amount in amounts],
        ways=_buttons(page) if amounts else [],
        most="" if offer is None else format_money(offer.most),
        box=_box(page),
        words=WORDS,
        keeping=", ".join(label_of(way.offer) for way in page.keeping),
        key=page.key,
        error=_error(page),
        waits=_waits(page),
    )


def _buttons(page: WalletPage) -> list[tuple[str, str]]:
    fitting = fitting_methods((way.offer for way in page.ways), page.device)
    return [(offer.method, label_of(offer)) for offer in fitting]


def _wallets(overview: Overview) -> list[tuple[str, WalletWords]]:
    return [
        (
            each.wallet.currency,
            wallet_words(
                each.wallet,
                each.lines[:MOST_LINES],
                dict(each.notes),
                overview.now,
                automatic_words(each.agreement, each.instrument),
            ),
        )
        for each in overview.credits
    ]


def _box(page: WalletPage) -> str | None:
    """Return what the box beside buying says; None: it is agreed to already, or not possible."""
    offer = page.overview.offer
    if offer is None or not page.keeping:
        return None
    holds = any(
        each.agreement is not None
        and each.agreement.state is AgreementState.ON
        and each.wallet.currency == offer.most.currency
        for each in page.overview.credits
    )
    return None if holds else terms_words(terms_of(offer))


def _waits(page: WalletPage) -> str:
    """Return where to look again for the credit that was just bought, "" when it is decided."""
    bought = page.bought
    if bought is None or bought.state is not TopUpState.ASKED:
        return ""
    return f"/wallet/{page.frame.slug}?bought={bought.top_up_id}"


def _error(page: WalletPage) -> str | None:
    if page.problem is not None:
        return _mistake(page.problem)
    if page.bought is not None and page.bought.state is TopUpState.FAILED:
        return gettext("Nothing charged")
    return None


def _mistake(problem: Problem) -> str:
    match problem.code:
        case "top_up_refused":
            return gettext("This credit cannot be bought: it would be more than you may have.")
        case "means_not_kept":
            return gettext(
                "This payment method cannot be charged automatically. Nothing was paid: choose"
                " another one, or leave the box empty."
            )
        case "nothing_to_refund":
            return gettext("There is no bought credit to give back any more.")
        case _:
            return gettext("This is not possible now. Please call us.")
