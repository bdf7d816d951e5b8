"""Bodies made ready to send: hashed and compressed once, sent many times."""

import gzip
import hashlib

import brotli  # type: ignore[import-untyped]  # it has no types

FOR_EVER = 11
# What is large is not compressed as hard: 60 ms for a megabyte instead of 1.6 s.
LARGE = 9
FOR_NOW = 5
_ETAG_BYTES = 12


class Packed:
    """A body, the tag that names its content, and its encodings, each made when first wanted."""

    __slots__ = ("_brotli", "_gzip", "_quality", "etag", "plain")

    def __init__(self, plain: bytes, *, quality: int) -> None:
        """Take the body; *quality* is FOR_EVER (milliseconds) or FOR_NOW (microseconds)."""
        self.plain = plain
        self.etag = f'"{hashlib.blake2b(plain, digest_size=_ETAG_BYTES).hexdigest()}"'
        self._quality = quality
        self._brotli: bytes | None = None
        self._gzip: bytes | None = None

    @property
    def brotli(self) -> bytes:
        """Return the body compressed by Brotli."""
        if self._brotli is None:
            self._brotli = brotli.compress(self.plain, quality=self._quality)
        return self._brotli

    @property
    def gzip(self) -> bytes:
        """Return the body compressed by gzip."""
        if self._gzip is None:
            level = 4 if self._quality == FOR_NOW else 9
            self._gzip = gzip.compress(self.plain, level, mtime=0)
        return self._gzip

    def encoded(self, accept_encoding: str) -> tuple[bytes, str | None]:
        """Return the smallest body that the reader takes, and the name of its encoding."""
        if "br" in accept_encoding:
            return self.brotli, "br"
        if "gzip" in accept_encoding:
            return self.gzip, "gzip"
        return self.plain, None
