"""What other implementations of OCPI do otherwise than ours, and may."""

import json
from asyncio import gather
from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from app.charging.chargers.reports import StatusReport
from app.charging.chargers.setup.model import HoldKey, HoldScope
from app.charging.chargers.setup.save import save_hold
from app.infra.database import Database
from app.infra.jobs import TryAgain
from app.kernel.money import Money
from app.roaming.abroad.adopt import adopt
from app.roaming.abroad.pull import pull_sessions
from app.roaming.platforms.find import platform_of_name
from app.roaming.platforms.pair import pair
from app.roaming.received.keep import told_by
from app.roaming.received.model import LOCATIONS, SESSIONS, TOKENS, Name
from app.roaming.sync import sync
from app.roaming.tokens.authorise import authorise_token
from app.roaming.wire.sessions import Session
from app.roaming.wire.tokens import Token
from tests.fakes.clock import FakeClock
from tests.roaming.town import VOLT, Town, town

BASE = "https://stranger.example"
CHANGED = "2026-01-01T00:00:00Z"
VERSIONS = ["2.2.1", "2.3.0"]
Json = dict[str, Any]


class Stranger(httpx.AsyncBaseTransport):
    """
    A platform that was written from the specification alone.

    Its modules are at addresses with a slash at the end, and nowhere else; the next page is named
    without the host; the last page names itself as the next one. Roles are in small letters.
    """

    def __init__(self, version: str) -> None:
        """Speak *version*."""
        self.version = version
        self.token = "stranger's"
        self.partner: Json = {}
        self.tokens = [card(f"TAG{number}") for number in range(3)]
        self.names_version = True
        self.asked = 0
        self.last = len(self.tokens)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer, or say that nothing is there."""
        address = f"{request.method} {request.url.path}"
        match address:
            case "GET /versions":
                data: Any = [{"version": self.version, "url": f"{BASE}/details"}]
            case "GET /details":
                data = self._details()
            case "POST /credentials/" | "PUT /credentials/":
                self.partner = json.loads(request.content)
                data = me(self.token)
            case "GET /cpo/sessions/":
                data = [{"id": "broken"}, session()]
            case "GET /cpo/tokens/":
                return self._page(int(request.url.params.get("offset", "0")))
            case _:
                return self._said(None, http=404, status=2000)
        return self._said(data)

    def _details(self) -> Json:
        modules = [
            ("credentials", "SENDER", "credentials/"),
            ("tariffs", "SENDER", "cpo/nothing-is-here/"),
            ("Tokens", "sender", "cpo/tokens/"),
            ("sessions", "SENDER", "cpo/sessions/"),
        ]
        endpoints = [
            {"identifier": name, "role": role, "url": f"{BASE}/{path}"}
            for name, role, path in modules
        ]
        told = {"version": self.version} if self.names_version else {}
        return {**told, "endpoints": endpoints}

    def _page(self, offset: int) -> httpx.Response:
        self.asked += 1
        found = self.tokens[offset : offset + 2]
        following = f"/cpo/tokens/?offset={min(offset + len(found), self.last)}"
        return self._said(found, headers={"Link": f"<{following}>; rel=next"})

    def _said(
        self, data: object, http: int = 200, status: int = 1000, headers: Json | None = None
    ) -> httpx.Response:
        body = {"status_code": status, "timestamp": "2026-01-01T00:00:00", "data": data}
        return httpx.Response(http, json=body, headers=headers)


def me(token: str) -> Json:
    """Return the stranger's credentials."""
    roles = [
        {
            "role": role,
            "country_code": "FR",
            "party_id": "STR",
            "business_details": {"name": "Stranger"},
        }
        for role in ("CPO", "EMSP")
    ]
    return {"token": token, "url": f"{BASE}/versions", "roles": roles}


def card(uid: str, **more: object) -> Json:
    """Return a token of the stranger's."""
    return {
        "country_code": "FR",
        "party_id": "STR",
        "uid": uid,
        "type": "RFID",
        "contract_id": f"FR-STR-{uid}",
        "issuer": "Stranger",
        "valid": True,
        "whitelist": "ALWAYS",
        "last_updated": CHANGED,
        **more,
    }


