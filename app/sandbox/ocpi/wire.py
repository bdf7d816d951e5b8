"""OCPI on the wire as the played platform speaks it: JSON, envelopes, headers, both prices."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import msgspec

from app.sandbox.ocpi.book import Book, Json

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODER = msgspec.json.Decoder(float_hook=Decimal)
# Modules that say who they are for.
_SECONDS = 10.0


def dump(value: object) -> bytes:
    """Return JSON with numbers as numbers."""
    return _ENCODER.encode(value)


def load(text: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return what JSON says, exactly."""
    return _DECODER.decode(text)


def stamp(at: datetime) -> str:
    """Return *at* as OCPI writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def envelope(data: object, at: datetime, *, status: int = 1000, message: str = "ok") -> Json:
    """Return *data* in OCPI's envelope."""
    return {"data": data, "status_code": status, "status_message": message, "timestamp": stamp(at)}


def price(net: Decimal, vat: Decimal, version: str) -> Json:
    """Return an amount in the words of *version*."""
    if version == "2.2.1":
        return {"excl_vat": net, "incl_vat": net + vat}
    return {"before_taxes": net, "taxes": [{"name": "VAT", "amount": vat}]}


def in_version(tariff: Json, version: str) -> Json:
    """Return a tariff in the words of *version*."""
    if version != "2.2.1":
        return tariff
    return {name: value for name, value in tariff.items() if name != "tax_included"}


def token_of(header: str, book: Book) -> str:
    """Return the token in an Authorization header; some platforms know no base64."""
    text = header.removeprefix("Token ").strip()
    if book.manners.refuses_base64:
        return text
    try:
        return b64decode(text, validate=True).decode()
    except ValueError:
        return text


class Line:
    """The way to the other end."""

    def __init__(self, book: Book, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Call the partner of *book*, over *transport* if it is given."""
        self._book = book
        self._http = httpx.AsyncClient(transport=transport, timeout=_SECONDS)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def call(
        self, method: str, url: str, body: object = None, *, token: str | None = None
    ) -> Any:  # noqa: ANN401 - JSON
        """Return the data of the answer; raise RuntimeError when it is no success."""
        return (await self._told(method, url, body, token))[0].get("data")

    async def page(self, url: str) -> tuple[list[Json], str | None]:
        """Return a page of a list, and the address of the next one."""
        told, answer = await self._told("GET", url, None, None)
        return told["data"], answer.links.get("next", {}).get("url")

    async def _told(
        self, method: str, url: str, body: object, token: str | None
    ) -> tuple[Json, httpx.Response]:
        secret = token or self._book.partner.theirs
        encoded = b64encode(secret.encode()).decode()
        answer = await self._http.request(
            method,
            url,
            content=None if body is None else dump(body),
            headers={
                "Authorization": f"Token {encoded}",
                "Content-Type": "application/json",
                "X-Request-ID": "sandbox",
                "X-Correlation-ID": "sandbox",
            },
        )
        told = load(answer.content)
        if answer.status_code >= 300 or told["status_code"] >= 2000:  # noqa: PLR2004 - OCPI's
            msg = f"{method} {url}: {answer.status_code} {told}"
            raise RuntimeError(msg)
        return told, answer
