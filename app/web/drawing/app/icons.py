"""The icon of an operator's app, drawn from its brand."""

from base64 import b64encode
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from app.infra.pdf import Press
from app.people.identity.brand.colour import palette
from app.people.identity.brand.model import Brand

_SIDE: Final = 512
_CORNER: Final = 112
_BOLT: Final = "M13 4 6 13h5l-1 7 8-10h-6z"
_BOLT_SIDE: Final = 24
# What typst can draw inside a drawing.
_DRAWN: Final = ("image/png", "image/svg+xml")


@dataclass(frozen=True, slots=True)
class IconKind:
    """
    An icon of so many *pixels*; *bleeds* says that the platform cuts its corners.

    Then what is in the middle keeps to the safe zone, a circle of four fifths of the side.
    Source: W3C, "Web Application Manifest", icon masks and safe zone.
    """

    pixels: int
    bleeds: bool = False


KINDS: Final = {
    "180": IconKind(180, bleeds=True),  # what iOS puts on the home screen
    "192": IconKind(192),
    "512": IconKind(512),
    "maskable": IconKind(512, bleeds=True),
}


@lru_cache(maxsize=256)
def icon_png(brand: Brand, kind: IconKind, press: Press) -> bytes:
    """Return the icon as PNG; the first time it waits for the press: call it in a thread."""
    return press.draw(icon_svg(brand, kind), pixels=kind.pixels)


def icon_svg(brand: Brand, kind: IconKind) -> str:
    """Return the icon as SVG: the logo on white, or a bolt on the colour where there is none."""
    colours = palette(brand.colour)
    corner = 0 if kind.bleeds else _CORNER
    inner = _SIDE * (9 if kind.bleeds else 12) // 16
    edge = (_SIDE - inner) // 2
    logo = _logo(brand, edge, inner)
    ground = colours.brand if logo is None else "#ffffff"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_SIDE} {_SIDE}">'
        f'<rect width="{_SIDE}" height="{_SIDE}" rx="{corner}" fill="{ground}"/>'
        f"{logo or _bolt(colours.on_brand, edge, inner)}</svg>"
    )


def _logo(brand: Brand, edge: int, inner: int) -> str | None:
    if brand.logo is None or brand.logo_type not in _DRAWN:
        return None
    data = f"data:{brand.logo_type};base64,{b64encode(brand.logo).decode()}"
    return f'<image x="{edge}" y="{edge}" width="{inner}" height="{inner}" href="{data}"/>'


def _bolt(colour: str, edge: int, inner: int) -> str:
    return (
        f'<svg x="{edge}" y="{edge}" width="{inner}" height="{inner}"'
        f' viewBox="0 0 {_BOLT_SIDE} {_BOLT_SIDE}"><path d="{_BOLT}" fill="{colour}"/></svg>'
    )
