"""Nothing that a program sends breaks the API: spoilt requests at every operation of it."""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import KEY, Program, judge
from tests.scenarios.world import CODE, OPERATOR

ROUNDS = 20
JUNK: tuple[Any, ...] = (
    None,
    "",
    " ",
    "\x00",
    "ä" * 300,
    "../../etc/passwd",
    "'; DROP TABLE journey; --",
    -1,
    0,
    2**70,
    1e308,
    True,
    [],
    {},
    [[[[]]]],
    {"minor": "1", "currency": 5},
    "2026-02-30T25:61:00Z",
)


@dataclass
class Spoiler:
    """Makes requests that are nearly right, by the description."""

    chance: Random
    tokens: Mapping[str, str]
    bearers: tuple[str, ...]

    def path(self, template: str) -> str:
        """Fill in the names of a path: with what there is, or with junk."""
        parts = [self._part(part) for part in template.split("/")]
        return "/".join(parts)

    def headers(self, right: str) -> dict[str, str]:
        """Return who calls, and the key of the order: right, wrong, or none."""
        keys = [KEY, "x", "k" * 64, f"{self.chance.getrandbits(128):032x}"]
        headers = {"Idempotency-Key": self.chance.choice(keys)}
        if self.chance.random() < 0.9:
            bearer = right if self.chance.random() < 0.8 else self.chance.choice(self.bearers)
            headers["Authorization"] = f"Bearer {bearer}"
        if self.chance.random() < 0.1:
            headers["Accept-Language"] = "xx-YY;q=9,*"
        return headers

    def body(self, example: object) -> object:
        """Return the example with one or two things in it spoilt."""
        spoilt = copy.deepcopy(example)
        for _ in range(self.chance.randint(0, 2)):
            places = list(_places(spoilt))
            if places and self.chance.random() < 0.9:
                owner, name = self.chance.choice(places)
                self._spoil(owner, name)
            elif self.chance.random() < 0.3:
                return self.chance.choice(JUNK)
        return spoilt

    def sent(self, body: object) -> dict[str, Any]:
        """Return the body as it is sent: as JSON, or as what is none."""
        if self.chance.random() < 0.95:
            return {"json": body}
        return {"content": self.chance.choice([b"", b"{", b"\xff\xfe", b"a=b"])}

    def _spoil(self, owner: Any, name: Any) -> None:
        deed = self.chance.random()
        if deed < 0.2 and isinstance(owner, dict):
            del owner[name]
        elif deed < 0.3 and isinstance(owner, dict):
            owner["unknown"] = self.chance.choice(JUNK)
        else:
            owner[name] = self.chance.choice(JUNK)

    def _part(self, part: str) -> str:
        if not part.startswith("{"):
            return part
        name = part.strip("{}").partition(":")[0]
        known = self.tokens.get(name)
        if known is not None and self.chance.random() < 0.8:
            return known
        return self.chance.choice(["x", "%00", "ä", "0" * 300, "..%2f..", "-1", "null"])


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a body, as what holds it and its name there."""
    members = value.items() if isinstance(value, dict) else ()
    members = enumerate(value) if isinstance(value, list) else members
    for name, inner in members:
        yield value, name
        yield from _places(inner)


def examples(operation: Mapping[str, Any]) -> list[object]:
    """Return the bodies that an operation's description shows."""
    content = operation.get("requestBody", {}).get("content", {})
    found = content.get("application/json", {}).get("examples", {})
    return [each["value"] for each in found.values()]


async def test_spoilt_requests_are_answered_as_declared(program: Program):
    """
    Every operation, with junk in path, headers and body: a declared answer, and never a 500.

    Each answer is held against the description; what is answered is the same for the same seed.
    """
    begun = await program.begins_and_plugs_in()
    async with program.world.database.work(OPERATOR) as work:
        _, key = await create_key(work, KeyOrder("fuzz", frozenset(Scope)))
    tokens = {"token": begun["token"], "code": CODE, "campaign_id": "autumn", "series_id": "spot"}
    bearers = (begun["control"], key, "x", "")
    spoiler = Spoiler(Random(20261123), tokens, bearers)
    statuses: Counter[int] = Counter()
    for path, methods in program.description["paths"].items():
        for method, operation in methods.items():
            right = key if operation["tags"] == ["Operators"] else begun["control"]
            if path.endswith("/events"):
                continue  # a stream that does not end
            for _ in range(ROUNDS):
                bodies = examples(operation)
                body = spoiler.body(spoiler.chance.choice(bodies)) if bodies else None
                parts = spoiler.sent(body) if bodies else {}
                answer = await program.http.request(
                    method.upper(), spoiler.path(path), headers=spoiler.headers(right), **parts
                )
                judge(answer, program.description)
                assert answer.status_code < 500 or answer.status_code == 503, (
                    f"{method} {path} {body}: {answer.text}"
                )
                statuses[answer.status_code] += 1

    # All kinds of answers were met: what is spoilt is not simply refused at the door.
    assert {200, 201, 401, 404, 409, 422} <= set(statuses), statuses
