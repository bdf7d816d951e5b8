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
    """
    The colours of a page: the brand and text on it, the accent of buttons and text on it.

    Links are of the accent, corrected until they can be read by day and by night.
    """

    brand: str
    on_brand: str
    accent: str
    on_accent: str
    link_light: str
    link_dark: str

    @property
    def corrections(self) -> tuple[str, ...]:
        """Return in which surroundings the accent is shown as another colour, and as which."""
        links = {"on light pages": self.link_light, "on dark pages": self.link_dark}
        return tuple(
            f"links {where}, and the edges of buttons, are {link} instead of {self.accent}"
            for where, link in links.items()
            if link != self.accent
        )


@cache
def palette(brand: str, accent: str | None = None) -> Palette:
    """
    Return the palette of *brand* and *accent* (`#rrggbb`; None: the brand itself).

    Every pair of text and ground reaches 4.5:1.
    """
    rgb, of_buttons = parse(brand), parse(accent or brand)
    return Palette(
        brand=to_hex(rgb),
        on_brand=to_hex(_readable_on(rgb)),
        accent=to_hex(of_buttons),
        on_accent=to_hex(_readable_on(of_buttons)),
        link_light=to_hex(_towards(of_buttons, BLACK, ground=LIGHT_SURFACE)),
        link_dark=to_hex(_towards(of_buttons, WHITE, ground=DARK_SURFACE)),
    )


def _readable_on(ground: Rgb) -> Rgb:
    """Return black or white; the better of the two has 4.58:1 at least."""
    return max((BLACK, WHITE), key=lambda text: contrast(text, ground))


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
