"""Bodies made ready to send: hashed and compressed once, sent many times."""

import gzip
import hashlib
from dataclasses import dataclass

import brotli  # type: ignore[import-untyped]  # it has no types

FOR_EVER = 11
FOR_NOW = 5
_ETAG_BYTES = 12


@dataclass(frozen=True, slots=True)
class Packed:
    """A body in three encodings, and the tag that names its content."""

    plain: bytes
    gzip: bytes
    brotli: bytes
    etag: str

    def encoded(self, accept_encoding: str) -> tuple[bytes, str | None]:
        """Return the smallest body that the reader takes, and the name of its encoding."""
        if "br" in accept_encoding:
            return self.brotli, "br"
        if "gzip" in accept_encoding:
            return self.gzip, "gzip"
        return self.plain, None


def pack(body: bytes, *, quality: int) -> Packed:
    """Compress *body*: FOR_EVER takes milliseconds and suits files, FOR_NOW microseconds."""
    return Packed(
        plain=body,
        gzip=gzip.compress(body, 9 if quality == FOR_EVER else 4, mtime=0),
        brotli=brotli.compress(body, quality=quality),
        etag=f'"{hashlib.blake2b(body, digest_size=_ETAG_BYTES).hexdigest()}"',
    )
