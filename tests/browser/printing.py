"""Looks at a PDF: its text, and its first page as a picture."""

import io
import struct
import zlib
from pathlib import Path

import pypdfium2 as pdfium
from pypdf import PdfReader

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EIGHT_BITS_RGB = (8, 2, 0, 0, 0)


def pdf_text(pdf: bytes) -> str:
    """Return what the PDF says."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def keep_first_page(pdf: bytes, path: Path) -> None:
    """Keep the first page as a PNG, for people to look at."""
    with pdfium.PdfDocument(pdf) as document:
        bitmap = document[0].render(scale=2, rev_byteorder=True)
        assert 3 == bitmap.n_channels
        pixels, stride, width = bytes(bitmap.buffer), bitmap.stride, bitmap.width
        rows = (pixels[y * stride :][: 3 * width] for y in range(bitmap.height))
        path.write_bytes(_png(width, bitmap.height, b"".join(b"\0" + row for row in rows)))
        bitmap.close()


def _png(width: int, height: int, rows: bytes) -> bytes:
    """Return a PNG of *rows*, each led by its filter's number."""
    header = struct.pack(">IIBBBBB", width, height, *_EIGHT_BITS_RGB)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
