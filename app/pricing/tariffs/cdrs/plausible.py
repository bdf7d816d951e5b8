"""Can it be true: what a CDR says, beside what its operator and the place are known to be."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from app.pricing.tariffs.cdrs.model import StatedCdr, aware
from app.pricing.tariffs.cdrs.verify import Divergence
from app.pricing.tariffs.compiled.plan import Plan

_HOUR: Final = timedelta(hours=1)
# A meter, a clock and a connector's rating may each be off by as much.
_TOLERANCE: Final = Decimal("1.1")


@dataclass(frozen=True, slots=True)
class Known:
    """
    What is known when a CDR arrives *now*; None where it is not, and nothing is said about it.

    *most_kw* is the power of the EVSE, *vat* the rates of the country in percent, and the rest the
    names that are ours: tokens, locations and authorizations.
    """

    now: datetime
    most_kw: Decimal | None = None
    most_kwh: Decimal = Decimal(250)
    longest_without_energy: timedelta = timedelta(hours=24)
    oldest: timedelta = timedelta(days=90)
    vat: frozenset[Decimal] | None = None
    tokens: frozenset[str] | None = None
    locations: frozenset[str] | None = None
    authorizations: frozenset[str] | None = None


def implausible(cdr: StatedCdr, plans: tuple[Plan, ...], known: Known) -> Iterator[Divergence]:
    """Yield what can hardly be true of *cdr*, whose tariffs are *plans*."""
    yield from _energy(cdr, known)
    yield from _age(cdr, known)
    yield from _names(cdr, known)
    yield from _vat(plans, known)


def _energy(cdr: StatedCdr, known: Known) -> Iterator[Divergence]:
    passed, kwh = aware(cdr.end_date_time) - aware(cdr.start_date_time), cdr.total_energy
    if kwh is None:
        return
    hours = Decimal(passed // timedelta(seconds=1)) / (_HOUR // timedelta(seconds=1))
    if known.most_kw is not None and kwh > known.most_kw * hours * _TOLERANCE:
        most = f"{known.most_kw} kW for {passed}"
        yield Divergence("energy_exceeds_power", "total_energy", str(kwh), most)
    if kwh > known.most_kwh:
        yield Divergence("energy_implausible", "total_energy", str(kwh), str(known.most_kwh))
    if not kwh and passed > known.longest_without_energy:
        yield Divergence("no_energy", "total_energy", str(kwh), str(passed))


def _age(cdr: StatedCdr, known: Known) -> Iterator[Divergence]:
    ended_at = aware(cdr.end_date_time)
    if ended_at > known.now:
        yield Divergence("in_future", "end_date_time", str(ended_at), str(known.now))
    if ended_at < known.now - known.oldest:
        yield Divergence("too_old", "end_date_time", str(ended_at), str(known.now - known.oldest))


def _names(cdr: StatedCdr, known: Known) -> Iterator[Divergence]:
    token = cdr.cdr_token.uid if cdr.cdr_token else ""
    location = cdr.cdr_location.id if cdr.cdr_location else ""
    for code, field, name, ours in (
        ("token_unknown", "cdr_token.uid", token, known.tokens),
        ("location_unknown", "cdr_location.id", location, known.locations),
        (
            "authorization_unknown",
            "authorization_reference",
            cdr.authorization_reference or "",
            known.authorizations,
        ),
    ):
        if ours is not None and name not in ours:
            yield Divergence(code, field, name, "")


def _vat(plans: tuple[Plan, ...], known: Known) -> Iterator[Divergence]:
    if known.vat is None:
        return
    for number, plan in enumerate(plans):
        rates = {one.vat for one in plan.components if one.vat is not None} - known.vat
        if rates:
            wrong, right = (", ".join(map(str, sorted(some))) for some in (rates, known.vat))
            yield Divergence("vat_differs", f"tariffs[{number}]", wrong, right)
