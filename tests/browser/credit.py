"""Pages of a driver who is known for the gallery, from sample rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from app.directpay.credit.look import CreditView
from app.directpay.credit.overview import Credit, Overview
from app.directpay.model import Ending as Ended
from app.directpay.model import Stage
from app.directpay.owned.model import History, Only, OwnSession
from app.directpay.owned.months import last_months, sums_of
from app.directpay.prices.views import MoneyView
from app.funds.ledger.chart import Book
from app.funds.ledger.model import TransactionKind
from app.funds.payments.ports import MethodOffer, Strategy
from app.funds.payments.routing.offers import WayToPay
from app.funds.wallet.automatic.model import (
    WORDS,
    Agreement,
    AgreementState,
    Ending,
    Terms,
)
from app.funds.wallet.model import Lot, LotKind, Wallet
from app.funds.wallet.statement import StatementLine
from app.funds.wallet.top_ups.model import TopUp, WalletOffer
from app.kernel.money import Money
from app.people.identity.drivers.errors import SignInRefused
from app.people.identity.drivers.model import Driver
from app.web.drawing.app.frame import Frame
from app.web.drawing.history_page import HistoryPage, render_history
from app.web.drawing.look import Look
from app.web.drawing.me_page import MePage, render_me
from app.web.drawing.scan_page import Own, render_scan
from app.web.drawing.wallet_page import WalletPage, render_wallet
from app.web.words.payment import Device
from tests.browser.samples import scans
from tests.scenarios.world import OPERATOR, operator_of_the_world

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WALLETS = ("wallet-frozen", "wallet-automatic", "wallet-declined", "wallet-waiting")
NAMES = ("me-address", "me-code", "me-inside", "me-sessions", "wallet", *WALLETS, "scan-credit")


def eur(minor: int) -> Money:
    """Return an amount of euro cents."""
    return Money(minor, "EUR")


def credit_picture(name: str) -> tuple[str, Look]:
    """Return the page *name* in the current language."""
    frame = Frame(operator_of_the_world())
    match name:
        case "me-address":
            return render_me(MePage(frame, None))
        case "me-code":
            wrong = SignInRefused("wrong")
            return render_me(MePage(frame, None, waits="anna@example.com", problem=wrong))
        case "me-inside":
            anna = Driver(
                UUID(int=1), OPERATOR, "anna@example.com", "en", NOW, name="Anna-Katharina"
            )
            return render_me(MePage(frame, anna))
        case "me-sessions":
            return render_history(sample_history())
        case "scan-credit":
            has = CreditView(MoneyView(4000, "EUR"), MoneyView(500, "EUR"), MoneyView(4000, "EUR"))
            return render_scan(scans()["scan-free"], device=Device.OTHER, own=Own(credit=has))
        case _:
            return render_wallet(_wallet_page(name))


def sample_history() -> HistoryPage:
    """Return a page of sessions of every kind."""
    over = OwnSession(
        token="t",
        stage=Stage.ENDED,
        ending=Ended.CHARGED,
        began_at=NOW,
        location="Kade",
        city="Rotterdam",
        evse_id="NL*VLT*E1*1",
        time_zone="Europe/Amsterdam",
        energy_kwh=Decimal("12.34"),
        charged=eur(617),
    )
    running = replace(over, stage=Stage.CHARGING, ending=None, energy_kwh=None, charged=None)
    nothing = replace(running, stage=Stage.ENDED, location="", city="")
    earlier = replace(over, began_at=NOW - timedelta(days=30), charged=eur(12345))
    sessions = (running, over, nothing, earlier, replace(earlier, charged=Money(21000, "SEK")))
    wrong = "Please choose a first day and a last day that is not before it."
    return HistoryPage(
        Frame(operator_of_the_world()),
        History(sessions, None),
        "?before=x",
        NOW.date(),
        wrong,
        sums_of(sessions, last_months(NOW.date(), 12)),
        Only(month=NOW.date().replace(day=1)),
    )


def _agreement(name: str) -> Agreement | None:
    agreement = Agreement(
        agreement_id=UUID(int=9),
        wallet_id=UUID(int=5),
        account_id=UUID(int=8),
        customer="cst_1",
        terms=Terms(eur(1000), eur(2500), eur(5000)),
        words=WORDS,
        locale="en",
        page="",
        agreed_at=NOW,
        state=AgreementState.ON,
    )
    match name:
        case "wallet-automatic":
            return agreement
        case "wallet-declined":
            off, why = AgreementState.OFF, Ending.DECLINED
            return replace(agreement, state=off, ended_at=NOW, ended_why=why)
        case _:
            return None


def _wallet_page(name: str) -> WalletPage:
    lots = (
        Lot(UUID(int=2), LotKind.PURCHASED, eur(5000), eur(4383), UUID(int=3), NOW),
        Lot(
            UUID(int=4),
            LotKind.GRANTED,
            eur(1000),
            eur(1000),
            UUID(int=4),
            NOW,
            NOW + timedelta(days=30),
            "Welcome to Voltstraat",
        ),
    )
    wallet = Wallet(
        wallet_id=UUID(int=5),
        operator_id=OPERATOR,
        driver_id=UUID(int=1),
        currency="EUR",
        book=Book.TEST,
        opened_at=NOW,
        frozen_at=NOW if name == "wallet-frozen" else None,
        lots=lots,
    )
    lines = (
        StatementLine(NOW, TransactionKind.RESERVE, UUID(int=6), eur(-2500)),
        StatementLine(NOW, TransactionKind.WALLET_SPENT, UUID(int=7), eur(-617)),
        StatementLine(NOW, TransactionKind.GRANT, UUID(int=4), eur(1000)),
        StatementLine(NOW, TransactionKind.TOP_UP, UUID(int=3), eur(5000)),
    )
    notes = {str(UUID(int=4)): "Welcome to Voltstraat"}
    credit = Credit(wallet, lines, notes, _agreement(name), "Visa •••• 1234")
    offer = WalletOffer((eur(2500), eur(5000), eur(10_000)), eur(25_000))
    ways = tuple(
        WayToPay(MethodOffer(method, label, Strategy.PAY_FIRST), UUID(int=8))
        for method, label in (("creditcard", "Card"), ("ideal", "iDEAL"))
    )
    bought = TopUp(UUID(int=10), UUID(int=5), UUID(int=11), eur(5000), "key", NOW)
    return WalletPage(
        Frame(operator_of_the_world()),
        Overview((credit,), offer, NOW),
        ways,
        ways[:1],
        "0" * 32,
        bought=bought if name == "wallet-waiting" else None,
    )
