"""
A program that speaks to the API over the small world of the stories.

Every answer that it gets is judged by the API's own description: the status must be declared for
that operation, with that media type, and the body must fit the declared schema.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import httpx
import jsonschema_rs
from litestar import Litestar

from app.api.application import api_application
from app.gateways.ocpp.desk.calls import Calls
from tests.fakes.line import FakeLine
from tests.scenarios.world import CODE, World

BASE = "https://pay.example"
KEY = "0197a0c4-7b1e-7cc0-9d35-0123456789ab"


async def page_by_page(program: "Program", path: str, rows: str, **headers: str) -> list[Any]:
    """Return a list that was read one row at a time, until there is no cursor any more."""
    seen: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        query = urlencode({"limit": 1, **cursor})
        answer = (await program.get(f"{path}?{query}", **headers)).json()
        seen += answer[rows]
        if answer["next_cursor"] is None:
            return seen
        assert 1 == len(answer[rows])
        cursor = {"cursor": answer["next_cursor"]}


@dataclass
class Program:
    """Somebody's app at our API, and the world behind it; charge points answer on the *line*."""

    world: World
    api: Litestar
    http: httpx.AsyncClient
    description: Mapping[str, object]
    line: FakeLine
    posted: int = 0

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for something below /api/v1."""
        return await self._send("GET", path, headers=named(headers))

    async def post(self, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Send something to /api/v1, with a key of its own where one is asked for."""
        if self._asks_for_key(path):
            self.posted += 1
            headers.setdefault("Idempotency_Key", f"{KEY}-{self.posted}")
        return await self._send("POST", path, headers=named(headers), json=body)

    def _asks_for_key(self, path: str) -> bool:
        found = operation_path(f"/api/v1{path}", self.description)
        operations = self.description["paths"].get(found, {})  # type: ignore[attr-defined]
        asked = operations.get("post", {}).get("parameters", ())
        return any(each["name"] == "Idempotency-Key" for each in asked)

    async def orders(self, **changed: object) -> dict[str, object]:
        """What a driver chooses who has seen the price."""
        price = (await self.get(f"/codes/{CODE}")).json()["price"]
        return {
            "code": CODE,
            "method": "creditcard",
            "tariff_id": price["tariff_id"],
            "tariff_version": price["tariff_version"],
            **changed,
        }

    async def begins(self) -> dict[str, str]:
        """Begin a session and return its tokens."""
        answer = await self.post("/sessions", await self.orders(), Idempotency_Key=KEY)
        assert 201 == answer.status_code, answer.text
        return answer.json()

    async def begins_and_plugs_in(self) -> dict[str, str]:
        """The whole way to a running transaction; return the session's tokens."""
        begun = await self.begins()
        self.world.provider.approve(self.world.payment_ref)
        await self.world.webhook()
        await self.world.starts()
        return begun

    async def charges_and_stops(self) -> dict[str, str]:
        """A session of 12.340 kWh at € 0.50, to its receipt; return its tokens."""
        begun = await self.begins_and_plugs_in()
        await self.world.charges(minutes=30, kwh="12.340")
        await self.post(f"/sessions/{begun['token']}/stop", **bearer(begun))
        await self.world.worker.run_due()
        await self.world.stops()
        await self.world.passes(seconds=5)
        return begun

    async def put(self, path: str, body: object, **headers: str) -> httpx.Response:
        """Write something below /api/v1."""
        return await self._send("PUT", path, headers=named(headers), json=body)

    async def patch(self, path: str, body: object, **headers: str) -> httpx.Response:
        """Change something below /api/v1."""
        return await self._send("PATCH", path, headers=named(headers), json=body)

    async def delete(self, path: str, **headers: str) -> httpx.Response:
        """Take away what is below /api/v1."""
        return await self._send("DELETE", path, headers=named(headers))

    async def _send(self, method: str, path: str, **parts: object) -> httpx.Response:
        answer = await self.http.request(method, f"/api/v1{path}", **parts)
        judge(answer, self.description)
        return answer


def bearer(begun: dict[str, str]) -> dict[str, str]:
    """Return the header by which the payer is known."""
    return {"Authorization": f"Bearer {begun['control']}"}


def named(headers: dict[str, str]) -> dict[str, str]:
    """Return *headers* by their names in HTTP."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


@asynccontextmanager
async def open_program(world: World, keeps: timedelta = timedelta(0)) -> AsyncIterator[Program]:
    """Serve the API of *world* to a program; what it said of places it *keeps* so long."""
    line = FakeLine()
    api = api_application(world.desk, world.database._live, Calls(line), keeps=keeps)
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)  # type: ignore[arg-type]  # the same protocol
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as http:
        description = with_answers((await http.get("/api/openapi.json")).json())
        yield Program(world, api, http, description, line)


def with_answers(description: dict[str, Any]) -> dict[str, Any]:
    """Return the description with each answer where it is given, also those told once for many."""
    shared = description["components"]["responses"]
    for methods in description["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if "$ref" in answer:
                    operation["responses"][status] = shared[answer["$ref"].rpartition("/")[2]]
    return description


def judge(answer: httpx.Response, description: Mapping[str, object]) -> None:
    """Fail when *answer* is not what the description promises for its operation."""
    path = operation_path(answer.request.url.path, description)
    if path is None:
        return
    operations = description["paths"][path]
    # What has no such method is answered as any operation of that address declares.
    operation = operations.get(answer.request.method.lower()) or next(iter(operations.values()))
    declared = operation["responses"].get(str(answer.status_code))
    assert declared is not None, f"{answer.status_code} is not declared for {path}: {answer.text}"
    if "content" not in declared:
        assert b"" == answer.content
        return
    media_type = answer.headers["content-type"].partition(";")[0]
    schema = declared["content"][media_type]["schema"]
    if media_type.endswith("json"):
        validator(schema, description).validate(answer.json())


def operation_path(path: str, description: Mapping[str, object]) -> str | None:
    """Return the described path that *path* is an instance of."""
    asked = path.split("/")
    for template in sorted(description["paths"]):
        parts = template.split("/")
        if len(parts) == len(asked) and all(
            part.startswith("{") or part == given for part, given in zip(parts, asked, strict=True)
        ):
            return template
    return None


def validator(
    schema: Mapping[str, object], description: Mapping[str, object]
) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of a schema that refers to the description's components."""
    whole = {**schema, "components": description["components"]}
    return jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
