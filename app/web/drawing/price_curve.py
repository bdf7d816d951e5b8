"""The prices of today and tomorrow as the steps of a small SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from app.directpay.prices.views import CurvePoint
from app.web.drawing.chart import axis_end

WIDTH = 960
HEIGHT = 96
_SECOND = timedelta(seconds=1)
_HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Curve:
    """
    An SVG of WIDTH x HEIGHT units: the *line*, the *area* under it, the step of *now*.

    *axis* is the line of nothing, and where a day begins.
    """

    line: str
    area: str
    now: str
    axis: str


@dataclass(frozen=True, slots=True)
class Scale:
    """What lies at the edges: the instants of the left and the right, the top and bottom price."""

    start: datetime
    end: datetime
    top: Decimal
    bottom: Decimal

    def x(self, at: datetime) -> int:
        """Return how far to the right an instant lies."""
        return (at - self.start) // _SECOND * WIDTH // ((self.end - self.start) // _SECOND)

    def y(self, price: Decimal) -> int:
        """Return how far down a price lies."""
        return int((self.top - price) * HEIGHT / (self.top - self.bottom))


def price_curve(
    points: Sequence[CurvePoint], until: datetime, now: datetime | None, days: Sequence[datetime]
) -> Curve:
    """
    Return the curve of *points*, the last of which lasts *until*.

    *days* are the instants of the midnights from the left edge to the right one. *now* is the start
    of the step that holds.
    """
    scale = _scale(points, days)
    ends = [point.start for point in points[1:]] + [until]
    steps = [
        (scale.x(point.start), scale.x(end), scale.y(point.price))
        for point, end in zip(points, ends, strict=True)
    ]
    line = f"M{steps[0][0]} {steps[0][2]}" + "".join(f"V{y}H{right}" for _, right, y in steps)
    ground = scale.y(Decimal(0))
    held = [step for point, step in zip(points, steps, strict=True) if point.start == now]
    return Curve(
        line=line,
        area=f"{line}V{ground}H{steps[0][0]}Z",
        now="".join(f"M{left} {y}H{right}V{ground}H{left}Z" for left, right, y in held),
        axis=f"M0 {ground}H{WIDTH}" + "".join(f"M{scale.x(day)} 0V{HEIGHT}" for day in days[1:-1]),
    )


def _scale(points: Sequence[CurvePoint], days: Sequence[datetime]) -> Scale:
    """Return a scale that shows nothing as nothing, and negative prices below it."""
    prices = [point.price for point in points]
    top = axis_end(max(*prices, Decimal(0)) * _HUNDREDTHS) / _HUNDREDTHS
    lowest = min(*prices, Decimal(0))
    bottom = -axis_end(-lowest * _HUNDREDTHS) / _HUNDREDTHS if lowest < 0 else Decimal(0)
    return Scale(days[0], days[-1], top, bottom)
