"""Reads codes as a phone does: from pixels, clean and dirty ones."""

import random
from dataclasses import dataclass

import pypdfium2 as pdfium
import zxingcpp

from qr.drawing import QUIET_ZONE
from qr.masks import Matrix

# Dried splashes let half of the light through.
_GRIME = bytes((level + 90) // 2 for level in range(256))


@dataclass(frozen=True, slots=True)
class Picture:
    """A grey picture: a byte per pixel, row by row."""

    pixels: bytes
    width: int
    height: int

    def read(self) -> list[str]:
        """Return the texts of the codes in it."""
        rows = memoryview(self.pixels).cast("B", shape=[self.height, self.width])
        return [found.text for found in zxingcpp.read_barcodes(rows)]

    def read_patiently(self) -> set[str]:
        """Return the texts that are found by one of the ways to tell black from white."""
        rows = memoryview(self.pixels).cast("B", shape=[self.height, self.width])
        ways = (
            zxingcpp.Binarizer.LocalAverage,
            zxingcpp.Binarizer.GlobalHistogram,
            zxingcpp.Binarizer.FixedThreshold,
        )
        return {found.text for way in ways for found in zxingcpp.read_barcodes(rows, binarizer=way)}

    def cut(self, left: int, top: int, width: int, height: int) -> "Picture":
        """Return a part of it, as a phone sees it that is held before one label."""
        rows = [self.pixels[y * self.width + left :][:width] for y in range(top, top + height)]
        return Picture(b"".join(rows), width, height)

    def soiled(self, percent: int, seed: int = 1) -> "Picture":
        """Return the picture with grime on so much of it, in spots of 1 to 4 pixels around."""
        chance = random.Random(seed)
        pixels = bytearray(self.pixels)
        clean = bytearray(b"\1") * len(pixels)
        left = len(pixels) * percent // 100
        while left > 0:
            radius, x, y = chance.randint(1, 4), *map(chance.randrange, (self.width, self.height))
            for row in range(max(0, y - radius), min(self.height, y + radius + 1)):
                begin = row * self.width + max(0, x - radius)
                end = row * self.width + min(self.width, x + radius + 1)
                fresh = [place for place in range(begin, end) if clean[place]]
                for place in fresh:
                    clean[place] = 0
                    pixels[place] = _GRIME[pixels[place]]
                left -= len(fresh)
        return Picture(bytes(pixels), self.width, self.height)


def read_pixels(pixels: bytes, width: int, height: int) -> list[str]:
    """Return the texts of the codes in a grey picture."""
    return Picture(pixels, width, height).read()


def read_matrix(matrix: Matrix, *, scale: int = 4) -> list[str]:
    """Return the texts of the code *matrix*, drawn with *scale* pixels per module."""
    margin = b"\xff" * QUIET_ZONE
    rows = [margin + bytes(0 if black else 255 for black in row) + margin for row in matrix]
    width = len(rows[0])
    white = b"\xff" * width
    rows = [white] * QUIET_ZONE + rows + [white] * QUIET_ZONE
    pixels = b"".join(
        b"".join(bytes([pixel]) * scale for pixel in row) for row in rows for _ in range(scale)
    )
    return read_pixels(pixels, width * scale, len(rows) * scale)


def pages_of(pdf: bytes, *, dpi: int = 150) -> list[Picture]:
    """Return the pages of *pdf* as they are seen at *dpi*."""
    with pdfium.PdfDocument(pdf) as document:
        return [_seen(page, dpi) for page in document]


def _seen(page: pdfium.PdfPage, dpi: int) -> Picture:
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    rows = bytes(bitmap.buffer)
    lines = [rows[y * bitmap.stride :][: bitmap.width] for y in range(bitmap.height)]
    return Picture(b"".join(lines), bitmap.width, bitmap.height)
