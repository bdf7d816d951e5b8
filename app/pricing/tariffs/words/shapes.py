"""What a price and a block of prices have, whoever shows them: the engine, a page or the API."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.infra.i18n import Amount


class Price(Protocol):
    """One price, incl. VAT: the engine's `PriceNow`, or a view of it."""

    @property
    def unit(self) -> str:
        """What it is a price of: kwh, minute, session or other."""
        ...

    @property
    def kind(self) -> str:
        """The OCPI dimension."""
        ...

    @property
    def price(self) -> Decimal:
        """Major units per unit."""
        ...

    @property
    def currency(self) -> str:
        """The ISO 4217 code."""
        ...

    @property
    def from_minute(self) -> int | None:
        """The minute of the session from which it holds."""
        ...

    @property
    def from_kwh(self) -> Decimal | None:
        """The energy from which it holds."""
        ...

    @property
    def from_kw(self) -> Decimal | None:
        """The power from which it holds."""
        ...

    @property
    def until(self) -> datetime | None:
        """The instant of its next change by the calendar."""
        ...


class Block(Protocol):
    """The prices of a session that starts now: the engine's `PriceBlock`, or a view of it."""

    @property
    def components(self) -> Sequence[Price]:
        """The prices in the order of AFIR."""
        ...

    @property
    def minimum(self) -> Amount | None:
        """The least that a session costs."""
        ...

    @property
    def maximum(self) -> Amount | None:
        """The most that a session costs."""
        ...

    @property
    def vat_rate(self) -> Decimal | None:
        """The VAT rate in percent."""
        ...

    @property
    def next_change(self) -> datetime | None:
        """When other prices hold."""
        ...

    @property
    def next_components(self) -> Sequence[Price]:
        """The prices from then on."""
        ...
