"""One exchange with a merchant: the key, the armed failure, the repeated order, the answer."""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.exceptions import HTTPException

from app.sandbox.provider.book import faults
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.memory import Fault, StoredAnswer
from app.sandbox.provider.book.model import Refusal
from app.sandbox.provider.book.orders import Body
from app.sandbox.provider.hal import HAL, Document, Hal, problem

Asked = Request[None, None, State]
# Mollie keeps an idempotency key for an hour.
KEY_LIFE: Final = timedelta(hours=1)
FAULT_HEADER: Final = "X-Sandbox-Fault"
KEY_LENGTH: Final = 5
log = logging.getLogger("sandbox.provider")


@dataclass(frozen=True, slots=True)
class Order:
    """A request, read: who asks, for what, and the writer of the answer."""

    account: str
    body: Body
    hal: Hal


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    document: Document | None


Effect = Callable[[Order], Answer]


@dataclass(frozen=True, slots=True)
class Exchange:
    """Answers requests of one operation; *pages* is the address of the driver's pages, if set."""

    bank: Bank
    pages: str | None

    async def answer(self, request: Asked, operation: str, effect: Effect) -> Response[bytes]:
        """Do *effect* once per idempotency key and answer, or let the armed failure happen."""
        fault = self._armed(operation, faults.BEFORE)
        if fault is not None:
            return await _failed(fault, request)
        raw = await request.body()
        try:
            answer, replayed = self._effect(request, raw, effect)
        except Refusal as no:
            return _response(no.status, _encoded(problem(no.status, no.detail, no.field)))
        fault = self._armed(operation, faults.AFTER)
        if fault is not None:
            return await _failed(fault, request)
        headers = {"Idempotent-Replayed": "true"} if replayed else {}
        self.bank.woken()
        return _response(answer.status, answer.body, headers)

    def _armed(self, operation: str, kinds: frozenset[str]) -> Fault | None:
        with self.bank.store.writing():
            return self.bank.take(operation, kinds)

    def _effect(self, request: Asked, raw: bytes, effect: Effect) -> tuple[StoredAnswer, bool]:
        account = self._account(request)
        key = request.headers.get("idempotency-key", "")
        print_ = hashlib.sha256(
            b"|".join((request.method.encode(), request.url.path.encode(), raw))
        )
        store, now = self.bank.store, self.bank.now()
        known = store.answer(account, key) if key else None
        if known is not None and now - known.at < KEY_LIFE:
            if known.fingerprint != print_.hexdigest():
                raise Refusal(400, "The idempotency key was used for another request")
            return known, True
        with store.writing():
            done = effect(Order(account, _body(raw), self._hal(request)))
            answer = StoredAnswer(print_.hexdigest(), now, done.status, _encoded(done.document))
            if key:
                store.keep_answer(account, key, answer)
        return answer, False

    def _hal(self, request: Asked) -> Hal:
        asked = str(request.base_url).rstrip("/")
        return Hal(asked, self.pages or asked)

    def _account(self, request: Asked) -> str:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not key.startswith("test_") or len(key) <= KEY_LENGTH:
            raise Refusal(401, "Missing or wrong API key: the sandbox takes keys that begin test_")
        return self.bank.account_of(key)


def not_an_exchange(request: Asked, error: Exception) -> Response[bytes]:
    """Answer what no handler took: a wrong address, a wrong method, or a bug of the sandbox."""
    if not isinstance(error, HTTPException):
        log.error("%s %s", request.method, request.url.path, exc_info=error)
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else "The sandbox has a bug."
    return _response(status, _encoded(problem(status, detail)))


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


async def _failed(fault: Fault, request: Asked) -> Response[bytes]:
    headers = {FAULT_HEADER: fault.fault}
    if fault.fault.startswith("timeout"):
        with suppress(TimeoutError):
            async with asyncio.timeout(fault.milliseconds / 1000):
                await _hung_up(request)
        return _response(504, b"<html>the gateway gave up</html>", headers, "text/html")
    if fault.fault == "garbage_after":
        return _response(200, b"<html>hello from a proxy</html>", headers, "text/html")
    status = faults.STATUS[fault.fault]
    if status == faults.STATUS["rate_limit"]:
        headers["Retry-After"] = "1"
    return _response(status, _encoded(problem(status, f"Armed failure: {fault.fault}")), headers)


async def _hung_up(request: Asked) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _encoded(document: Document | None) -> bytes:
    return b"" if document is None else msgspec.json.encode(document)


def _response(
    status: int, body: bytes, headers: dict[str, str] | None = None, media_type: str = HAL
) -> Response[bytes]:
    return Response(body, status_code=status, headers=headers, media_type=media_type)
