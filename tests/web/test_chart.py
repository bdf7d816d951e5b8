"""The power chart."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.directpay.views import PowerPoint
from app.web.drawing.chart import HEIGHT, WIDTH, axis_end, power_chart


def test_a_line_from_corner_to_corner():
    """From 0 to 10 kW in 100 s: the axis ends at 10 kW, the line at the upper right."""
    chart = power_chart([PowerPoint(0, Decimal(0)), PowerPoint(100, Decimal(10))])

    assert chart is not None
    assert f"M0 {HEIGHT}L{WIDTH} 0" == chart.line
    assert f"M0 {HEIGHT}L{WIDTH} 0V{HEIGHT}H0Z" == chart.area


@pytest.mark.parametrize("points", [[], [PowerPoint(0, Decimal(7))]])
def test_no_chart_of_less_than_two_points(points: list[PowerPoint]):
    """One point makes no line."""
    assert power_chart(points) is None


@pytest.mark.parametrize(
    ("highest", "end"),
    [
        ("0", "1"),
        ("1", "1"),
        ("7.4", "8"),
        ("11", "20"),
        ("21", "25"),
        ("22.1", "25"),
        ("150", "200"),
    ],
)
def test_the_axis_ends_at_a_round_number(highest: str, end: str):
    """1, 2, 2.5, 4, 5, 8 or 10 times a power of ten."""
    assert Decimal(end) == axis_end(Decimal(highest))


@given(st.decimals("0.001", "1000", places=3))
def test_the_axis_holds_the_highest_power(highest: Decimal):
    """Never below the highest point, never ten times above it (but at least 1 kW)."""
    end = axis_end(highest)

    assert highest <= end
    assert end <= max(highest * 10, Decimal(1))
