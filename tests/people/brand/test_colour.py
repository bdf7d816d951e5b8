"""Brand colours: whatever the operator chooses, the text stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.people.identity.brand.colour import (
    AA,
    BLACK,
    DARK_SURFACE,
    LIGHT_SURFACE,
    WHITE,
    contrast,
    palette,
    parse,
)

CHANNEL = st.integers(0, 255)


@given(st.tuples(CHANNEL, CHANNEL, CHANNEL))
def test_every_brand_is_readable(rgb: tuple[int, int, int]):
    """Text on the brand, and links by day and by night, reach 4.5:1 (WCAG 1.4.3)."""
    colours = palette("#" + bytes(rgb).hex())

    assert contrast(parse(colours.on_brand), parse(colours.brand)) >= AA
    assert contrast(parse(colours.link_light), LIGHT_SURFACE) >= AA
    assert contrast(parse(colours.link_light), WHITE) >= AA
    assert contrast(parse(colours.link_dark), DARK_SURFACE) >= AA
    assert contrast(parse(colours.link_dark), BLACK) >= AA


def test_contrast_of_black_and_white():
    """The greatest contrast there is: 21:1."""
    assert 21 == contrast(BLACK, WHITE)


def test_a_readable_brand_is_its_own_link():
    """A dark green needs no change on light ground."""
    assert "#0b6e4f" == palette("#0b6e4f").link_light


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345g", "0b6e4f0", "#0b6e4f;}"])
def test_what_is_no_colour_is_refused(text: str):
    """Only #rrggbb can reach a style sheet."""
    with pytest.raises(ValueError, match=r"colour|hexadecimal"):
        parse(text)
