"""Files of others that are served as they were vendored: `static/vendor`, and what it must be."""

import hashlib
from functools import cache
from pathlib import Path

STATIC = Path(__file__).resolve().parents[3] / "static"
_FOLDER = STATIC / "vendor"


class BrokenAsset(RuntimeError):
    """A vendored file is not the one that was vendored."""


def vendored(name: str) -> bytes:
    """Return the vendored file *name*. Raises BrokenAsset when its content is another."""
    content = (_FOLDER / name).read_bytes()
    if hashlib.sha256(content).hexdigest() != digests()[name]:
        raise BrokenAsset(f"{name} is not the file that was vendored")
    return content


@cache
def digests() -> dict[str, str]:
    """Return the SHA-256 of every vendored file, as noted when it was vendored."""
    lines = (_FOLDER / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}
