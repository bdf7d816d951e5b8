"""How an operator's pages look: colours, style sheet, icon, logo."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from app.directpay.views import BrandView
from app.people.identity.brand.colour import Palette, palette
from app.web.security import inlined

STATIC = Path(__file__).resolve().parents[3] / "static"
# What every page wears.
SHEET = "app.css"
# What a page shows that belongs to no operator: an unknown code, an unknown session.
PRODUCT_NAME = "Direct Pay"
PRODUCT_COLOUR = "#0b5c4a"
_ICON = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'>"
    "<rect width='24' height='24' rx='6' fill='{brand}'/>"
    "<path d='M13 4 6 13h5l-1 7 8-10h-6z' fill='{on_brand}'/></svg>"
)


@dataclass(frozen=True, slots=True)
class Look:
    """What a page wears; *style* is the CSP source that allows its style sheet."""

    name: str
    palette: Palette
    css: Markup
    style: str
    icon: str
    logo: str | None


def look_of(brand: BrandView | None, *more: str) -> Look:
    """
    Return the look of *brand*, or the product's own where there is none.

    *more* are the names of style sheets in static/ that only some pages wear.
    """
    if brand is None:
        return _look(PRODUCT_NAME, palette(PRODUCT_COLOUR), None, *more)
    return _look(brand.name, palette(brand.colour, brand.accent), brand.logo, *more)


@cache
def _look(name: str, colours: Palette, logo: str | None, *more: str) -> Look:
    css = _properties(colours) + "".join(style_sheet(sheet) for sheet in (SHEET, *more))
    icon = _ICON.format(brand=colours.brand, on_brand=colours.on_brand)
    return Look(
        name=name,
        palette=colours,
        # Ours alone: our style sheet and six colours that were parsed.
        css=Markup(css),  # nosec B704  # noqa: S704
        style=inlined(css),
        icon="data:image/svg+xml," + quote(icon, safe=" ='/:"),
        logo=logo,
    )


@cache
def style_sheet(name: str = SHEET) -> str:
    """Return a style sheet of static/ without comments and needless space."""
    css = re.sub(r"/\*.*?\*/", "", (STATIC / name).read_text(), flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r" ?([{};,]) ?", r"\1", css).replace(";}", "}")
    # In our style sheet a colon with a space after it is always that of a declaration.
    return css.replace(": ", ":").strip()


def _properties(colours: Palette) -> str:
    return (
        f":root{{--brand:{colours.brand};--on-brand:{colours.on_brand};"
        f"--accent:{colours.accent};--on-accent:{colours.on_accent};"
        f"--link-light:{colours.link_light};--link-dark:{colours.link_dark}}}"
    )