def tariff(name: str) -> Json:
    """Return a tariff of the stranger's."""
    component = {"type": "ENERGY", "price": 0.4, "vat": 20, "step_size": 1}
    return {
        "country_code": "FR",
        "party_id": "STR",
        "id": name,
        "currency": "EUR",
        "elements": [{"price_components": [component]}],
        "tax_included": "NO",
        "last_updated": CHANGED,
    }


def place(name: str = "Here", tariffs: tuple[str, ...] = ("T1", "T2")) -> Json:
    """Return a location of the stranger's with an EVSE for each of *tariffs*."""
    evses = [
        {
            "uid": f"E{number}",
            "status": "AVAILABLE",
            "last_updated": CHANGED,
            "connectors": [
                {
                    "id": "1",
                    "standard": "IEC_62196_T2",
                    "format": "SOCKET",
                    "power_type": "AC_3_PHASE",
                    "max_voltage": 230,
                    "max_amperage": 32,
                    "tariff_ids": [tariff],
                    "last_updated": CHANGED,
                }
            ],
        }
        for number, tariff in enumerate(tariffs)
    ]
    return {
        "country_code": "FR",
        "party_id": "STR",
        "id": "L1",
        "publish": True,
        "name": name,
        "address": "1 rue",
        "city": "Lille",
        "country": "FRA",
        "coordinates": {"latitude": "50.6", "longitude": "3.0"},
        "time_zone": "Europe/Paris",
        "evses": evses,
        "last_updated": CHANGED,
    }


def session(**more: object) -> Json:
    """Return a session of the stranger's."""
    return {
        "country_code": "FR",
        "party_id": "STR",
        "id": "S1",
        "start_date_time": CHANGED,
        "kwh": 1,
        "cdr_token": {"uid": "X", "type": "RFID", "contract_id": "X"},
        "auth_method": "WHITELIST",
        "location_id": "L1",
        "evse_uid": "E0",
        "connector_id": "1",
        "currency": "EUR",
        "status": "ACTIVE",
        "last_updated": CHANGED,
        **more,
    }


