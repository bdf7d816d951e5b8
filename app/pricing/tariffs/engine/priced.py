"""What a session costs: the exact sums at once, lines and amounts of money when they are read."""

from dataclasses import replace
from decimal import Decimal
from functools import cached_property

from app.kernel.money import Money, TaxedAmount
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.compiled.policy import Rounding
from app.pricing.tariffs.compiled.rates import Rates
from app.pricing.tariffs.engine.invoice import Invoice, gross_of, invoice
from app.pricing.tariffs.engine.result import Exact, Line
from app.pricing.tariffs.engine.tally import Bill, Tally
from app.pricing.tariffs.model import Dimension


class Priced:
    """
    What a session costs: rounded once, the gross as the driver sees it kept.

    Whoever only needs the total, such as a check of a month's CDRs, pays for nothing else.
    """

    def __init__(
        self,
        plan: Plan,
        rates: Rates,
        bill: Bill,
        notes: tuple[str, ...],
        phases: tuple[Tally, ...] = (),
    ) -> None:
        """
        Keep the *bill* of a session under *plan* at *rates*, and what had to be assumed.

        *phases* are what it was made of: a reservation, if there was one, and the charging.
        """
        self._plan = plan
        self._rates = rates
        self._bill = bill
        self._notes = notes
        self._phases = phases

    def __eq__(self, other: object) -> bool:
        """Tell whether both have the same lines, amounts and notes."""
        if not isinstance(other, Priced):
            return NotImplemented
        mine, theirs = (self.exact, self._invoice), (other.exact, other._invoice)
        return mine == theirs and self.notes == other.notes

    def __hash__(self) -> int:
        """Return a hash of the total."""
        return hash(self.exact)

    def __repr__(self) -> str:
        """Return the total and how many lines it has."""
        return f"<Priced {self.gross} in {len(self.lines)} lines>"

    @property
    def exact(self) -> Exact:
        """Return the total before rounding."""
        return Exact(self._bill.net, self._bill.gross, self._rates.scale)

    @cached_property
    def gross(self) -> Money:
        """Return what is to pay, incl. VAT."""
        if self._plan.policy.rounding is Rounding.KEEP_GROSS:
            return gross_of(self._plan, self._rates, self._bill)
        nothing = Money.zero(self._plan.tariff.currency)
        return sum((tax.gross for tax in self.taxes), nothing)

    @cached_property
    def net(self) -> Money:
        """Return the amount without VAT: the sum over all rates."""
        return sum((tax.net for tax in self.taxes), Money.zero(self.gross.currency))

    @property
    def vat(self) -> Money:
        """Return the VAT in the amount."""
        return self.gross - self.net

    @property
    def rate(self) -> Decimal | None:
        """Return the VAT rate in percent when there is one for all, else None."""
        return self.taxes[0].rate if len(self.taxes) == 1 else None

    @property
    def taxes(self) -> tuple[TaxedAmount, ...]:
        """Return net, VAT and gross per rate."""
        return self._invoice.taxes

    @property
    def lines(self) -> tuple[Line, ...]:
        """Return the lines, which add up to the amounts."""
        return self._invoice.lines

    @property
    def notes(self) -> tuple[str, ...]:
        """Return codes of what had to be assumed (docs/reference/pricing.md)."""
        rates, bill = self._rates, self._bill
        unknown = any(rates.vat[charge.component.index] is None for charge in bill.charges)
        if bill.limits and not bill.charges:
            unknown = rates.lowest is None
        return (*self._notes, "tax_rate_unknown") if unknown else self._notes

    def cost_of(self, kind: Dimension, *, reserved: bool = False) -> Exact:
        """Return the total of a dimension before rounding and price limits."""
        net = gross = 0
        for charge in self._bill.charges:
            if charge.component.kind is kind and charge.component.reserved is reserved:
                net += charge.net
                gross += charge.gross
        return Exact(net, gross, self._rates.scale)

    @property
    def reservation_cost(self) -> Exact:
        """Return the total of a reservation, fixed prices included, before price limits."""
        parts = [self.cost_of(kind, reserved=True) for kind in Dimension]
        return Exact(
            sum(part.net_scaled for part in parts),
            sum(part.gross_scaled for part in parts),
            self._rates.scale,
        )

    @property
    def unpriced(self) -> dict[tuple[Dimension, bool], int]:
        """Return what cost nothing, in the engine's units, by dimension and whether reserved."""
        return {
            (kind, phase is not self._phases[-1]): volume
            for phase in self._phases
            for kind, volume in phase.free.items()
        }

    def rounded(self, rounding: Rounding) -> "Priced":
        """Return the same price in other amounts of money: for a driver, or for a company."""
        policy = replace(self._plan.policy, rounding=rounding)
        plan = replace(self._plan, policy=policy)
        return Priced(plan, self._rates, self._bill, self._notes, self._phases)

    def credited(self) -> "Priced":
        """Return the price of the credit that takes this one back: every amount negative."""
        return Priced(self._plan, self._rates, self._bill.reversed(), self._notes, self._phases)

    @cached_property
    def _invoice(self) -> Invoice:
        return invoice(self._plan, self._rates, self._bill)
