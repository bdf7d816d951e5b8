"""What is sold: a session's price, its correction, what is written off, what a coupon pays."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.funds.ledger.chart import Account
from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Entry, Fact, Posting, TransactionKind, credit, debit
from app.kernel.money import Money, TaxedAmount


@dataclass(frozen=True, slots=True)
class Sale:
    """
    A session's price by VAT rate, sold in *country* (ISO 3166-1 alpha-2).

    *fee* is what the platform takes of the net, and *earner* the account of the rest: `revenue`,
    or `cpo_payable` where the platform is the merchant of record.
    """

    session_id: UUID
    country: str
    taxes: tuple[TaxedAmount, ...]
    fee: Money
    earner: Account

    @property
    def net(self) -> Money:
        """Return the price without VAT."""
        return Money(sum(tax.net.minor for tax in self.taxes), self.fee.currency)

    @property
    def earned(self) -> Money:
        """Return what is left for who earned it."""
        return self.net - self.fee

    @property
    def vat(self) -> list[Entry]:
        """Return what is owed to the tax office, by country and rate."""
        return [credit(vat_account(self.country, tax.rate), tax.vat) for tax in self.taxes]

    @property
    def shares(self) -> list[Entry]:
        """Return who gets the price: the tax office, the platform, and who earned it."""
        fee = credit(Its.PLATFORM_FEE.of(), self.fee)
        return [*self.vat, fee, credit(self.earner, self.earned)]

    @property
    def gross(self) -> Money:
        """Return the price."""
        return Money(sum(tax.gross.minor for tax in self.taxes), self.fee.currency)


def settlement(fact: Fact, sale: Sale) -> Posting:
    """Settle a session: its price becomes VAT, the platform's fee, and what is left of it."""
    clearing = Its.CLEARING.of(sale.session_id)
    return fact.posts(TransactionKind.SETTLEMENT, debit(clearing, sale.gross), *sale.shares)


def credit_note(fact: Fact, part: Sale) -> Posting:
    """Take back a *part* of a sale, by the rates it was sold at."""
    clearing = Its.CLEARING.of(part.session_id)
    taken_back = (Entry(share.account, -share.amount) for share in part.shares)
    return fact.posts(TransactionKind.CREDIT_NOTE, *taken_back, credit(clearing, part.gross))


def written_off(fact: Fact, session_id: UUID, amount: Money, reason: str) -> Posting:
    """Give up *amount* of a price that cannot be collected."""
    return fact.posts(
        TransactionKind.WRITE_OFF,
        debit(Its.WRITE_OFF.of(reason), amount),
        credit(Its.CLEARING.of(session_id), amount),
    )


def owed(fact: Fact, session_id: UUID, amount: Money) -> Posting:
    """Let the driver owe *amount* of a session's price; below zero, the debt is over."""
    return fact.posts(
        TransactionKind.OWED,
        debit(Its.CUSTOMER_RECEIVABLE.of(session_id), amount),
        credit(Its.CLEARING.of(session_id), amount),
    )


def coupon(fact: Fact, session_id: UUID, amount: Money, *, partner: str) -> Posting:
    """Let a *partner* pay *amount* of a session's price; an operator's own discount lowers it."""
    return fact.posts(
        TransactionKind.COUPON,
        debit(Its.PARTNER_RECEIVABLE.of(partner), amount),
        credit(Its.CLEARING.of(session_id), amount),
    )


def vat_account(country: str, rate: Decimal) -> Account:
    """Return the account of the VAT of a country and rate: `vat_payable:NL:21`."""
    return Its.VAT_PAYABLE.of(f"{country}:{rate.normalize():f}")
