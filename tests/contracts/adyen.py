"""A merchant of Adyen in the sandbox, for tests: orders, webhooks with their signatures."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import msgspec

from app.sandbox.provider.app import Options
from tests.contracts.judge import judge_of
from tests.contracts.judged import Sandbox, judged_sandbox
from tests.contracts.stranger import Stranger, stranger
from tests.fakes.clock import FakeClock
from tests.shared import SHARED

WEBHOOKS = SHARED / "specs/adyen/Webhooks-v1.json"
MERCHANT = "VoltstraatECOM"
KEY = {"X-API-Key": "AQEsandbox"}
HMAC_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
BASE = "/adyen/v72"
EUR_50 = {"currency": "EUR", "value": 5000}
BACK = "https://pay.example.org/s/abc/back?x=1"


@dataclass
class Merchant:
    """A merchant account: its client, what it heard, and the sandbox behind."""

    http: httpx.AsyncClient
    hooks: Stranger
    sandbox: Sandbox
    url: str

    async def post(self, path: str, **body: object) -> httpx.Response:
        """Order something of Adyen."""
        return await self.http.post(f"{BASE}{path}", json={"merchantAccount": MERCHANT} | body)

    async def session(self, **changes: object) -> dict[str, Any]:
        """Open a hosted session that holds 50 euros on a card."""
        order = {
            "amount": EUR_50,
            "reference": "DP-1",
            "returnUrl": BACK,
            "mode": "hosted",
            "allowedPaymentMethods": ["scheme"],
            "additionalData": {"manualCapture": "true", "authorisationType": "PreAuth"},
        }
        answer = await self.post("/sessions", **(order | changes))
        assert 201 == answer.status_code, answer.text
        session: dict[str, Any] = answer.json()
        return session

    async def deed(self, name: str, deed: str) -> dict[str, Any]:
        """Let the driver or the world do something to a payment."""
        answer = await self.http.post(f"/control/payments/{name}/{deed}")
        assert 200 == answer.status_code, answer.text
        line: dict[str, Any] = answer.json()
        return line

    async def held(self, **changes: object) -> str:
        """Open a session, let the driver approve, and return the payment's pspReference."""
        session = await self.session(**changes)
        psp: str = (await self.deed(session["id"], "approve"))["id"]
        return psp

    async def control(self, path: str, **body: object) -> None:
        """Use the control plane."""
        answer = await self.http.post(f"/control/{path}", json=body)
        assert 200 == answer.status_code, answer.text

    async def fault(self, operation: str, fault: str, **more: object) -> None:
        """Let the next *operation* go wrong."""
        await self.control("faults", operation=operation, fault=fault, face="adyen", **more)

    async def clock(self, **units: int) -> None:
        """Put the clock forward by days, hours or seconds."""
        scale = {"days": 86_400, "hours": 3600, "minutes": 60, "seconds": 1}
        await self.control("clock", seconds=sum(scale[unit] * n for unit, n in units.items()))

    async def book(self, psp: str) -> dict[str, Any]:
        """Return the sandbox's own line about a payment."""
        lines = (await self.http.get("/control/book")).json()
        return next(line for line in lines if line["id"] == psp)

    async def heard(self, times: int) -> list[dict[str, Any]]:
        """Wait until *times* messages came, judge them, and return all items."""
        async with asyncio.timeout(60):
            while len(self.hooks.bodies) < times:
                self.hooks.heard.clear()
                await self.hooks.heard.wait()
        # Long enough for one that should not have come.
        await asyncio.sleep(0.05)
        return [item for body in self.hooks.bodies for item in items_in(body)]


def items_in(body: bytes) -> list[dict[str, Any]]:
    """Return the items of a webhook, each judged and its signature verified."""
    message = msgspec.json.decode(body)
    found = [wrapped["NotificationRequestItem"] for wrapped in message["notificationItems"]]
    for item in found:
        alone = {"live": message["live"], "notificationItems": [{"NotificationRequestItem": item}]}
        if WEBHOOKS.exists():
            assert [] == judge_of(WEBHOOKS).webhook_deviations(item["eventCode"], alone), item
        assert signature(item) == item["additionalData"]["hmacSignature"]
    return found


def signature(item: dict[str, Any], key: str = HMAC_KEY) -> str:
    """Return the signature of *item*, worked out from Adyen's published list of fields."""
    fields = (
        item["pspReference"],
        item.get("originalReference", ""),
        item["merchantAccountCode"],
        item["merchantReference"],
        item["amount"]["value"],
        item["amount"]["currency"],
        item["eventCode"],
        item["success"],
    )
    text = ":".join(str(field) for field in fields).encode()
    return base64.b64encode(hmac.new(bytes.fromhex(key), text, hashlib.sha256).digest()).decode()


def told(items: list[dict[str, Any]]) -> list[tuple[str, bool]]:
    """Return what happened and whether it went well."""
    return [(item["eventCode"], item["success"] == "true") for item in items]


def query_of(url: str) -> dict[str, str]:
    """Return the query of an address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@asynccontextmanager
async def merchant_account() -> AsyncIterator[Merchant]:
    """Give a merchant with a webhook, at a judged sandbox."""
    hooks = Stranger(202)
    async with (
        judged_sandbox(Options(clock=FakeClock())) as sandbox,
        stranger(hooks) as url,
        httpx.AsyncClient(base_url=sandbox.url, headers=KEY, trust_env=False) as http,
    ):
        merchant = Merchant(http, hooks, sandbox, f"{url}/webhooks/adyen/tok")
        await merchant.control(
            "adyen/webhooks", merchantAccount=MERCHANT, url=merchant.url, hmacKey=HMAC_KEY
        )
        yield merchant
