"""Logos as they are kept."""

from pathlib import Path
from typing import Final, cast

from app.infra.pdf import NotPrintable
from app.kernel.parts import part
from app.people.identity.brand.errors import PictureInvalid

LOGO_TYPE: Final = "image/png"
# What a file on the machine of who runs the installation may be: drawings, too.
LOGO_FILES: Final = (".svg", ".png", ".jpg", ".jpeg", ".webp")


def kept_logo(content: bytes) -> bytes:
    """
    Return a logo as it is kept, a PNG of at most LOGO_MAX_BYTES without anything but its pixels.

    It takes some 50 ms: call it in a thread. Raises PictureInvalid.
    """
    return cast("bytes", part("app.people.identity.brand.pictures").redrawn(content))


def logo_in(file: Path) -> bytes:
    """Return the logo in a *file* of LOGO_FILES as it is kept. Raises PictureInvalid."""
    if file.suffix.lower() not in LOGO_FILES:
        raise PictureInvalid(f"{file.name!r}: expected one of {', '.join(LOGO_FILES)}")
    try:
        content = file.read_bytes()
        if file.suffix.lower() == ".svg":
            content = cast("bytes", part("app.infra.pdf.raster").rasterised(content))
        return kept_logo(content)
    except OSError as wrong:
        raise PictureInvalid(f"cannot read {file.name!r}: {wrong.strerror}") from wrong
    except (PictureInvalid, NotPrintable) as wrong:
        raise PictureInvalid(f"{file.name!r}: {wrong}") from wrong
