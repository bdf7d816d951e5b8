"""What is sold: a session's price, its correction, what is written off, what a coupon pays."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from uuid import UUID

from app.funds.ledger.chart import Account
from app.funds.ledger.chart import AccountKind as Its
from app.funds.ledger.model import Entry, Fact, Posting, TransactionKind, credit, debit
from app.kernel.money import Money, TaxedAmount


class MerchantOfRecord(StrEnum):
    """
    Who sells in law, owes the VAT and is paid: the operator of the chargers, or the platform.

    OPERATOR keeps the net as revenue less the platform's fee; PLATFORM owes it to the operator.
    """

    OPERATOR = "operator"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Commission:
    """What the platform takes of a sale, net: *percent* of the net price and so much a session."""

    percent: Decimal = Decimal(0)
    per_session_minor: int = 0

    def of(self, net: Money) -> Money:
        """Return the fee of a sale, rounded half up to the minor unit, and never more than it."""
        share = (self.percent * net.minor / 100).quantize(Decimal(1), ROUND_HALF_UP)
        return Money(max(0, min(int(share) + self.per_session_minor, net.minor)), net.currency)


@dataclass(frozen=True, slots=True)
class Terms:
    """On whose behalf is sold: the merchant of record, the operator *cpo*, and the commission."""

    merchant: MerchantOfRecord
    cpo: str
    commission: Commission

    @property
    def earner(self) -> Account:
        """Return the account of what is left of a sale."""
        if self.merchant is MerchantOfRecord.PLATFORM:
            return Its.CPO_PAYABLE.of(self.cpo)
        return Its.REVENUE.of()


@dataclass(frozen=True, slots=True)
class Sale:
    """A session's price by VAT rate, sold in *country* (ISO 3166-1 alpha-2)."""

    session_id: UUID
    country: str
    taxes: tuple[TaxedAmount, ...]
    terms: Terms

    @property
    def net(self) -> Money:
        """Return the price without VAT."""
        currency = self.taxes[0].net.currency
        return Money(sum(tax.net.minor for tax in self.taxes), currency)

    @property
    def vat(self) -> list[Entry]:
        """Return what is owed to the tax office, by country and rate."""
        return [credit(vat_account(self.country, tax.rate), tax.vat) for tax in self.taxes]


def settlement(fact: Fact, sale: Sale) -> Posting:
    """Settle a session: its price becomes VAT, the platform's fee, and what is left of it."""
    net, fee = sale.net, sale.terms.commission.of(sale.net)
    entries = [*sale.vat, credit(Its.PLATFORM_FEE.of(), fee), credit(sale.terms.earner, net - fee)]
    return fact.posts(
        TransactionKind.SETTLEMENT,
        debit(Its.CLEARING.of(sale.session_id), _owed(entries)),
        *entries,
    )


def credit_note(fact: Fact, sale: Sale, fee: Money) -> Posting:
    """Take back a part of a session's price, by the rates it was sold at, and *fee* of the fee."""
    entries = [
        *sale.vat,
        credit(Its.PLATFORM_FEE.of(), fee),
        credit(sale.terms.earner, sale.net - fee),
    ]
    taken_back = [Entry(entry.account, -entry.amount) for entry in entries]
    return fact.posts(
        TransactionKind.CREDIT_NOTE,
        *taken_back,
        credit(Its.CLEARING.of(sale.session_id), _owed(entries)),
    )


def written_off(fact: Fact, session_id: UUID, amount: Money, reason: str) -> Posting:
    """Give up *amount* of a price that cannot be collected."""
    return fact.posts(
        TransactionKind.WRITE_OFF,
        debit(Its.WRITE_OFF.of(reason), amount),
        credit(Its.CLEARING.of(session_id), amount),
    )


def coupon(fact: Fact, session_id: UUID, amount: Money, *, cpo: str | None = None) -> Posting:
    """Pay *amount* of a session's price from the promotion's money, or that of the *cpo*."""
    payer = Its.PROMO_EXPENSE.of() if cpo is None else Its.CPO_PAYABLE.of(cpo)
    return fact.posts(
        TransactionKind.COUPON, debit(payer, amount), credit(Its.CLEARING.of(session_id), amount)
    )


def vat_account(country: str, rate: Decimal) -> Account:
    """Return the account of the VAT of a country and rate: `vat_payable:NL:21`."""
    return Its.VAT_PAYABLE.of(f"{country}:{rate.normalize():f}")


def _owed(credits_of: list[Entry]) -> Money:
    currency = credits_of[0].amount.currency
    return Money(-sum(entry.amount.minor for entry in credits_of), currency)
