"""The files of stickers: what each says, in the languages of its place, printed in a layout."""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

from babel.languages import get_official_languages

from app.charging.chargers.model import Evse
from app.charging.stickers.errors import StickerOrderInvalid
from app.charging.stickers.model import Sticker, StickerKeys
from app.infra.i18n import LANGUAGES, SOURCE_LANGUAGE, gettext, speaking
from app.infra.pdf import PRINT_TEMPLATES
from app.kernel.parts import part
from app.people.identity.model import Operator
from qr.address import InvalidAddress, address_of
from qr.labels.label import Form, Label, LogoFormat, Look, NotPrintable, Words
from qr.labels.layout import Layout

MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "png": "image/png",
    "zip": "application/zip",
}
LEAST_DPI, MOST_DPI = 72, 600
# Two of the place, and English.
_MOST_LANGUAGES: Final = 3
_LOGO_FORMATS: Final[dict[str, LogoFormat]] = {
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/webp": "webp",
}


@dataclass(frozen=True, slots=True)
class Print:
    """How stickers are printed: the *layout*, as which *form*, with how many dots in a PNG."""

    layout: Layout
    form: Form = "pdf"
    dpi: int = 300


@dataclass(frozen=True, slots=True)
class File:
    """A file with its name."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """Return its media type."""
        return MEDIA_TYPES[self.name.rpartition(".")[2]]


@dataclass(frozen=True, slots=True)
class Printer:
    """Whose stickers are printed: the operator, the keys of the tags, and our own address."""

    operator: Operator
    keys: StickerKeys
    base_url: str

    def label(self, sticker: Sticker, evse: Evse) -> Label:
        """Return what a sticker says. Raises InvalidAddress."""
        base = self.operator.public_url or self.base_url
        whole = address_of(base, sticker.code, tag=self.keys.mark(sticker.code, sticker.number))
        return Label(
            address=whole,
            # What is typed has to lead to the page, too.
            short=whole if self.operator.sticker_tags else address_of(base, sticker.code),
            evse_id=evse.evse_id,
            serial=sticker.serial,
            side=evse.physical_reference,
            words=[words_in(each) for each in self.languages(evse.location.country)],
        )

    def languages(self, country: str) -> tuple[str, ...]:
        """Return the languages of a sticker: the place's, as far as the operator has them."""
        offered = self.operator.languages
        local = [each for each in _official(country) if each in offered] or [offered[0]]
        return tuple(dict.fromkeys((*local[: _MOST_LANGUAGES - 1], SOURCE_LANGUAGE)))

    def look(self) -> Look:
        """Return what all of the operator's stickers have."""
        brand = self.operator.brand
        return Look(
            brand=brand.name,
            colour=brand.colour,
            phone=self.operator.support.phone,
            logo=brand.logo,
            logo_format=_LOGO_FORMATS.get(brand.logo_type or "", "svg"),
        )


def print_stickers(
    ordered: Sequence[tuple[Sticker, Evse]], wanted: Print, printer: Printer
) -> list[File]:
    """
    Return the files of stickers: one PDF, or an SVG or PNG of each sheet.

    It takes some milliseconds for each sticker: call it in a thread. Raises StickerOrderInvalid.
    """
    sheet = part("qr.labels.sheet")
    press = sheet.Press(PRINT_TEMPLATES / "fonts", wanted.dpi)
    try:
        labels = [printer.label(sticker, evse) for sticker, evse in ordered]
        printed = cast(
            "list[bytes]",
            sheet.print_sheets(
                labels, printer.look(), wanted.layout, press=press, form=wanted.form
            ),
        )
    except (NotPrintable, InvalidAddress) as error:
        raise StickerOrderInvalid(str(error), field="layout") from error
    if wanted.form == "pdf":
        return [File("stickers.pdf", printed[0])]
    alone = wanted.layout.per_sheet == 1
    names = [sticker.serial for sticker, _ in ordered] if alone else range(1, len(printed) + 1)
    return [
        File(f"{name}.{wanted.form}", content) for name, content in zip(names, printed, strict=True)
    ]


def one_file(files: Sequence[File]) -> File:
    """Return *files* as one: itself when it is alone, else a ZIP of them."""
    if len(files) == 1:
        return files[0]
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.writestr(zipfile.ZipInfo(file.name), file.content)
    return File("stickers.zip", kept.getvalue())


@lru_cache(maxsize=16)
def words_in(language: str) -> Words:
    """Return the texts of a sticker in *language*."""
    with speaking(language):
        return Words(
            call_to_action=gettext("Scan · pay · charge"),
            steps=gettext("No account, no app."),
            check=gettext("Check that the address begins with %(host)s") % {"host": "{host}"},
            help=gettext("Need help?"),
        )


def _official(country: str) -> Sequence[str]:
    return [each for each in get_official_languages(country, de_facto=True) if each in LANGUAGES]
