"""Business as it comes: events in any order, and the postings that they make."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from app.funds.ledger.chart import Account, AccountKind, Book
from app.funds.ledger.model import Fact, Posting
from app.funds.ledger.postings import payments, payouts, providers, sales, wallets
from app.funds.ledger.postings.payments import Paid
from app.funds.ledger.postings.sales import Sale
from app.funds.ledger.postings.wallets import Lots
from app.kernel.money import Money, TaxedAmount

SPACE = UUID("019c0000-0000-7000-8000-0000000000ff")
PROVIDER = uuid5(SPACE, "provider")
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
CPOS = ("volt", "ampere")
RECEIVABLE = AccountKind.PSP_RECEIVABLE.of(PROVIDER)


def eur(minor: int) -> Money:
    """Cents."""
    return Money(minor, "EUR")


@dataclass
class Business:
    """
    What happens, drawn by *chance*, and what it has to amount to by another reckoning.

    *sums* are the accounts by the postings alone; *earned*, *wallet* and *received* are counted
    beside them.
    """

    chance: Random
    posted: list[Posting] = field(default_factory=list)
    sums: defaultdict[Account, int] = field(default_factory=lambda: defaultdict(int))
    earned: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    received: int = 0
    wallet: Lots = field(default_factory=lambda: Lots(eur(0), eur(0)))
    sold: list[Sale] = field(default_factory=list)
    number: int = 0

    def post(self, posting: Posting) -> None:
        """Write a posting into the sums."""
        self.posted.append(posting)
        for entry in posting.entries:
            self.sums[entry.account] += entry.amount.minor

    def balance(self, account: Account) -> int:
        """The balance of an account on its own side."""
        return self.sums[account] * account.kind.side.sign

    def fact(self) -> Fact:
        """Something that was not posted before."""
        self.number += 1
        return Fact(f"k{self.number}", uuid5(SPACE, str(self.number)), Book.LIVE, AT)

    def happens(self) -> None:
        """One more thing happens."""
        events = (
            self.holds,
            self.pays_first,
            self.credits,
            self.disputes,
            self.settles,
            self.pays_out,
            self.fills_the_wallet,
            self.charges_by_wallet,
            self.empties_the_wallet,
        )
        self.chance.choice(events)()

    def _sale(self, gross: int) -> Sale:
        """Sell something, and count what the operator earns by it."""
        rate = self.chance.choice([Decimal(21), Decimal(19), Decimal(0), Decimal("5.5")])
        taxes = (TaxedAmount.from_gross(eur(gross), rate),)
        cpo = self.chance.choice(CPOS)
        net = taxes[0].net.minor
        fee = min(net, 25)
        self.earned[cpo] += net - fee
        sale = Sale(self.fact().source_id, "NL", taxes, eur(fee), AccountKind.CPO_PAYABLE.of(cpo))
        self.sold.append(sale)
        self.post(sales.settlement(self.fact(), sale))
        return sale

    def _paid(self, subject: UUID) -> Paid:
        return Paid(self.fact().source_id, PROVIDER, subject)

    def holds(self) -> None:
        """A hold is captured for less, and the rest released."""
        price = self.chance.randint(1, 6000)
        paid = self._paid(self._sale(price).session_id)
        self.post(payments.held(self.fact(), paid, eur(6000)))
        self.post(payments.captured(self.fact(), paid, eur(price)))
        self.post(payments.held(self.fact(), paid, eur(-price)))
        self.post(payments.held(self.fact(), paid, eur(price - 6000)))
        self.received += price

    def pays_first(self) -> None:
        """6000 are paid, and the rest refunded: it arrives, or is owed, or is on its way."""
        price = self.chance.randint(1, 5999)
        paid, rest = self._paid(self._sale(price).session_id), eur(6000 - price)
        self.post(payments.paid_first(self.fact(), paid, eur(6000)))
        self.post(payments.price_kept(self.fact(), paid, advance=eur(6000), due=rest))
        self.post(payments.refund_requested(self.fact(), paid, due=rest, unexplained=eur(0)))
        self.received += 6000
        match self.chance.randint(1, 3):
            case 1:
                self.post(payments.refund_done(self.fact(), paid, rest))
                self.received -= rest.minor
            case 2:
                self.post(payments.refund_failed(self.fact(), paid, rest))

    def credits(self) -> None:
        """The whole price of a session is taken back, with the fee, and refunded."""
        if not self.sold:
            return
        sale = self.sold.pop()
        self.post(sales.credit_note(self.fact(), sale))
        paid = self._paid(sale.session_id)
        self.post(payments.price_kept(self.fact(), paid, advance=eur(0), due=sale.gross))
        self.post(payments.refund_requested(self.fact(), paid, due=sale.gross, unexplained=eur(0)))
        self.post(payments.refund_done(self.fact(), paid, sale.gross))
        self.received -= sale.gross.minor
        self.earned[sale.earner.owner] -= sale.net.minor - sale.fee.minor

    def disputes(self) -> None:
        """A bank takes money back, at the operator's cost; sometimes it gives it again."""
        minor, cpo = self.chance.randint(1, 500), self.chance.choice(CPOS)
        for sign in (1, -1)[: self.chance.randint(1, 2)]:
            amount = eur(sign * minor)
            self.post(providers.charged_back(self.fact(), PROVIDER, amount))
            self.post(providers.passed_on(self.fact(), cpo, amount))
            self.received -= amount.minor
            self.earned[cpo] -= amount.minor

    def settles(self) -> None:
        """The provider pays out what it owes, less a fee."""
        gross = self.balance(RECEIVABLE)
        if gross > 0:
            fee = eur(gross // 50)
            self.post(
                providers.provider_settlement(self.fact(), PROVIDER, gross=eur(gross), fee=fee)
            )
            self.received -= gross

    def pays_out(self) -> None:
        """What an operator is owed is transferred; the bank carries it out, or returns it."""
        cpo = self.chance.choice(CPOS)
        owed = self.balance(AccountKind.CPO_PAYABLE.of(cpo))
        if owed <= 0:
            return
        payout = self.fact().source_id
        self.post(payouts.paid_out(self.fact(), cpo, payout, eur(owed)))
        if self.chance.randint(0, 1):
            self.post(payouts.payout_arrived(self.fact(), payout, eur(owed)))
            self.earned[cpo] -= owed
        else:
            self.post(payouts.paid_out(self.fact(), cpo, payout, eur(-owed)))

    def fills_the_wallet(self) -> None:
        """Credit is bought by card, or given."""
        amount = eur(self.chance.randint(1, 5000))
        if self.chance.randint(0, 1):
            self.post(wallets.granted(self.fact(), SPACE, amount))
            self.wallet = Lots(self.wallet.purchased, self.wallet.granted + amount)
            return
        top_up = self.fact().source_id
        self.post(payments.captured(self.fact(), self._paid(top_up), amount))
        self.post(wallets.topped_up(self.fact(), top_up, SPACE, amount))
        self.received += amount.minor
        self.wallet = Lots(self.wallet.purchased + amount, self.wallet.granted)

    def charges_by_wallet(self) -> None:
        """All of the wallet is reserved; presents are spent first, the rest goes back."""
        if not self.wallet.total:
            return
        price = self.chance.randint(1, self.wallet.total.minor)
        sale = self._sale(price)
        self.sold.pop()  # what a wallet paid goes back to the wallet, not to a card
        given = min(price, self.wallet.granted.minor)
        rest = Lots(self.wallet.purchased - eur(price - given), self.wallet.granted - eur(given))
        self.post(wallets.reserved(self.fact(), SPACE, sale.session_id, self.wallet))
        self.post(wallets.spent(self.fact(), SPACE, sale.session_id, eur(price), rest=rest))
        self.wallet = rest

    def empties_the_wallet(self) -> None:
        """Presents expire, and bought credit is owed to its owner."""
        owed = AccountKind.CUSTOMER_CREDIT.of(SPACE)
        self.post(wallets.expired(self.fact(), SPACE, self.wallet.granted))
        self.post(wallets.refunded(self.fact(), SPACE, self.wallet.purchased, to=owed))
        self.wallet = Lots(eur(0), eur(0))
