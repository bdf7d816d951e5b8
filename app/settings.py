"""What an installation can decide, read from the environment once; the defaults run embedded."""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_network
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

KEY_BYTES: Final = 32
_VIES_URL: Final = "https://ec.europa.eu/taxation_customs/vies/rest-api"
MAX_PORT: Final = 65535
_CHECKOUT_ORIGINS: Final = (
    "https://www.mollie.com https://pay.mollie.com https://eu.adyen.link https://test.adyen.link"
)


class SettingsError(Exception):
    """The environment holds something that cannot be used; the sentence names the variable."""


class Role(StrEnum):
    """What a process does; `serve` without DATABASE_URL does all of it."""

    WEB = "web"
    OCPP = "ocpp"
    WORKER = "worker"


EVERY_ROLE: Final = frozenset(Role)


@dataclass(frozen=True, slots=True)
class Http:
    """Where the server listens and what the world calls it."""

    host: str
    port: int
    base_url: str
    trusted_proxies: tuple[str, ...]

    @property
    def is_secure(self) -> bool:
        """Tell whether the world reaches the server by https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """The operator's PostgreSQL, or None for the embedded one; *pool_size* is per process."""

    url: str | None = field(repr=False)
    pool_size: int


@dataclass(frozen=True, slots=True)
class Redis:
    """Redis for several processes, or None for one process that keeps everything to itself."""

    url: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Mail:
    """The mail server and who writes the mails; *security* is `none`, `starttls` or `tls`."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    security: str
    sender: str


@dataclass(frozen=True, slots=True)
class Security:
    """The keys of 32 bytes: the first seals, the others still open (so that keys can rotate)."""

    master_keys: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Payments:
    """
    The origins that a payment page and its redirects may have; where the providers' APIs are.

    Without *adyen_url* it is Adyen's own, which depends on the account.
    """

    checkout_origins: tuple[str, ...]
    mollie_url: str
    adyen_url: str | None


@dataclass(frozen=True, slots=True)
class Roaming:
    """Whether other platforms may be *anywhere*, or only at public addresses behind https."""

    anywhere: bool


@dataclass(frozen=True, slots=True)
class Tiles:
    """What maps are drawn from: a PMTiles archive or a raster template, and whom to name for it."""

    url: str
    attribution: str

    @property
    def is_raster(self) -> bool:
        """Tell whether the tiles are pictures."""
        return "{z}" in self.url


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything an installation can decide."""

    http: Http
    database: DatabaseSettings
    redis: Redis
    mail: Mail
    security: Security
    payments: Payments
    roaming: Roaming
    vies_url: str | None
    tiles: Tiles | None
    sticker_layouts: tuple[Path, ...]
    state: Path

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Return the settings of *environ*; raise SettingsError, which names what is wrong."""
        state = Path(environ.get("DIRECTPAY_STATE", "var")).absolute()
        http = _http(environ)
        return cls(
            http=http,
            database=DatabaseSettings(
                url=_url(environ, "DATABASE_URL", ("postgresql", "postgres")),
                pool_size=_integer(environ, "DATABASE_POOL_SIZE", 10, highest=1000),
            ),
            redis=Redis(url=_url(environ, "REDIS_URL", ("redis", "rediss", "unix"))),
            mail=_mail(environ),
            security=Security(master_keys=_master_keys(environ, state)),
            payments=_payments(environ),
            roaming=_roaming(environ, http),
            vies_url=_vies(environ),
            tiles=_tiles(environ),
            sticker_layouts=_folders(environ, "STICKER_LAYOUTS"),
            state=state,
        )


def _http(environ: Mapping[str, str]) -> Http:
    host = environ.get("HOST") or "127.0.0.1"
    port = _integer(environ, "PORT", 8000, highest=MAX_PORT)
    base_url = _url(environ, "BASE_URL", ("http", "https")) or f"http://{host}:{port}"
    return Http(
        host=host,
        port=port,
        base_url=base_url.rstrip("/"),
        trusted_proxies=_networks(environ, "TRUSTED_PROXIES"),
    )


def _mail(environ: Mapping[str, str]) -> Mail:
    url = _url(environ, "MAIL_URL", ("smtp", "smtps", "smtp+starttls")) or "smtp://127.0.0.1:1025"
    parts = urlsplit(url)
    securities = {"smtp": ("none", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
    security, port = securities[parts.scheme]
    if parts.hostname is None:
        raise SettingsError("MAIL_URL names no host")
    return Mail(
        host=parts.hostname,
        port=parts.port or port,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        security=security,
        sender=environ.get("MAIL_SENDER") or "receipts@directpay.example",
    )


def _payments(environ: Mapping[str, str]) -> Payments:
    mollie = _url(environ, "MOLLIE_URL", ("http", "https")) or "https://api.mollie.com"
    adyen = _url(environ, "ADYEN_URL", ("http", "https"))
    origins = environ.get("CHECKOUT_ORIGINS", _CHECKOUT_ORIGINS)
    return Payments(
        checkout_origins=tuple(origins.split()),
        mollie_url=mollie.rstrip("/"),
        adyen_url=None if adyen is None else adyen.rstrip("/"),
    )


def _roaming(environ: Mapping[str, str], http: Http) -> Roaming:
    """Return where platforms may be; who is reached without TLS is being tried out."""
    peers = environ.get("OCPI_PEERS") or ("public" if http.is_secure else "anywhere")
    if peers not in {"public", "anywhere"}:
        raise SettingsError(f"OCPI_PEERS must be public or anywhere, not {peers!r}")
    return Roaming(anywhere=peers == "anywhere")


def _vies(environ: Mapping[str, str]) -> str | None:
    """Return where VAT numbers are looked up, None for nowhere (`off`)."""
    if environ.get("VIES_URL") == "off":
        return None
    return _url(environ, "VIES_URL", ("http", "https")) or _VIES_URL


def _tiles(environ: Mapping[str, str]) -> Tiles | None:
    """Return what maps are drawn from, None for the bundled Europe."""
    url = _url(environ, "MAP_TILES", ("http", "https"))
    attribution = environ.get("MAP_ATTRIBUTION", "").strip()
    if url is None:
        return None
    if not url.endswith(".pmtiles") and not all(part in url for part in ("{z}", "{x}", "{y}")):
        raise SettingsError("MAP_TILES must end in .pmtiles or name {z}, {x} and {y}")
    if not attribution:
        raise SettingsError("MAP_ATTRIBUTION is missing: who made the tiles of MAP_TILES wants it")
    return Tiles(url, attribution)


def _master_keys(environ: Mapping[str, str], state: Path) -> tuple[bytes, ...]:
    """Return the keys of DIRECTPAY_KEYS, or without DATABASE_URL one made and kept in *state*."""
    given = environ.get("DIRECTPAY_KEYS", "").split()
    if given:
        return tuple(_key(text, "DIRECTPAY_KEYS") for text in given)
    path = state / "master.key"
    if environ.get("DATABASE_URL") and not path.exists():
        raise SettingsError(
            "DIRECTPAY_KEYS is missing: with a DATABASE_URL the keys that seal the payment"
            " credentials are yours to keep. Make one with `directpay key`."
        )
    return (_key(_kept_key(path), str(path)),)


def _kept_key(path: Path) -> str:
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = new_key()
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(text)
        return text


def new_key() -> str:
    """Return a new master key as text for DIRECTPAY_KEYS."""
    return base64.urlsafe_b64encode(os.urandom(KEY_BYTES)).decode()


def _key(text: str, name: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except ValueError as error:
        raise SettingsError(f"{name} is not base64. Make a key with `directpay key`.") from error
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{name} holds {len(key)} bytes instead of 32: use `directpay key`.")
    return key


def _url(environ: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    text = environ.get(name, "").strip()
    if not text:
        return None
    if urlsplit(text).scheme not in schemes:
        raise SettingsError(f"{name} must begin with {' or '.join(f'{s}://' for s in schemes)}")
    return text


def _folders(environ: Mapping[str, str], name: str) -> tuple[Path, ...]:
    text = environ.get(name, "").strip()
    if text and not Path(text).is_dir():
        raise SettingsError(f"{name}: {text!r} is no folder")
    return (Path(text),) if text else ()


def _integer(environ: Mapping[str, str], name: str, default: int, *, highest: int) -> int:
    text = environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not 0 < int(text) <= highest:
        raise SettingsError(f"{name} must be a whole number from 1 to {highest}, not {text!r}")
    return int(text)


def _networks(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    found = tuple(environ.get(name, "127.0.0.1").split())
    for text in found:
        try:
            ip_network(text)
        except ValueError as error:
            raise SettingsError(f"{name}: {text!r} is no address or network") from error
    return found
