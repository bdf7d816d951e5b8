"""Reads codes as a phone does: from pixels."""

import pypdfium2 as pdfium
import zxingcpp

from qr.drawing import QUIET_ZONE
from qr.matrix import Matrix


def read_pixels(pixels: bytes, width: int, height: int) -> list[str]:
    """Return the texts of the codes in a grey picture."""
    picture = memoryview(pixels).cast("B", shape=[height, width])
    return [found.text for found in zxingcpp.read_barcodes(picture)]


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


def read_pdf(pdf: bytes, *, dpi: int = 150) -> list[str]:
    """Return the texts of the codes on the first page of *pdf*, seen at *dpi*."""
    with pdfium.PdfDocument(pdf) as document:
        bitmap = document[0].render(scale=dpi / 72, grayscale=True)
        rows = bytes(bitmap.buffer)
        lines = [rows[y * bitmap.stride :][: bitmap.width] for y in range(bitmap.height)]
        return read_pixels(b"".join(lines), bitmap.width, bitmap.height)
