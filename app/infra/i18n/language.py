"""The language that a request, job or mail speaks, and how it is chosen."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from functools import cache

from babel import Locale

SOURCE_LANGUAGE = "en"
# English as Europe writes it: 24 hours, day before month.
_LOCALES = {
    "en": "en_GB",
    "nl": "nl_NL",
    "de": "de_DE",
    "fr": "fr_FR",
    "es": "es_ES",
    "it": "it_IT",
    "pl": "pl_PL",
    "da": "da_DK",
    "sv": "sv_SE",
    "nb": "nb_NO",
    "cs": "cs_CZ",
    "pt": "pt_PT",
}
LANGUAGES: tuple[str, ...] = tuple(_LOCALES)
NAMES = {
    "en": "English",
    "nl": "Nederlands",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "pl": "Polski",
    "da": "Dansk",
    "sv": "Svenska",
    "nb": "Norsk",
    "cs": "Čeština",
    "pt": "Português",
}
# Norwegian is asked for by three tags; who reads Nynorsk reads Bokmål.
_ALIASES = {"no": "nb", "nn": "nb"}

_language: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


def current_language() -> str:
    """Return the language that this request, job or `speaking` block speaks."""
    return _language.get()


def speak(language: str) -> None:
    """Set the language for the rest of this context (a request has its own)."""
    _language.set(language)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak *language* inside the block."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def negotiate(wanted: Sequence[str], offered: Sequence[str] = LANGUAGES) -> str | None:
    """Return the first of *wanted* (`nl-BE`, `de`) that is both offered and spoken by us."""
    for tag in wanted:
        language = tag.replace("_", "-").split("-")[0].lower()
        language = _ALIASES.get(language, language)
        if language in offered and language in _LOCALES:
            return language
    return None


def accepted_languages(header: str) -> list[str]:
    """Return the tags of an Accept-Language *header*, the most wanted first (RFC 9110, 12.5.4)."""
    weighted: list[tuple[Decimal, str]] = []
    for part in header.split(","):
        tag, _, parameter = part.strip().partition(";")
        quality = _quality(parameter.strip())
        if tag and tag != "*" and quality:
            weighted.append((quality, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


def _quality(parameter: str) -> Decimal:
    if not parameter.startswith("q="):
        return Decimal(1)
    digits = parameter.removeprefix("q=")
    plain = digits.replace(".", "", 1)
    return Decimal(digits) if plain.isascii() and plain.isdecimal() else Decimal(0)


@cache
def locale_of(language: str) -> Locale:
    """Return Babel's locale of *language*; of English as Europe writes it."""
    return Locale.parse(_LOCALES.get(language, language))


@cache
def country_name(code: str, language: str) -> str:
    """Return the name of a country (ISO 3166-1 alpha-2) in *language*; the code when unknown."""
    return str(locale_of(language).territories.get(code, code))
