"""The script of the live page: htmx, its SSE extension and our own, in one hashed file."""

import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.infra.kept.packed import FOR_EVER, Packed
from app.web.drawing.look import STATIC

# One file: as two deferred scripts the extension can come too late and then never connects.
_PARTS = ("vendor/htmx-4.0.1.min.js", "vendor/hx-sse-4.0.1.min.js", "live.js")
_HASH_LENGTH = 12


class BrokenAsset(RuntimeError):
    """A vendored file is not the one that was vendored."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that never changes under its name."""

    path: str
    media_type: str
    body: Packed


@cache
def script() -> Asset:
    """Return the one script file. Raises BrokenAsset when a vendored part was changed."""
    body = ";\n".join(_part(STATIC / part) for part in _PARTS).encode()
    name = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
    return Asset(f"/static/live.{name}.js", "text/javascript", Packed(body, quality=FOR_EVER))


def vendored_digests() -> dict[str, str]:
    """Return the SHA-256 of every vendored file, as noted when it was vendored."""
    lines = (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines()
    return {name: digest for digest, name in (line.split() for line in lines)}


def _part(path: Path) -> str:
    text = path.read_text()
    if path.parent.name == "vendor":
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != vendored_digests()[path.name]:
            raise BrokenAsset(f"{path.name} is not the file that was vendored")
        return text.split("//# sourceMappingURL", maxsplit=1)[0].strip()
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))
