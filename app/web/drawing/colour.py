"""
The brand's colour, made readable: text on it and links in it always reach WCAG 2.2 AA.

Source: WCAG 2.2, "relative luminance" and "contrast ratio"; success criteria 1.4.3 (4.5:1).
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

Rgb = tuple[int, int, int]

BLACK: Rgb = (0, 0, 0)
WHITE: Rgb = (255, 255, 255)
# The surfaces of static/app.css that carry links: the darkest light one and the lightest dark one.
LIGHT_SURFACE: Rgb = (0xEE, 0xF1, 0xF4)
DARK_SURFACE: Rgb = (0x24, 0x2B, 0x33)
AA = Decimal("4.5")
_STEPS = 32
_HEX_LENGTH = 7


def _linear(channel: int) -> Decimal:
    value = Decimal(channel) / 255
    if value <= Decimal("0.04045"):
        return value / Decimal("12.92")
    return ((value + Decimal("0.055")) / Decimal("1.055")) ** Decimal("2.4")


_LINEAR = tuple(_linear(channel) for channel in range(256))


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of a page: the brand, text on it, and the brand as a link by day and by night."""

    brand: str
    on_brand: str
    link_light: str
    link_dark: str


@cache
def palette(brand: str) -> Palette:
    """Return the palette of *brand* (`#rrggbb`); every pair of text and ground reaches 4.5:1."""
    rgb = parse(brand)
    on_brand = max((BLACK, WHITE), key=lambda text: contrast(text, rgb))
    return Palette(
        brand=to_hex(rgb),
        on_brand=to_hex(on_brand),
        link_light=to_hex(_towards(rgb, BLACK, ground=LIGHT_SURFACE)),
        link_dark=to_hex(_towards(rgb, WHITE, ground=DARK_SURFACE)),
    )


def parse(colour: str) -> Rgb:
    """Return the channels of `#rrggbb`; raise ValueError when it is anything else."""
    if len(colour) != _HEX_LENGTH or not colour.startswith("#"):
        raise ValueError(f"not a colour as #rrggbb: {colour!r}")
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


def to_hex(rgb: Rgb) -> str:
    """Return `#rrggbb`."""
    return "#" + bytes(rgb).hex()


def contrast(one: Rgb, other: Rgb) -> Decimal:
    """Return the contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + Decimal("0.05")) / (dark + Decimal("0.05"))


def _luminance(rgb: Rgb) -> Decimal:
    red, green, blue = (_LINEAR[channel] for channel in rgb)
    return Decimal("0.2126") * red + Decimal("0.7152") * green + Decimal("0.0722") * blue


def _towards(rgb: Rgb, end: Rgb, *, ground: Rgb) -> Rgb:
    """Return the first mix of *rgb* with *end* that is readable on *ground*."""
    mixes = (_mix(rgb, end, step) for step in range(_STEPS + 1))
    return next((mix for mix in mixes if contrast(mix, ground) >= AA), end)


def _mix(rgb: Rgb, end: Rgb, step: int) -> Rgb:
    red, green, blue = (
        (channel * (_STEPS - step) + target * step) // _STEPS
        for channel, target in zip(rgb, end, strict=True)
    )
    return red, green, blue