class Visit:
    """The stranger, connected to Volt."""

    def __init__(self, both: Town, peer: Stranger) -> None:
        """Call Volt as *peer*."""
        self.desk = both.volt.desk
        self._volt = both.volt
        self.peer = peer

    async def calls(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Call Volt; the HTTP status and the envelope."""
        token = b64encode(self.peer.partner["token"].encode()).decode()
        url = f"/{self.peer.version}/{path}"
        answer, told = await self._volt.asked(f"Token {token}", method, url, json=body)
        return answer.status_code, told


@pytest.fixture(params=VERSIONS)
async def visit(
    request: pytest.FixtureRequest, database: Database, clock: FakeClock
) -> AsyncIterator[Visit]:
    """Volt, which registered at the stranger."""
    async with town(database, clock) as both:
        peer = Stranger(request.param)
        both.web.hosts["stranger.example"] = peer
        await pair("stranger", f"{BASE}/versions", "A", operator_id=VOLT, desk=both.volt.desk)
        yield Visit(both, peer)


async def platform_id(visit: Visit, sql: Any) -> Any:
    """Return Volt's id of the stranger."""
    return sql.execute("SELECT platform_id FROM ocpi_platform WHERE name = 'stranger'").fetchone()[
        0
    ]


async def test_addresses_are_taken_to_the_letter(visit: Visit, sql):
    """
    Slashes at the end stay, the next page may lack its host, and an empty page is the last.

    That tariffs cannot be had stops nothing else; it is tried again, and `ocpi status` says why.
    """
    stranger = await platform_id(visit, sql)

    with pytest.raises(TryAgain):
        await sync(stranger, operator_id=VOLT, desk=visit.desk)

    async with visit.desk.database.work(VOLT) as work:
        found = await told_by(work, stranger, TOKENS, Token)
        failure = (await platform_of_name(work, "stranger")).failure
    assert ["TAG0", "TAG1", "TAG2"] == sorted(one.uid for one in found)
    assert failure is not None
    assert "nothing-is-here" in failure


async def test_what_cannot_be_read_hides_nothing(visit: Visit, sql, clock: FakeClock):
    """One broken session in a page does not keep us from the others."""
    stranger = await platform_id(visit, sql)

    await pull_sessions(stranger, clock.now(), operator_id=VOLT, desk=visit.desk)

    async with visit.desk.database.work(VOLT) as work:
        found = await told_by(work, stranger, SESSIONS, Session)
    assert ["S1"] == [one.id for one in found]


async def test_details_need_not_name_their_version(database: Database, clock: FakeClock):
    """What was asked for is what is spoken."""
    async with town(database, clock) as both:
        peer = Stranger("2.2.1")
        peer.names_version = False
        both.web.hosts["stranger.example"] = peer

        found = await pair(
            "stranger", f"{BASE}/versions", "A", operator_id=VOLT, desk=both.volt.desk
        )

    assert "2.2.1" == found.version


@pytest.mark.parametrize("query", ["limit=2147483647", "limit=999999999999999999999", "offset=9e9"])
async def test_any_number_is_a_limit(visit: Visit, query: str):
    """Who asks for more than there is gets what there is; what is no number is refused."""
    _, told = await visit.calls("GET", f"sender/locations?{query}")

    assert (2001 if "9e9" in query else 1000) == told["status_code"]


async def test_a_page_that_names_itself_is_the_last(visit: Visit, sql):
    """A platform that names its last page for ever is asked for it once."""
    visit.peer.asked, visit.peer.last = 0, 2

    with pytest.raises(TryAgain):  # it has no tariffs
        await sync(await platform_id(visit, sql), operator_id=VOLT, desk=visit.desk)

    assert 2 == visit.peer.asked


async def test_a_page_far_behind_the_end_is_empty(visit: Visit):
    """It is a list with nothing in it."""
    _, told = await visit.calls("GET", "sender/cdrs?offset=99999999999999999999")

    assert [] == told["data"]


async def test_a_zone_may_arrive_as_a_blank(visit: Visit):
    """`+01:00` in a query is `+` only when it is escaped."""
    _, told = await visit.calls("GET", "sender/sessions?date_from=2026-01-01T00:00:00+01:00")

    assert 1000 == told["status_code"]


async def test_a_change_without_a_time_does_not_hide_the_next(visit: Visit, clock: FakeClock):
    """Our clock may be ahead of the platform's: what it says later still counts."""
    await visit.calls("PUT", "receiver/locations/FR/STR/L1", place())
    await visit.calls("PATCH", "receiver/locations/FR/STR/L1/E0", {"status": "CHARGING"})
    later = {"name": "There", "last_updated": "2026-01-01T00:00:01Z"}

    await visit.calls("PATCH", "receiver/locations/FR/STR/L1", later)

    assert clock.now().year >= 2026
    _, told = await visit.calls("GET", "receiver/locations/FR/STR/L1")
    assert ("There", "CHARGING") == (told["data"]["name"], told["data"]["evses"][0]["status"])


@pytest.mark.parametrize("path", ["locations/FR/STR/L1", "sessions/FR/STR/S1"])
async def test_an_object_belongs_to_the_party_of_its_address(visit: Visit, path: str):
    """A body that names somebody else is refused."""
    body = (place() if "locations" in path else session()) | {"party_id": "OTH"}

    http, told = await visit.calls("PUT", f"receiver/{path}", body)

    assert (200, 2001) == (http, told["status_code"])


async def test_locations_are_adopted_one_after_the_other(visit: Visit, sql):
    """They share tariffs; whoever took them in another order would wait for the other for ever."""
    names = [f"T{number}" for number in range(12)]
    for name in names:
        await visit.calls("PUT", f"receiver/tariffs/FR/STR/{name}", tariff(name))
    for number, order in enumerate((names, names[::-1])):
        body = place(tariffs=tuple(order)) | {"id": f"L{number}"}
        await visit.calls("PUT", f"receiver/locations/FR/STR/L{number}", body)
    stranger = await platform_id(visit, sql)
    found = [Name(stranger, LOCATIONS, "FR", "STR", f"L{number}") for number in range(2)]

    await gather(*(adopt(name, operator_id=VOLT, desk=visit.desk) for name in found))

    assert 24 == sql.execute("SELECT count(*) FROM ocpi_point").fetchone()[0]


@pytest.mark.parametrize(
    "path",
    [
        "receiver/locations/FR/STR/a%00b",
        "sender/cdrs?after=%00",
        "sender/locations?date_from=9999-12-31T23:59:59-12:00",
        "sender/tokens?date_to=0001-01-01T00:00:00%2B12:00",
    ],
)
async def test_an_address_that_makes_no_sense_is_the_callers_mistake(visit: Visit, path: str):
    """Nulls in names and instants of no calendar are answered, and nothing breaks."""
    http, told = await visit.calls("GET", path)

    assert http in {200, 404}
    assert told["status_code"] in {1000, 2000, 2001, 2003}


async def test_adoptions_wait_in_the_queue(visit: Visit, sql):
    """Many changes at once leave the connections to drivers: one is adopted, the others wait."""
    for number in range(3):
        await visit.calls("PUT", f"receiver/tariffs/FR/STR/T{number}", tariff(f"T{number}"))
        body = place() | {"id": f"L{number}"}
        await visit.calls("PUT", f"receiver/locations/FR/STR/L{number}", body)

    told = sql.execute(
        "SELECT lock, count(*) FROM procrastinate_jobs WHERE task_name LIKE 'ocpi.adopt%'"
        " GROUP BY lock"
    )

    assert [(f"ocpi.adopt:{VOLT}", 6)] == told.fetchall()


async def test_a_large_location_is_adopted_whole(visit: Visit, sql):
    """As many EVSEs as it has, a few in a transaction; without those that are gone."""
    await visit.calls("PUT", "receiver/tariffs/FR/STR/T1", tariff("T1"))
    name = Name(await platform_id(visit, sql), LOCATIONS, "FR", "STR", "L1")
    there = (
        "SELECT count(*) FROM ocpi_point WHERE trouble IS DISTINCT FROM 'the platform took it away'"
    )
    for many, at in ((120, CHANGED), (70, "2026-01-02T00:00:00Z")):
        body = place(tariffs=("T1",) * many) | {"last_updated": at}
        await visit.calls("PUT", "receiver/locations/FR/STR/L1", body)
        await adopt(name, operator_id=VOLT, desk=visit.desk)

        assert many == sql.execute(there).fetchone()[0]


async def test_who_goes_while_a_location_is_adopted_sells_nothing(visit: Visit, sql, monkeypatch):
    """What was saved before is taken away, and the rest is not saved any more."""
    await visit.calls("PUT", "receiver/tariffs/FR/STR/T1", tariff("T1"))
    await visit.calls("PUT", "receiver/locations/FR/STR/L1", place(tariffs=("T1",) * 120))
    async with visit.desk.database.work(VOLT) as work:
        await save_hold(work, HoldKey(HoldScope.OPERATOR, "", "AC"), Money(4000, "EUR"))
    stranger = await platform_id(visit, sql)
    recorded = []

    async def goes(report: StatusReport, *, database: Database) -> None:
        recorded.append(report)
        if len(recorded) == 1:
            await visit.calls("DELETE", "credentials")
            await sync(stranger, operator_id=VOLT, desk=visit.desk)

    monkeypatch.setattr("app.roaming.abroad.adopt.record_status", goes)
    name = Name(stranger, LOCATIONS, "FR", "STR", "L1")
    await adopt(name, operator_id=VOLT, desk=visit.desk)

    assert [(50, 50)] == sql.execute("SELECT count(*), count(trouble) FROM ocpi_point").fetchall()


async def test_a_uid_can_be_a_card_and_an_app(visit: Visit):
    """OCPI, mod_tokens: uid and type together name a token; without a type it is the card."""
    where = "receiver/tokens/FR/STR/7"
    await visit.calls("PUT", where, card("7"))
    await visit.calls("PUT", f"{where}?type=APP_USER", card("7", type="APP_USER"))

    await visit.calls("PATCH", f"{where}?type=APP_USER", {"valid": False})

    _, of_card = await visit.calls("GET", where)
    _, of_app = await visit.calls("GET", f"{where}?type=app_user")
    assert ("RFID", True) == (of_card["data"]["type"], of_card["data"]["valid"])
    assert ("APP_USER", False) == (of_app["data"]["type"], of_app["data"]["valid"])


async def test_who_names_no_type_means_the_only_one(visit: Visit):
    """Some say the type in the body alone, and change the token without it."""
    where = "receiver/tokens/FR/STR/8"
    await visit.calls("PUT", where, card("8", type="APP_USER"))

    http, _ = await visit.calls("PATCH", where, {"valid": False})

    _, told = await visit.calls("GET", where)
    assert (200, "APP_USER", False) == (http, told["data"]["type"], told["data"]["valid"])


async def test_a_token_of_any_type_is_found_at_the_reader(visit: Visit):
    """A contract of ISO 15118 is a token of the type OTHER, or EMAID."""
    await visit.calls(
        "PUT", "receiver/tokens/FR/STR/FRSTR1?type=OTHER", card("FRSTR1", type="OTHER")
    )

    found = await authorise_token("FRSTR1", None, operator_id=VOLT, desk=visit.desk)

    assert found is not None
    assert found.is_allowed


def record(**more: object) -> Json:
    """Return a CDR of the stranger's of 10 kWh."""
    where = dict.fromkeys(("address", "city", "connector_id", "evse_id"), "x")
    kinds = {
        "connector_standard": "IEC_62196_T2",
        "connector_format": "SOCKET",
        "connector_power_type": "AC_3_PHASE",
    }
    there = {"id": "L1", "country": "FRA", "coordinates": {"latitude": "1", "longitude": "2"}}
    told = {name: session()[name] for name in ("country_code", "party_id", "cdr_token", "currency")}
    period = {"start_date_time": CHANGED, "dimensions": [{"type": "ENERGY", "volume": 10}]}
    return {
        **told,
        "id": "C1",
        "start_date_time": CHANGED,
        "end_date_time": CHANGED,
        "auth_method": "WHITELIST",
        "cdr_location": {**where, **kinds, **there, "evse_uid": "E0"},
        "charging_periods": [period],
        "total_cost": {"before_taxes": 4},
        "total_energy": 10,
        "total_time": 1,
        "last_updated": CHANGED,
        **more,
    }


@pytest.mark.parametrize("year", ["0001", "1969", "2201", "9999"])
@pytest.mark.parametrize("what", ["start_date_time", "end_date_time", "last_updated", "period"])
async def test_nobody_charges_in_such_a_year(visit: Visit, what: str, year: str):
    """A session or a CDR of no year that has charge points is refused before it is kept."""
    at = f"{year}-07-01T12:00:00Z"
    wrong: Json = {what: at}
    if what == "period":
        dimension = {"type": "ENERGY", "volume": 1}
        wrong = {"charging_periods": [{"start_date_time": at, "dimensions": [dimension]}]}

    _, of_session = await visit.calls("PUT", "receiver/sessions/FR/STR/S1", session(**wrong))
    _, of_cdr = await visit.calls("POST", "receiver/cdrs", record(**wrong))
    _, kept = await visit.calls("GET", "receiver/sessions/FR/STR/S1")
    _, good = await visit.calls("POST", "receiver/cdrs", record())

    assert [2001, 2001, 2000, 1000] == [
        told["status_code"] for told in (of_session, of_cdr, kept, good)
    ]
