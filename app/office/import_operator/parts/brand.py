"""From the brand in an operator file to the brand."""

from pathlib import Path as FilePath
from typing import Final, cast

import msgspec

from app.infra.pdf import NotPrintable
from app.kernel.parts import part
from app.office.import_operator.entries.brand import BrandEntry
from app.office.import_operator.faults import Fault, Path
from app.people.identity.brand.errors import PictureInvalid
from app.people.identity.brand.logos import LOGO_TYPE, kept_logo
from app.people.identity.brand.model import Brand, Details, Slot

_KINDS: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp")
_LOGO: Final[Path] = ("operator", "brand", "logo")
_TEXTS: Final[Path] = ("operator", "brand", "texts")


def brand_of(entry: BrandEntry, folder: FilePath, faults: list[Fault]) -> Brand:
    """Return the brand of *entry*, with its logo from *folder*; adds to *faults*."""
    logo = None if entry.logo is None else _logo(entry.logo, folder, faults)
    unknown = [slot for slot in entry.texts if slot not in tuple(Slot)]
    faults += [Fault((*_TEXTS, slot), f"expected one of {', '.join(Slot)}") for slot in unknown]
    texts = {slot: words for slot, words in entry.texts.items() if slot not in unknown}
    known = msgspec.structs.replace(entry, texts=texts)
    details = msgspec.convert(known, Details, from_attributes=True)
    return Brand(entry.name, entry.colour, logo, LOGO_TYPE if logo else None, details)


def _logo(name: str, folder: FilePath, faults: list[Fault]) -> bytes | None:
    kind = FilePath(name).suffix.lower()
    if kind not in _KINDS or FilePath(name).name != name:
        expected = f"expected the name of one of {', '.join(_KINDS)} beside it"
        faults.append(Fault(_LOGO, expected))
        return None
    try:
        content = (folder / name).read_bytes()
        return kept_logo(_rasterised(content) if kind == ".svg" else content)
    except OSError as wrong:
        faults.append(Fault(_LOGO, f"cannot read {name!r}: {wrong.strerror}"))
    except (PictureInvalid, NotPrintable) as wrong:
        faults.append(Fault(_LOGO, f"{name!r}: {wrong}"))
    return None


def _rasterised(svg: bytes) -> bytes:
    return cast("bytes", part("app.infra.pdf.raster").rasterised(svg))
