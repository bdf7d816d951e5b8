"""The brand and the hosts of an operator, by the API."""

from base64 import b64encode
from dataclasses import replace

import pytest

from app.api.brands.bodies import ORDER
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.fakes.points import OTHER_OPERATOR
from tests.http.program import Program
from tests.people.brand.drawn import picture
from tests.people.test_hosts import Records
from tests.scenarios.world import OPERATOR
from tests.stores.test_identity_store import save

BRAND = {
    "name": "Voltstraat",
    "colour": "#0b6b4f",
    "accent": "#ffdd00",
    "texts": {"scan_note": {"en": "Parking is free.", "nl": "Parkeren is gratis."}},
    "receipt": {"logo": "right", "header": "line"},
    "apps": {"ios": {"app_id": "ABCDE12345.nl.volt", "store_id": "1234567890"}},
    "support": {"phone": "+31 20 765 4321", "email": "help@volt.example"},
    "links": {
        "terms": "https://volt.example/terms",
        "privacy": "https://volt.example/privacy",
        "imprint": "https://volt.example/imprint",
    },
}
HOST = "charge.volt.example"


@pytest.fixture
async def desk(program: Program) -> dict[str, str]:
    """The header of a key that may do all of it."""
    async with program.world.database.work(OPERATOR) as work:
        order = KeyOrder("brand desk", frozenset({Scope.BRAND_READ, Scope.BRAND_WRITE}))
        _, text = await create_key(work, order)
    await program.world.desk.hosts.read(program.world.database)
    return {"Authorization": f"Bearer {text}"}


async def test_a_brand_is_changed(program: Program, desk: dict[str, str]):
    """What was sent is what is kept, and makers of apps see it at once in their language."""
    before = await program.get("/operator/brand", **desk)
    tag = before.headers["etag"]
    changed = await program.put("/operator/brand", BRAND, If_Match=tag, **desk)
    shown = await program.get("/brand?locale=nl")

    assert 200 == changed.status_code
    kept = changed.json()
    assert BRAND["texts"] == kept["texts"]
    assert BRAND["receipt"] == kept["receipt"]
    assert "1234567890" == kept["apps"]["ios"]["store_id"]
    assert ["links on light pages"] == [each[:20] for each in kept["corrections"]]
    assert changed.headers["etag"] != tag
    seen = shown.json()
    assert {"scan_note": "Parkeren is gratis."} == seen["texts"]
    assert "https://apps.apple.com/app/id1234567890" == seen["stores"]["app_store"]
    assert kept["colours"] == seen["colours"]
    assert "+31 20 765 4321" == seen["support"]["phone"]
    assert "https://pay.example" == seen["address"]


async def test_an_edit_says_of_which_version_it_is(program: Program, desk: dict[str, str]):
    """Without one 428, of an old one 412, and nothing has changed; `*` is of any."""
    tag = (await program.get("/operator/brand", **desk)).headers["etag"]
    await program.put("/operator/brand", BRAND, If_Match=tag, **desk)

    missing = await program.put("/operator/brand", {**BRAND, "name": "A"}, **desk)
    old = await program.put("/operator/brand", {**BRAND, "name": "B"}, If_Match=tag, **desk)
    kept = await program.get("/operator/brand", **desk)
    of_any = await program.put("/operator/brand", {**BRAND, "name": "C"}, If_Match="*", **desk)

    assert [428, 412] == [missing.status_code, old.status_code]
    assert "Voltstraat" == kept.json()["name"]
    assert "C" == of_any.json()["name"]


async def test_a_brand_that_is_known_is_not_sent_again(program: Program, desk: dict[str, str]):
    """Makers of apps ask with the ETag."""
    first = await program.get("/brand")
    again = await program.get("/brand", If_None_Match=first.headers["etag"])

    assert "public, max-age=60" == first.headers["cache-control"]
    assert 304 == again.status_code


