"""The templates of the driver's pages, compiled once."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from app.directpay.views import BrandView
from app.infra.i18n import LANGUAGES, NAMES, current_language, install
from app.people.identity.brand.model import Slot
from app.web.drawing.look import Look, look_of

FOLDER = Path(__file__).resolve().parents[3] / "templates" / "web"


@cache
def template(name: str) -> Template:
    """Return the compiled template *name* of templates/web."""
    return _environment().get_template(name)


def render(
    name: str, brand: BrandView | None, sheets: tuple[str, ...] = (), /, **values: object
) -> tuple[str, Look]:
    """
    Return the page *name* in the current language and the brand's look, and that look.

    *sheets* are style sheets that it wears beside the one of all pages.
    """
    look = look_of(brand, *sheets)
    text = template(name).render(
        look=look,
        brand=brand,
        language=current_language(),
        languages=language_links(brand),
        own=own_words(brand),
        **values,
    )
    return text, look


def own_words(brand: BrandView | None) -> dict[str, str]:
    """Return *brand*'s own words by place, in the current language or else in its first one."""
    texts = {} if brand is None else brand.texts
    first = "" if brand is None else brand.languages[0]
    return {
        slot: texts.get(slot, {}).get(current_language(), texts.get(slot, {}).get(first, ""))
        for slot in Slot
    }


def language_links(brand: BrandView | None) -> list[tuple[str, str]]:
    """Return code and own name of each language that *brand* offers, in its order."""
    offered = LANGUAGES if brand is None else brand.languages
    return [(code, NAMES[code]) for code in offered if code in NAMES]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    install(environment)
    environment.filters["dial"] = _dial
    return environment


def _dial(phone: str) -> str:
    """Return a telephone number without what is only there for the eye."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")
