"""A car at the cable: how much it takes, and how it takes less as it fills (pure)."""

from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Final

_HOUR: Final = Decimal(3600)
_FULL: Final = Decimal(100)
# DC: full power to 60 %, then a straight line to a fifth at 80 % and a twentieth at 100 %.
_DC_CURVE: Final = (
    (Decimal(0), Decimal("0.85")),
    (Decimal(10), Decimal(1)),
    (Decimal(55), Decimal(1)),
    (Decimal(80), Decimal("0.45")),
    (Decimal(95), Decimal("0.12")),
    (_FULL, Decimal("0.04")),
)
_AC_CURVE: Final = ((Decimal(0), Decimal(1)), (Decimal(96), Decimal(1)), (_FULL, Decimal("0.2")))


@dataclass(frozen=True, slots=True)
class Car:
    """A battery: *soc* in percent, limits in watts."""

    capacity_wh: Decimal = Decimal(58_000)
    soc: Decimal = Decimal(22)
    ac_limit_w: Decimal = Decimal(11_000)
    dc_limit_w: Decimal = Decimal(170_000)

    @property
    def full(self) -> bool:
        """Tell whether it takes nothing more."""
        return self.soc >= _FULL

    def power_w(self, station_w: Decimal, current: str) -> Decimal:
        """Return the power it draws now from a station that offers *station_w*, in whole watts."""
        if self.full:
            return Decimal(0)
        direct = current == "DC"
        limit = min(station_w, self.dc_limit_w if direct else self.ac_limit_w)
        return (limit * _share(self.soc, _DC_CURVE if direct else _AC_CURVE)).quantize(Decimal(1))

    def charged(self, power_w: Decimal, elapsed: timedelta) -> tuple["Car", Decimal]:
        """Return the car after *elapsed* at *power_w*, and the Wh that went in."""
        seconds = Decimal(elapsed // timedelta(milliseconds=1)) / 1000
        room = (_FULL - self.soc) / _FULL * self.capacity_wh
        energy = min(power_w * seconds / _HOUR, room)
        soc = min(self.soc + energy / self.capacity_wh * _FULL, _FULL)
        return replace(self, soc=soc), energy


def _share(soc: Decimal, curve: tuple[tuple[Decimal, Decimal], ...]) -> Decimal:
    for (low, at_low), (high, at_high) in pairwise(curve):
        if soc <= high:
            return at_low + (at_high - at_low) * (soc - low) / (high - low)
    return curve[-1][1]
