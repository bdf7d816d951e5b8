"""Money in whole minor units, and amounts with their tax, which cannot exist with a wrong sum."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 exponents that are not 2. Providers that deviate (ISK) convert in their gateway.
_CODES = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {code: decimals for decimals, codes in _CODES.items() for code in codes.split()}
_CURRENCY_LENGTH = 3


class CurrencyMismatch(ArithmeticError):
    """Two amounts of different currencies met: a bug in our code."""


def exponent(currency: str) -> int:
    """Return the number of decimals of *currency* (ISO 4217): 2 for EUR, 0 for ISK."""
    return _EXPONENTS.get(currency, 2)


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """An amount in whole minor units of a currency: `Money(1999, "EUR")` is € 19.99."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse what is not money."""
        if type(self.minor) is not int:
            msg = f"minor units are whole: {self.minor!r}"
            raise TypeError(msg)
        if len(self.currency) != _CURRENCY_LENGTH or not self.currency.isupper():
            msg = f"not an ISO 4217 code: {self.currency!r}"
            raise ValueError(msg)

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """Return *amount* (major units), rounded once, half up (away from zero), to minor units."""
        scaled = amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)
        return cls(int(scaled), currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Return no money at all."""
        return cls(0, currency)

    def as_decimal(self) -> Decimal:
        """Return the amount in major units with all its decimals: `Decimal("19.99")`."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: "Money") -> "Money":
        """Return the sum; raise CurrencyMismatch when the currencies differ."""
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Return the difference; raise CurrencyMismatch when the currencies differ."""
        return Money(self.minor - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        """Return the amount with the other sign."""
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Compare two amounts of one currency."""
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        """Compare two amounts of one currency."""
        return self.minor <= self._same(other)

    def __gt__(self, other: "Money") -> bool:
        """Compare two amounts of one currency."""
        return self.minor > self._same(other)

    def __ge__(self, other: "Money") -> bool:
        """Compare two amounts of one currency."""
        return self.minor >= self._same(other)

    def __bool__(self) -> bool:
        """Tell whether there is any money."""
        return self.minor != 0

    def __str__(self) -> str:
        """Return the amount for logs: `19.99 EUR`."""
        return f"{self.as_decimal()} {self.currency}"

    def _same(self, other: "Money") -> int:
        if self.currency != other.currency:
            msg = f"{self} and {other}"
            raise CurrencyMismatch(msg)
        return other.minor


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """Net, VAT and gross of one rate, in one currency; *rate* is in percent."""

    net: Money
    vat: Money
    gross: Money
    rate: Decimal

    def __post_init__(self) -> None:
        """Refuse amounts that do not add up."""
        if self.net + self.vat != self.gross:
            msg = f"{self.net} + {self.vat} is not {self.gross}"
            raise ValueError(msg)

    @classmethod
    def from_gross(cls, gross: Money, rate: Decimal) -> "TaxedAmount":
        """Split *gross*, which includes VAT at *rate* percent; the gross stays as it was seen."""
        net = Money.of(gross.as_decimal() * 100 / (100 + rate), gross.currency)
        return cls(net=net, vat=gross - net, gross=gross, rate=rate)

    @classmethod
    def from_net(cls, net: Money, rate: Decimal) -> "TaxedAmount":
        """Add VAT at *rate* percent to *net*, rounded once, half up."""
        vat = Money.of(net.as_decimal() * rate / 100, net.currency)
        return cls(net=net, vat=vat, gross=net + vat, rate=rate)
