"""Texts in the reader's language by gettext; the one import for languages, texts and formats."""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment

from app.infra.i18n.formats import (
    Amount,
    format_clock,
    format_day_clock,
    format_duration,
    format_energy,
    format_local_date,
    format_local_datetime,
    format_local_time,
    format_money,
    format_month,
    format_number,
    format_percent,
    format_plain,
    format_power,
    format_price,
    format_short_month,
    format_unit_price,
    format_weekday,
)
from app.infra.i18n.language import (
    LANGUAGES,
    NAMES,
    SOURCE_LANGUAGE,
    accepted_languages,
    country_name,
    current_language,
    negotiate,
    speak,
    speaking,
)

__all__ = [
    "CATALOGS",
    "LANGUAGES",
    "NAMES",
    "N_",
    "SOURCE_LANGUAGE",
    "Amount",
    "accepted_languages",
    "country_name",
    "current_language",
    "format_clock",
    "format_day_clock",
    "format_duration",
    "format_energy",
    "format_local_date",
    "format_local_datetime",
    "format_local_time",
    "format_money",
    "format_month",
    "format_number",
    "format_percent",
    "format_plain",
    "format_power",
    "format_price",
    "format_short_month",
    "format_unit_price",
    "format_weekday",
    "gettext",
    "install",
    "negotiate",
    "ngettext",
    "npgettext",
    "pgettext",
    "said",
    "speak",
    "speaking",
    "translations",
]

CATALOGS = Path(__file__).resolve().parents[3] / "templates" / "locales"


@cache
def translations(language: str) -> Translations:
    """Return the texts of *language*, read from its .po files and compiled in memory."""
    texts = Translations()
    for path in sorted((CATALOGS / language / "LC_MESSAGES").glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language))
        compiled.seek(0)
        texts.merge(Translations(compiled))
    return texts


def gettext(message: str) -> str:
    """Return *message* in the current language."""
    return str(translations(current_language()).gettext(message))


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the form for *number* in the current language."""
    return str(translations(current_language()).ngettext(singular, plural, number))


def pgettext(context: str, message: str) -> str:
    """Return *message* in the current language where *context* tells two meanings apart."""
    return str(translations(current_language()).pgettext(context, message))


def npgettext(context: str, singular: str, plural: str, number: int) -> str:
    """Return the form for *number* in the current language and *context*."""
    return str(translations(current_language()).npgettext(context, singular, plural, number))


def N_(message: str) -> str:  # noqa: N802 - the name by which texts are found in the source
    """Mark *message*, which stands in a table, as a text that is translated when it is `said`."""
    return message


def said(message: str) -> str:
    """Return a marked *message* in the current language."""
    return gettext(message)


def install(environment: Environment) -> None:
    """Teach *environment* the texts of the current language and our formats as filters."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # added by the extension
        gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext
    )
    environment.filters.update(
        money=format_money,
        price=format_price,
        energy=format_energy,
        power=format_power,
        plain=format_plain,
        percent=format_percent,
        duration=format_duration,
        local_time=format_local_time,
        clock=format_clock,
        local_date=format_local_date,
        local_datetime=format_local_datetime,
    )
