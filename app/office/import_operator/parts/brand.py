"""From the brand in an operator file to the brand."""

from pathlib import Path as FilePath
from typing import Final

import msgspec

from app.office.import_operator.entries.brand import BrandEntry
from app.office.import_operator.faults import Fault, Path
from app.people.identity.brand.errors import PictureInvalid
from app.people.identity.brand.logos import LOGO_FILES, LOGO_TYPE, logo_in
from app.people.identity.brand.model import Brand, Details, Slot

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
    if FilePath(name).suffix.lower() not in LOGO_FILES or FilePath(name).name != name:
        expected = f"expected the name of one of {', '.join(LOGO_FILES)} beside it"
        faults.append(Fault(_LOGO, expected))
        return None
    try:
        return logo_in(folder / name)
    except PictureInvalid as wrong:
        faults.append(Fault(_LOGO, str(wrong)))
    return None
