"""Sets documents with typst; loaded with the first one, see `Press`."""

import json
import struct
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

import typst

from app.infra.pdf.press import NotPrintable

FONT: Final = "Noto Sans"
_REPLACEMENT: Final = "?"
_PICTURE: Final = "picture.typ"


class Compositor:
    """
    Fills the templates of a folder, in the one thread that it is used in.

    Data reaches a template only as JSON in `sys.inputs.data`, so no text can become code. Only
    the folder's own fonts are used; a character that they lack is printed as `?`, because a
    missing glyph may not be archived.
    """

    def __init__(self, folder: Path) -> None:
        """Load the fonts of *folder*/fonts."""
        files = sorted((folder / "fonts").glob("*.ttf"))
        self._folder = folder
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder / "fonts"]
        )
        # typst sets no text at all, and says nothing, when it has no font.
        assert FONT in fonts.families(), folder  # noqa: S101 - the fonts are part of us
        self._glyphs = frozenset.intersection(*(glyphs(file.read_bytes()) for file in files))
        self._compiler = typst.Compiler(root=folder, font_paths=fonts)

    def compose(self, template: str, data: Mapping[str, object], at: datetime) -> bytes:
        """Return *template* filled with *data* as a PDF made *at*. Raises NotPrintable."""
        inputs = {"data": json.dumps(self._printable(data), ensure_ascii=False)}
        try:
            pdf = self._compiler.compile(
                input=self._folder / template,
                format="pdf",
                sys_inputs=inputs,
                # For the archive, and for people who cannot see the page.
                pdf_standards=["a-3b", "ua-1"],
                timestamp=int(at.timestamp()),
            )
        except typst.TypstError as error:
            raise NotPrintable(f"{template}: {error.message} {error.diagnostic}") from error
        assert isinstance(pdf, bytes)  # noqa: S101 - a PDF is one file
        return pdf

    def draw(self, svg: str, pixels: int) -> bytes:
        """Return a square drawing as PNG, *pixels* wide. Raises NotPrintable."""
        try:
            png = self._compiler.compile(
                input=self._folder / _PICTURE,
                format="png",
                # A point is a 72nd of an inch.
                ppi=72,
                sys_inputs={"svg": svg, "points": str(pixels)},
            )
        except typst.TypstError as error:
            raise NotPrintable(f"{_PICTURE}: {error.message} {error.diagnostic}") from error
        assert isinstance(png, bytes)  # noqa: S101 - one page is one file
        return png

    def _printable(self, value: object) -> object:
        match value:
            case str():
                return value if value.isascii() else "".join(map(self._or_replacement, value))
            case Mapping():
                return {key: self._printable(item) for key, item in value.items()}
            case list() | tuple():
                return [self._printable(item) for item in value]
            case _:
                return value

    def _or_replacement(self, character: str) -> str:
        return character if ord(character) in self._glyphs else _REPLACEMENT


def glyphs(font: bytes) -> frozenset[int]:
    """Return the code points of the basic plane for which a TrueType *font* has a glyph."""
    start = _cmap_format_4(font)
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
    pairs = zip(starts, ends, strict=True)
    return frozenset(point for low, high in pairs for point in range(low, high + 1)) - {0xFFFF}


def _cmap_format_4(font: bytes) -> int:
    """Return where the Windows Unicode table starts (OpenType, "cmap")."""
    for index in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, cmap, _ = struct.unpack_from(">4sIII", font, 12 + 16 * index)
        if tag != b"cmap":
            continue
        for subtable in range(struct.unpack_from(">H", font, cmap + 2)[0]):
            platform, encoding, offset = struct.unpack_from(">HHI", font, cmap + 4 + 8 * subtable)
            if (platform, encoding) == (3, 1):
                return int(cmap + offset)
    msg = "the font has no Unicode table"
    raise ValueError(msg)
