"""The one cookie: it says which sessions a browser may stop, and makes paying twice harmless."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from litestar.datastructures import Cookie

from app.web.config import WebConfig

COOKIE = "directpay"
LANGUAGE_COOKIE = "lang"
ADMISSION_COOKIE = "admission"
# A session that is forgotten lasts a day or two; the receipt is looked for a few days longer.
_DAYS = 14
_LANGUAGE_DAYS = 365
_SECONDS_A_DAY = 86_400
_ADMISSION_SECONDS = 900
# Two cars of a family, and yesterday's receipt.
MOST_TICKETS = 4
_BETWEEN = "~"
_NONCE_BYTES = 16
_KEY_BYTES = 16


@dataclass(frozen=True, slots=True)
class Ticket:
    """The address of a session and the right to stop it."""

    token: str
    control: str


def read_tickets(value: str | None) -> tuple[Ticket, ...]:
    """Return the tickets in the cookie's *value*, the newest first; what is none is passed over."""
    pairs = (part.partition(".") for part in (value or "").split(_BETWEEN)[:MOST_TICKETS])
    return tuple(Ticket(token, control) for token, _, control in pairs if token and control)


def ticket_cookie(ticket: Ticket, before: Sequence[Ticket], config: WebConfig) -> Cookie:
    """Return the cookie that keeps *ticket* and the newest of those *before*."""
    kept = [ticket, *(each for each in before if each.token != ticket.token)][:MOST_TICKETS]
    return _cookie(_BETWEEN.join(f"{each.token}.{each.control}" for each in kept), config)


def first_cookie(config: WebConfig) -> Cookie:
    """Return the cookie of a browser that has no session yet: only a number by which to know it."""
    return _cookie(f".{secrets.token_urlsafe(_NONCE_BYTES)}", config)


def language_cookie(language: str, config: WebConfig) -> Cookie:
    """Return the cookie that remembers the chosen *language*."""
    return Cookie(
        key=LANGUAGE_COOKIE,
        value=language,
        max_age=_LANGUAGE_DAYS * _SECONDS_A_DAY,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )


def admission_cookie(code: str, admission: str, config: WebConfig) -> Cookie:
    """Return the cookie that keeps what reading the display at *code* gave, for that page alone."""
    return Cookie(
        key=ADMISSION_COOKIE,
        value=admission,
        path=f"/c/{quote(code, safe='')}",
        max_age=_ADMISSION_SECONDS,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )


def pay_key(cookie: str | None, *choice: str) -> str:
    """
    Return the idempotency key of a payment that a browser begins.

    It follows from what the cookie says and what was chosen: pressing twice gives the same key, and
    the next payment another one, because beginning a journey changes the cookie. A browser without
    cookies gets a new key every time; the socket that is then being paid protects it.
    """
    known = cookie or secrets.token_urlsafe(_NONCE_BYTES)
    text = "\n".join((known, *choice)).encode()
    return hashlib.blake2b(text, digest_size=_KEY_BYTES).hexdigest()


def _cookie(value: str, config: WebConfig) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=value,
        max_age=_DAYS * _SECONDS_A_DAY,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )
