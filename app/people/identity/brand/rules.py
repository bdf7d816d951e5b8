"""What a brand may be: plain words, colours, small pictures; nothing that a page would run."""

import re
from collections.abc import Iterator
from typing import Final

from app.infra.addresses import one_address
from app.infra.i18n import LANGUAGES
from app.people.identity.brand.model import Apps, Brand, Details
from app.people.identity.complaint import Complaint, plain

LOGO_TYPES: Final = ("image/svg+xml", "image/png", "image/webp")
# The logo travels with the first page of a driver on a phone: it has to be small.
LOGO_MAX_BYTES: Final = 16 * 1024
MOST_NAME: Final = 60
MOST_TEXT: Final = 280
_MOST_FINGERPRINTS: Final = 10

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_APP_ID = re.compile(r"[A-Z0-9]{10}\.[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_STORE_ID = re.compile(r"[0-9]{5,12}")
_PACKAGE = re.compile(r"[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)+")
_FINGERPRINT = re.compile(r"[0-9A-F]{2}(?::[0-9A-F]{2}){31}")
_MAGIC: Final = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/webp": (b"RIFF",),
    "image/svg+xml": (b"<svg", b"<?xml"),
}


def brand_complaints(brand: Brand) -> Iterator[Complaint]:
    """Yield all that is wrong with *brand*; paths begin with `brand`."""
    yield from plain("brand.name", brand.name, most=MOST_NAME)
    for path, colour in (("colour", brand.colour), ("accent", brand.details.accent)):
        if colour is not None and not _COLOUR.fullmatch(colour):
            yield Complaint(f"brand.{path}", f"expected '#rrggbb', got {colour!r}")
    yield from _logo(brand)
    yield from _details(brand.details)


def _logo(brand: Brand) -> Iterator[Complaint]:
    if brand.logo is None:
        return
    if brand.logo_type not in LOGO_TYPES:
        yield Complaint("brand.logo", f"expected one of {', '.join(LOGO_TYPES)}")
    elif not brand.logo.lstrip().startswith(_MAGIC[brand.logo_type]):
        yield Complaint("brand.logo", f"the content is not {brand.logo_type}")
    elif brand.logo_type == "image/svg+xml" and b"<script" in brand.logo.lower():
        yield Complaint("brand.logo", "an SVG with a script is not accepted")
    if len(brand.logo) > LOGO_MAX_BYTES:
        yield Complaint("brand.logo", f"{len(brand.logo)} bytes are more than {LOGO_MAX_BYTES}")


def _details(details: Details) -> Iterator[Complaint]:
    for slot, words in details.texts.items():
        for language, text in words.items():
            path = f"brand.texts.{slot}.{language}"
            if language not in LANGUAGES:
                yield Complaint(path, f"expected one of {', '.join(LANGUAGES)}")
            yield from plain(path, text, most=MOST_TEXT)
    sender = details.mail_sender
    if sender is not None and one_address(sender) != sender:
        yield Complaint("brand.mail_sender", "expected one plain e-mail address")
    yield from _apps(details.apps)


def _apps(apps: Apps) -> Iterator[Complaint]:
    if apps.ios is not None:
        if not _APP_ID.fullmatch(apps.ios.app_id):
            reason = "expected team and bundle, such as ABCDE12345.com.example.charge"
            yield Complaint("brand.apps.ios.app_id", reason)
        if apps.ios.store_id is not None and not _STORE_ID.fullmatch(apps.ios.store_id):
            yield Complaint("brand.apps.ios.store_id", "expected the digits of its App Store page")
    if apps.android is not None:
        if not _PACKAGE.fullmatch(apps.android.package):
            reason = "expected the package's name, such as com.example.charge"
            yield Complaint("brand.apps.android.package", reason)
        yield from _fingerprints(apps.android.fingerprints)


def _fingerprints(fingerprints: tuple[str, ...]) -> Iterator[Complaint]:
    path = "brand.apps.android.fingerprints"
    if not 1 <= len(fingerprints) <= _MOST_FINGERPRINTS:
        yield Complaint(path, f"expected 1 to {_MOST_FINGERPRINTS} of them")
    elif not all(_FINGERPRINT.fullmatch(each) for each in fingerprints):
        yield Complaint(path, "expected SHA-256 as 32 pairs of 0-9 and A-F with ':' between them")
