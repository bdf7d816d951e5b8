"""`directpay brand`: how drivers know an operator."""

import argparse
import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path

from app.commands.brands.mail_hints import mail_hints
from app.commands.running import run
from app.directpay.desk import Desk
from app.embedded import database_of
from app.people.identity.brand.change import change_brand
from app.people.identity.brand.colour import palette
from app.people.identity.brand.logos import LOGO_TYPE, logo_in
from app.people.identity.brand.model import Details, Header, LogoPlace, Slot
from app.people.identity.errors import InvalidOperator
from app.people.identity.find import find_operator
from app.people.identity.model import Operator
from app.serving import database_url
from app.settings import Settings
from app.wiring import create_services

_Deed = Callable[[argparse.Namespace, Operator, Desk], Awaitable[Operator]]


def add_brand(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands that show and change a brand."""
    actions = commands.add_parser("brand", help="how drivers know an operator").add_subparsers(
        required=True, dest="action", metavar="ACTION"
    )
    show = actions.add_parser("show", help="what it is, and what can be read of its colours")
    change = actions.add_parser("set", help="change what is named, and nothing else")
    for name, what in (
        ("name", "what drivers call it"),
        ("colour", "#rrggbb"),
        ("accent", "#rrggbb of buttons and links; empty: none of its own"),
        ("mail-sender", "the address that mails come from, at a proved host; empty: ours"),
        ("phone", "the number of the support"),
        ("email", "the address of the support"),
        ("terms", "the address of the terms"),
        ("privacy", "the address of what is said about personal data"),
        ("imprint", "the address of the imprint"),
    ):
        change.add_argument(f"--{name}", help=what)
    change.add_argument("--receipt-logo", type=LogoPlace, choices=list(LogoPlace))
    change.add_argument("--receipt-header", type=Header, choices=list(Header))
    change.add_argument(
        "--text", action="append", default=[], help="such as scan_note.en=WORDS; empty: none"
    )
    logo = actions.add_parser("logo", help="take a picture as logo, or none")
    logo.add_argument("file", nargs="?", type=Path, help="PNG, JPEG, WebP or SVG; without: none")
    for action, deed in ((show, _show), (change, _set), (logo, _logo)):
        action.add_argument("--operator", required=True, metavar="SLUG", help="the operator's name")
        action.set_defaults(run=_doing(deed))


def _doing(deed: _Deed) -> Callable[[argparse.Namespace], None]:
    def do(given: argparse.Namespace) -> None:
        with database_of(Settings.from_env(os.environ), alone=False) as settings:
            run(_tell(given, deed, settings))

    return do


async def _tell(given: argparse.Namespace, deed: _Deed, settings: Settings) -> None:
    async with create_services(settings, database_url(settings)) as services:
        desk = services.desk
        operator = await find_operator(given.operator, database=services.database)
        shown = await deed(given, operator, desk)
        hints = await mail_hints(shown.brand.details.mail_sender, desk.records)
    print(*_lines(shown, desk.base_of(shown.operator_id)), *hints, sep="\n")


async def _show(_: argparse.Namespace, operator: Operator, desk: Desk) -> Operator:  # noqa: ARG001
    return operator


async def _set(given: argparse.Namespace, operator: Operator, desk: Desk) -> Operator:
    return await change_brand(
        lambda before: _changed(before, given),
        operator_id=operator.operator_id,
        database=desk.database,
    )


async def _logo(given: argparse.Namespace, operator: Operator, desk: Desk) -> Operator:
    logo = None if given.file is None else logo_in(given.file)

    def change(before: Operator) -> Operator:
        kind = None if logo is None else LOGO_TYPE
        return replace(before, brand=replace(before.brand, logo=logo, logo_type=kind))

    return await change_brand(change, operator_id=operator.operator_id, database=desk.database)


def _changed(operator: Operator, given: argparse.Namespace) -> Operator:
    brand, details, receipt = operator.brand, operator.brand.details, operator.brand.details.receipt
    details = replace(
        details,
        texts=_texts(details, given.text),
        accent=_or(given.accent, details.accent) or None,
        mail_sender=_or(given.mail_sender, details.mail_sender) or None,
        receipt=replace(
            receipt,
            logo=given.receipt_logo or receipt.logo,
            header=given.receipt_header or receipt.header,
        ),
    )
    return replace(
        operator,
        brand=replace(
            brand,
            name=_or(given.name, brand.name),
            colour=_or(given.colour, brand.colour),
            details=details,
        ),
        support=replace(operator.support, **_named(given, "phone", "email")),
        links=replace(operator.links, **_named(given, "terms", "privacy", "imprint")),
    )


def _named(given: argparse.Namespace, *names: str) -> dict[str, str]:
    """Return what was given of *names*."""
    return {name: getattr(given, name) for name in names if getattr(given, name) is not None}


def _or(given: str | None, before: str | None) -> str:
    """Return what was given, also when it is empty, or what was there *before*."""
    return (before or "") if given is None else given


def _texts(details: Details, given: list[str]) -> dict[Slot, dict[str, str]]:
    """Return the texts with those that are *given* as `slot.language=words`."""
    texts = {slot: dict(words) for slot, words in details.texts.items()}
    for each in given:
        place, equals, words = each.partition("=")
        slot, _, language = place.partition(".")
        if not equals or slot not in tuple(Slot):
            expected = f"expected SLOT.LANGUAGE=WORDS with one of {', '.join(Slot)}, got {each!r}"
            raise InvalidOperator(expected, path="brand.texts")
        known = texts.setdefault(Slot(slot), {})
        known[language] = words
        if not words:
            del known[language]
    return {slot: words for slot, words in texts.items() if words}


def _lines(operator: Operator, base_url: str) -> Iterator[str]:
    brand, details = operator.brand, operator.brand.details
    colours = palette(brand.colour, details.accent)
    yield f"{brand.name}, at {base_url}"
    yield f"colours  {brand.colour}, accent {details.accent or 'the same'}"
    yield from (f"         {each}" for each in colours.corrections)
    yield f"logo     {'none' if brand.logo is None else f'{len(brand.logo)} bytes'}"
    yield f"receipt  logo {details.receipt.logo}, header {details.receipt.header}"
    for slot, words in details.texts.items():
        yield from (f"text     {slot}.{language}={text}" for language, text in words.items())
    yield f"support  {operator.support.phone}, {operator.support.email}"
    links = operator.links
    yield f"links    {links.terms}, {links.privacy}, {links.imprint}"
    yield f"mails    from {details.mail_sender or 'the installation'}"
