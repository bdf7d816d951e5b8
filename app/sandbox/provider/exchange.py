"""One exchange with a merchant: who asks, the armed failure, the repeated order, the answer."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.response import Stream

from app.sandbox.provider.book import faults
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.faults import Fault
from app.sandbox.provider.book.memory import StoredAnswer
from app.sandbox.provider.book.model import Refusal

Asked = Request[None, None, State]
Document = dict[str, object]
Body = Mapping[str, object]
FAULT_HEADER: Final = "X-Sandbox-Fault"
DRIPS: Final = 20
FIRST_SECONDS: Final = 5
log = logging.getLogger("sandbox.provider")


@dataclass(frozen=True, slots=True)
class Order:
    """
    A request, read: who asks and for what.

    *asked* is the address that was called, *pages* the one of the driver's pages.
    """

    account: str
    body: Body
    asked: str
    pages: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    document: Document | None


Effect = Callable[[Order], Answer]
Reply = Response[bytes] | Stream


class Manners(Protocol):
    """How one face of the sandbox behaves in every exchange."""

    @property
    def name(self) -> str:
        """Return the name of the provider."""

    @property
    def media_type(self) -> str:
        """Return what its answers are written in."""

    @property
    def key_life(self) -> timedelta:
        """Return how long an idempotency key is remembered."""

    @property
    def longest_key(self) -> int:
        """Return how many characters an idempotency key may have."""

    def account(self, headers: Mapping[str, str], body: Body) -> str:
        """Return whose order it is; raise Refusal 401 or 403."""

    def problem(self, no: Refusal) -> Document:
        """Return the published form of a refusal."""

    def headers(self, key: str, *, replayed: bool) -> dict[str, str]:
        """Return the headers of an answer to an order with an idempotency *key*."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """Answers requests to one face; *pages* is the address of the driver's pages, if set."""

    bank: Bank
    pages: str | None
    manners: Manners

    async def answer(self, request: Asked, operation: str, effect: Effect) -> Reply:
        """Do *effect* once per idempotency key and answer, or let the armed failure happen."""
        manners = self.manners
        fault = self._armed(operation, faults.BEFORE)
        if fault is not None:
            return await _failed(fault, request, manners)
        raw = await request.body()
        try:
            answer, headers = self._effect(request, raw, effect)
        except Refusal as no:
            return _response(no.status, manners.problem(no), manners)
        if self._armed(operation, frozenset({faults.FIRST})) is not None:
            await self._letters_went_out()
        fault = self._armed(operation, faults.AFTER)
        self.bank.woken()
        if fault is not None and fault.fault == "slow_drip":
            return _dripping(fault, answer, manners)
        if fault is not None:
            return await _failed(fault, request, manners)
        return Response(
            answer.body, status_code=answer.status, headers=headers, media_type=manners.media_type
        )

    def at(self, request: Asked) -> tuple[str, str]:
        """Return the address that was asked and the one of the driver's pages."""
        asked = str(request.base_url).rstrip("/")
        return asked, self.pages or asked

    def _armed(self, operation: str, kinds: frozenset[str]) -> Fault | None:
        with self.bank.store.writing():
            return self.bank.take(operation, self.manners.name, kinds)

    def _effect(
        self, request: Asked, raw: bytes, effect: Effect
    ) -> tuple[StoredAnswer, dict[str, str]]:
        manners = self.manners
        account = manners.account(request.headers, _readable(raw))
        key = request.headers.get("idempotency-key", "")
        if len(key) > manners.longest_key:
            raise Refusal(400, f"The idempotency key has more than {manners.longest_key} signs")
        query = request.url.query.encode()
        asked = b"|".join((request.method.encode(), request.url.path.encode(), query, raw))
        print_ = hashlib.sha256(asked).hexdigest()
        store, now = self.bank.store, self.bank.now()
        known = store.answer(account, key) if key else None
        if known is not None and now - known.at < manners.key_life:
            if known.fingerprint != print_:
                raise Refusal(400, "The idempotency key was used for another request")
            return known, manners.headers(key, replayed=True)
        with store.writing():
            done = effect(Order(account, _body(raw), *self.at(request)))
            answer = StoredAnswer(print_, now, done.status, _encoded(done.document))
            if key:
                store.keep_answer(account, key, answer)
        return answer, manners.headers(key, replayed=False)

    async def _letters_went_out(self) -> None:
        """Wait until the merchant has taken what there was to tell, but not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_SECONDS):
                self.bank.quiet.clear()
                self.bank.sweep()
                await self.bank.quiet.wait()


def problem_of(no: Refusal, manners: Manners) -> Response[bytes]:
    """Answer a refusal outside an exchange."""
    return _response(no.status, manners.problem(no), manners)


def not_an_exchange(request: Asked, error: Exception, manners: Manners) -> Response[bytes]:
    """Answer what no handler took: a wrong address, a wrong method, or a bug of the sandbox."""
    if not isinstance(error, HTTPException):
        log.error("%s %s", request.method, request.url.path, exc_info=error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else "The sandbox has a bug."
    return _response(status, manners.problem(Refusal(status, detail)), manners)


def _readable(raw: bytes) -> Body:
    """Return the body as far as it can be read, to see who asks."""
    try:
        return _body(raw)
    except Refusal:
        return {}


def _body(raw: bytes) -> Body:
    if not raw:
        return {}
    try:
        body = msgspec.json.decode(raw)
    except msgspec.DecodeError as error:
        raise Refusal(400, f"The body is not JSON: {error}") from error
    if not isinstance(body, dict):
        raise Refusal(400, "The body is not a JSON object")
    return body


async def _failed(fault: Fault, request: Asked, manners: Manners) -> Response[bytes]:
    headers = {FAULT_HEADER: fault.fault}
    if fault.fault.startswith("timeout"):
        with suppress(TimeoutError):
            async with asyncio.timeout(fault.milliseconds / 1000):
                await _hung_up(request)
        return _page(504, b"<html>the gateway gave up</html>", headers)
    if fault.fault == "garbage_after":
        return _page(200, b"<html>hello from a proxy</html>", headers)
    if fault.fault == "bad_gateway_after":
        return _page(502, b"<html>the proxy lost the answer</html>", headers)
    status = faults.STATUS[fault.fault]
    if status == faults.STATUS["rate_limit"]:
        headers["Retry-After"] = "1"
    problem = manners.problem(Refusal(status, f"Armed failure: {fault.fault}"))
    return _response(status, problem, manners, headers)


def _dripping(fault: Fault, answer: StoredAnswer, manners: Manners) -> Stream:
    """Answer in small pieces, so that the whole takes as long as the *fault* says."""

    async def drops() -> AsyncIterator[bytes]:
        size = max(1, -(-len(answer.body) // DRIPS))
        for start in range(0, len(answer.body), size):
            await asyncio.sleep(fault.milliseconds / 1000 / DRIPS)
            yield answer.body[start : start + size]

    headers = {FAULT_HEADER: fault.fault}
    return Stream(
        drops(), status_code=answer.status, media_type=manners.media_type, headers=headers
    )


async def _hung_up(request: Asked) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _encoded(document: Document | None) -> bytes:
    return b"" if document is None else msgspec.json.encode(document)


def _page(status: int, body: bytes, headers: dict[str, str]) -> Response[bytes]:
    return Response(body, status_code=status, headers=headers, media_type="text/html")


def _response(
    status: int, document: Document, manners: Manners, headers: dict[str, str] | None = None
) -> Response[bytes]:
    return Response(
        _encoded(document), status_code=status, headers=headers, media_type=manners.media_type
    )
