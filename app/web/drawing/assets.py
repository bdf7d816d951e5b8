"""The files of the pages, each under a name that holds the hash of its content."""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import Final

from markupsafe import Markup

from app.infra.kept.packed import FOR_EVER, LARGE, Packed
from app.infra.kept.vendored import STATIC, vendored
from app.web.security import START

_HASH_LENGTH: Final = 12
_VENDOR: Final = "vendor/"
_LARGE_BYTES: Final = 200_000
_SCRIPT, _STYLE, _ARCHIVE = "text/javascript", "text/css", "application/vnd.pmtiles"
_MEDIA_TYPES: Final = {"js": _SCRIPT, "css": _STYLE, "pmtiles": _ARCHIVE}

# What pages ask for, and the files that it is made of. The live page's script is one file: as two
# deferred scripts the extension can come too late and then never connects.
_FILES: Final = {
    "live.js": (
        "vendor/htmx-4.0.1.min.js",
        "vendor/hx-sse-4.0.1.min.js",
        "trusted.js",
        "live.js",
    ),
    "app.js": ("app.js",),
    "passkey.js": ("passkey.js",),
    "maplibre.js": ("vendor/maplibre-gl-6.17.0.mjs",),
    "maplibre-worker.js": ("vendor/maplibre-gl-worker-6.17.0.mjs",),
    "maplibre.css": ("vendor/maplibre-gl-6.17.0.css",),
    "pmtiles.js": ("vendor/pmtiles-4.5.0.min.mjs",),
    "qr.js": ("vendor/qr-decode-0.7.0.min.mjs",),
    "map.js": ("ground.js", "map.js"),
    "camera.js": ("camera.js",),
    "europe.pmtiles": ("vendor/europe.pmtiles",),
}
# What fetches a script, for the templates: ours alone, and always the same.
STARTER: Final = Markup(START)  # nosec B704  # noqa: S704


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that never changes under its name; of an *archive* browsers read parts."""

    path: str
    media_type: str
    body: Packed

    @property
    def is_large(self) -> bool:
        """Tell whether compressing it takes long."""
        return len(self.body.plain) > _LARGE_BYTES

    @property
    def is_archive(self) -> bool:
        """Tell whether parts of it are asked for, as they are in the file."""
        return self.media_type == _ARCHIVE


@cache
def asset(name: str) -> Asset:
    """Return the file that pages know as *name*. Raises BrokenAsset when a part was changed."""
    body = b";\n".join(source(part) for part in _FILES[name])
    digest = hashlib.sha256(body).hexdigest()[:_HASH_LENGTH]
    quality = LARGE if len(body) > _LARGE_BYTES else FOR_EVER
    stem, _, suffix = name.rpartition(".")
    media_type = _MEDIA_TYPES[suffix]
    return Asset(f"/static/{stem}.{digest}.{suffix}", media_type, Packed(body, quality=quality))


def asset_at(path: str) -> Asset | None:
    """Return the file at *path*, None where none is, or one of another content."""
    stem, _, rest = path.removeprefix("/static/").partition(".")
    name = f"{stem}.{rest.rpartition('.')[2]}"
    found = asset(name) if name in _FILES else None
    return found if found is not None and found.path == path else None


def script() -> Asset:
    """Return the script of the live page: htmx, its SSE extension and our own."""
    return asset("live.js")


def source(name: str) -> bytes:
    """Return a file of static/, a script without comments. Raises BrokenAsset for a changed one."""
    if name.startswith(_VENDOR):
        content = vendored(name.removeprefix(_VENDOR))
        return content if name.endswith(".pmtiles") else _without_map(content)
    lines = (line.strip() for line in (STATIC / name).read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")).encode()


def _without_map(content: bytes) -> bytes:
    """Return a script without the address of its source map, which is not served."""
    return content.split(b"//# sourceMappingURL", maxsplit=1)[0].strip()
