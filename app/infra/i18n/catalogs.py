"""
Keeps the .po files in step with the texts: `python -m app.infra.i18n.catalogs update` or `check`.

English is the source. `messages.po` holds the driver pages, `documents.po` receipts and mails,
`tariffs.po` what a price and a tariff say.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from app.infra.i18n import CATALOGS, LANGUAGES, SOURCE_LANGUAGE

ROOT = CATALOGS.parents[1]
_KEYWORDS = {
    "_": None,
    "gettext": None,
    "N_": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# Which catalog holds the texts of which folders; a folder inside another goes its own way.
DOMAINS = {
    "messages": (
        "templates/web",
        "app/web",
        "app/directpay",
        "app/charging/stickers",
        "app/funds/terminals",
        "app/infra",
    ),
    "documents": (
        "templates/email",
        "templates/print",
        "app/billing",
        "app/directpay/letters",
        "app/gateways",
    ),
    "tariffs": ("app/pricing",),
}


def extract(domain: str) -> Catalog:
    """Return the catalog of all texts that the folders of *domain* hold now."""
    catalog = Catalog(domain=domain, project="directpay", copyright_holder="Direct Pay")
    for path in _sources(domain):
        method = "python" if path.suffix == ".py" else "jinja2"
        options = {"silent": "false", "newstyle_gettext": "true"}
        found = extract_from_file(
            method, path, keywords=_KEYWORDS, comment_tags=("L10N:",), options=options
        )
        for _, message, comments, context in found:
            catalog.add(message, auto_comments=comments, context=context)
    return catalog


def update(domain: str, language: str) -> None:
    """Add new texts to the .po file of *language*, and drop those that are gone."""
    path = catalog_path(domain, language)
    catalog = Catalog(locale=language, domain=domain)
    if path.exists():
        with path.open("rb") as file:
            catalog = read_po(file, locale=language)
    texts = extract(domain)
    if not _new_or_gone(texts, catalog):
        return
    catalog.update(texts, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(
            file,
            catalog,
            width=100,
            sort_output=True,
            no_location=True,
            omit_header=False,
        )


def complaints(domain: str, language: str) -> list[str]:
    """Return what is missing, fuzzy, left over or broken in the .po file of *language*."""
    path = catalog_path(domain, language)
    wanted = extract(domain)
    if not path.exists():
        return [f"{path}: missing"] if len(wanted) else []
    with path.open("rb") as file:
        catalog = read_po(file, locale=language)
    return [f"{path.relative_to(ROOT)}: {what}" for what in _differences(wanted, catalog)]


def catalog_path(domain: str, language: str) -> Path:
    """Return where the texts of *domain* in *language* are kept."""
    return CATALOGS / language / "LC_MESSAGES" / f"{domain}.po"


def _sources(domain: str) -> list[Path]:
    suffixes = {".py", ".html", ".txt", ".xml"}
    found = (path for folder in DOMAINS[domain] for path in (ROOT / folder).rglob("*"))
    return sorted(path for path in found if path.suffix in suffixes and _domain_of(path) == domain)


def _domain_of(path: Path) -> str:
    """Return the domain of the innermost folder that *path* is in."""
    homes = {ROOT / folder: domain for domain, folders in DOMAINS.items() for folder in folders}
    return homes[next(parent for parent in path.parents if parent in homes)]


def _new_or_gone(texts: Catalog, catalog: Catalog) -> bool:
    keys, known = ({(message.id, message.context) for message in each} for each in (texts, catalog))
    return keys != known


def _differences(wanted: Catalog, catalog: Catalog) -> Iterator[str]:
    for message in wanted:
        if not message.id:
            continue
        translated = catalog.get(message.id, message.context)
        if translated is None or not all(_texts(translated.string)):
            yield f"no translation of {message.id!r}"
        elif translated.fuzzy:
            yield f"fuzzy: {message.id!r}"
        else:
            yield from (f"{message.id!r}: {error}" for error in translated.check(catalog))
    for message in catalog:
        if message.id and wanted.get(message.id, message.context) is None:
            yield f"no longer used: {message.id!r}"


def _texts(string: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    return (string or "",) if string is None or isinstance(string, str) else tuple(string)


def main(arguments: list[str]) -> int:
    """Update or check every catalog; return the exit code."""
    pairs = [(domain, lang) for domain in DOMAINS for lang in LANGUAGES if lang != SOURCE_LANGUAGE]
    match arguments:
        case ["update"]:
            for domain, language in pairs:
                update(domain, language)
            return 0
        case ["check"]:
            found = [text for domain, language in pairs for text in complaints(domain, language)]
            sys.stderr.writelines(f"{text}\n" for text in found)
            return 1 if found else 0
        case _:
            sys.stderr.write("usage: python -m app.infra.i18n.catalogs update|check\n")
            return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
