"""Pictures to test with."""

import hashlib
import io
import struct
import zlib

from PIL import Image


def picture(size: tuple[int, int] = (300, 100), kind: str = "PNG", **options: object) -> bytes:
    """Return a picture of a green field with an opaque edge, as a file of *kind*."""
    drawn = Image.new("RGB", size, (11, 110, 79))
    file = io.BytesIO()
    drawn.save(file, kind, **options)
    return file.getvalue()


def noise(size: tuple[int, int]) -> bytes:
    """Return a PNG that cannot be packed well: every pixel is another one."""
    width, height = size
    pixels = hashlib.shake_256(b"noise").digest(width * height * 3)
    file = io.BytesIO()
    Image.frombytes("RGB", size, pixels).save(file, "PNG")
    return file.getvalue()


def bomb(side: int) -> bytes:
    """Return a small PNG that says it has *side* by *side* pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1024)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height of a picture."""
    with Image.open(io.BytesIO(png)) as opened:
        return opened.size
