"""The power chart: points of power over time as the path of a small SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.directpay.views import PowerPoint

WIDTH = 320
HEIGHT = 96
_LEAST_POINTS = 2
# The axis ends at a round number: 1, 2, 2.5, 4, 5, 8 or 10 times a power of ten.
_ROUND = tuple(Decimal(text) for text in ("1", "2", "2.5", "4", "5", "8", "10"))


@dataclass(frozen=True, slots=True)
class Chart:
    """An SVG of WIDTH x HEIGHT units: the line, the area under it, and what the axes end at."""

    line: str
    area: str
    top_kw: Decimal
    seconds: int


@dataclass(frozen=True, slots=True)
class DrawnChart:
    """A chart with its words: what it shows, what its axes end at."""

    chart: Chart
    label: str
    top: str
    span: str
    width: int = WIDTH
    height: int = HEIGHT


def power_chart(curve: Sequence[PowerPoint]) -> Chart | None:
    """Return the chart of *curve*, or None while there are fewer than two points."""
    if len(curve) < _LEAST_POINTS or not curve[-1].seconds:
        return None
    top = axis_end(max(point.power_kw for point in curve))
    seconds = curve[-1].seconds
    places = [
        f"{point.seconds * WIDTH // seconds} {HEIGHT - int(point.power_kw * HEIGHT / top)}"
        for point in curve
    ]
    line = "M" + "L".join(places)
    first = curve[0].seconds * WIDTH // seconds
    return Chart(line, f"{line}V{HEIGHT}H{first}Z", top, seconds)


def axis_end(highest: Decimal) -> Decimal:
    """Return the round number at or above *highest* that ends the axis; at least 1."""
    if highest <= 1:
        return Decimal(1)
    magnitude = Decimal(1).scaleb(highest.adjusted())
    return next(factor * magnitude for factor in _ROUND if factor * magnitude >= highest)