async def test_a_logo_is_drawn_anew(program: Program, desk: dict[str, str]):
    """A picture is kept as PNG; another file changes nothing; null takes it away."""

    async def sent(content: bytes | None):
        body = {"content": None if content is None else b64encode(content).decode()}
        return await program.put("/operator/brand/logo", body, If_Match="*", **desk)

    drawn = await sent(picture((960, 288), "JPEG"))
    refused = [await sent(each) for each in (b"<svg/>", b"", b"\x89PNG\r\n\x1a\n")]
    broken = await program.put("/operator/brand/logo", {"content": "!"}, If_Match="*", **desk)
    page = await program.get("/brand")
    away = await sent(None)

    assert drawn.json()["logo"].startswith("/brand/voltstraat/logo?v=")
    assert [422] * 4 == [each.status_code for each in (*refused, broken)]
    assert "https://pay.example/brand/voltstraat/logo" == page.json()["logo"]
    assert None is away.json()["logo"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"accent": "red"},
        {"accent": "#fff;}body{"},
        {"texts": {"slogan": {"en": "Go"}}},
        {"texts": {"welcome": {"xx": "Go"}}},
        {"texts": {"welcome": {"en": "a\nb"}}},
        {"links": {**BRAND["links"], "terms": "javascript:alert(1)"}},
        {"links": {**BRAND["links"], "terms": 'https://a.example/"onclick='}},
        {"support": {"phone": "call me", "email": "help@volt.example"}},
        {"apps": {"ios": {"app_id": "<script>"}}},
        {"mail_sender": "receipts@other.example"},
        {"css": "body{}"},
    ],
)
async def test_what_is_no_brand_is_refused(program: Program, desk: dict[str, str], wrong: dict):
    """No styles, scripts, foreign senders; nothing of it is kept."""
    before = (await program.get("/operator/brand", **desk)).json()

    answer = await program.put("/operator/brand", {**BRAND, **wrong}, If_Match="*", **desk)

    assert 422 == answer.status_code
    assert before == (await program.get("/operator/brand", **desk)).json()


async def test_a_host_is_proved_and_used(program: Program, desk: dict[str, str]):
    """Named, proved by its record, main: then the brand is there, and mails may come from it."""
    records = Records()
    program.world.desk = replace(program.world.desk, records=records)
    added = await program.post("/operator/hosts", {"name": HOST}, **desk)
    early = await program.post(f"/operator/hosts/{HOST}/check", **desk)
    no_main = await program.put(f"/operator/hosts/{HOST}/main", None, **desk)
    listed = await program.get("/operator/hosts", **desk)

    assert 201 == added.status_code
    assert (f"_directpay.{HOST}", f"operator={OPERATOR}") == (
        added.json()["record"],
        added.json()["proof"],
    )
    assert [409, 409] == [early.status_code, no_main.status_code]
    assert [HOST] == [each["name"] for each in listed.json()["hosts"]]


async def test_hosts_that_cannot_be(program: Program, desk: dict[str, str]):
    """No names, and what is not there."""
    wrong = await program.post("/operator/hosts", {"name": "https://volt.example"}, **desk)
    answers = [
        await program.post(f"/operator/hosts/{HOST}/check", **desk),
        await program.put(f"/operator/hosts/{HOST}/main", None, **desk),
        await program.delete(f"/operator/hosts/{HOST}", **desk),
    ]

    assert 422 == wrong.status_code
    assert [404] * 3 == [each.status_code for each in answers]


async def test_a_host_is_taken_away(program: Program, desk: dict[str, str]):
    """What is left is told."""
    await program.post("/operator/hosts", {"name": HOST}, **desk)

    left = await program.delete(f"/operator/hosts/{HOST}", **desk)

    assert (200, []) == (left.status_code, left.json()["hosts"])


async def test_several_operators_are_named(program: Program, desk: dict[str, str]):
    """At a host of several, one says whose brand it is; nobody's is not found."""
    await save(program.world.database, OTHER_OPERATOR)
    await program.world.desk.hosts.read(program.world.database)

    answers = [
        await program.get(f"/brand{query}")
        for query in ("", "?operator=nobody", "?operator=ander", "?operator=voltstraat")
    ]

    assert [404, 404, 200, 200] == [each.status_code for each in answers]
    assert "ander" == answers[2].json()["slug"]


async def test_reading_is_not_writing(program: Program):
    """A key that may only read changes nothing."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("reader", frozenset({Scope.BRAND_READ})))

    answer = await program.put(
        "/operator/brand", BRAND, If_Match="*", Authorization=f"Bearer {text}"
    )

    assert 403 == answer.status_code


def test_the_example_is_a_brand():
    """What the description shows can be sent."""
    assert "Voltstraat" == ORDER.name
