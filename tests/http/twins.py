"""Two operators in one database, and everything of the first one's that an address can name."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.pairing.attempts import note_attempt
from app.charging.chargers.pairing.model import Knock
from app.charging.stickers.reports.model import Wrong
from app.charging.stickers.reports.work import report_sticker
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from app.pricing.promotions.coupons.save import save_campaign
from app.pricing.promotions.model import Percent, Terms
from app.pricing.tariffs.dynamic.define import define_series
from app.pricing.tariffs.dynamic.model import Definition, Rails
from tests.fakes.authenticator import FakeAuthenticator
from tests.fakes.points import OTHER_OPERATOR, furnish
from tests.http.program import KEY, Program
from tests.http.test_api_passkeys import adds
from tests.http.test_api_sign_in import shows, signs_in
from tests.scenarios.bay import TERMINAL, open_bay
from tests.scenarios.promises import keeper
from tests.scenarios.readers import has_card
from tests.scenarios.readers import shows as at_reader
from tests.scenarios.test_autocharge import CAR, charges
from tests.scenarios.wallets import known_driver, sells_credit
from tests.scenarios.world import CODE, IDENTITY, OPERATOR

# Whatever the first operator's rows say that the second one's do not.
HERS = "anna@example.com"
CARD = "04A2B3C4D5E6F7"


@dataclass(frozen=True)
class Caller:
    """Who calls for one operator: its desk's key, and one of its drivers."""

    desk: Mapping[str, str]
    driver: Mapping[str, str]


async def hers(program: Program) -> tuple[Caller, dict[str, str]]:
    """Fill the first operator's books; return who calls for it, and what names its things."""
    anna = await known_driver(program.world)
    await anna.is_given(20_000)
    card = await has_card(program.world, anna.driver_id)
    await at_reader(program.world, CAR)
    await charges(program.world)
    await program.world.passes(seconds=1)
    await program.world.reports(EvseStatus.AVAILABLE)
    begun = await program.charges_and_stops()
    await program.world.reports(EvseStatus.AVAILABLE)
    await (await keeper(program.world)).keeps_a_card()
    caller = Caller(await desk_of(program, OPERATOR), shows(await signs_in(program)))
    desk, driver = dict(caller.desk), dict(caller.driver)
    offered = (await program.get("/me/vehicles", **driver)).json()
    await program.world.reports(EvseStatus.CHARGING)  # so that somebody can wait for it
    await _furnish(program)

    async def one(way: str, body: object = None, **who: str) -> dict:
        answer = await program.post(way, body, **who)
        assert answer.is_success, f"{way}: {answer.text}"
        return answer.json() if answer.content else {}

    refund = {"receipt": "VS-2026-000001", "reason": "the meter was wrong", "amount": None}
    account = {"name": "ACME", "per_session": {"minor": 10_000, "currency": "EUR"}}
    await program.put("/operator/charge-accounts", account, **desk)
    claimed = {"token": begun["token"], "control": begun["control"]}
    await one("/me/sessions", claimed, **driver)
    agreed = {"session_id": offered["offers"][0]["session_id"], "words": offered["words"]}
    await one("/operator/stickers", {"layout": "code", "form": "svg"}, **desk)
    code = (await one("/operator/pairing-codes", **desk))["code"]
    knock = Knock("NEW-1", code.encode(), "203.0.113.7", ("ocpp1.6",))
    await note_attempt(knock, database=program.world.database)

    async def first(way: str, many: str, name: str, **who: str) -> str:
        found = (await program.get(way, **who)).json()[many][0]
        return str(found[name])

    ran = f"/operator/charge-points/{IDENTITY}/transactions"
    tokens = (await one("/operator/tokens", {"tokens": [{"uid": CARD}]}, **desk))["tokens"]
    fitter = await one("/operator/sticker-fitters", {"name": "Ans", "days": 2}, **desk)
    await sells_credit(program.world)
    credit = {"amount": {"minor": 5000, "currency": "EUR"}, "method": "ideal"}
    bought = await one("/me/wallet/top-ups", credit, **driver)
    watched = {"location_id": "KADE", "evse_uid": "VLT1-1"}
    return caller, {
        "code": CODE,
        "evse": CODE,
        "identity": IDENTITY,
        "location_id": "KADE",
        "token": begun["token"],
        "terminal_id": TERMINAL,
        "campaign_id": "autumn",
        "series_id": "spot",
        "transaction_id": await first(ran, "transactions", "transaction_id", **desk),
        "refund_id": (await one("/operator/refunds", refund, **desk))["id"],
        "token_id": tokens[0]["id"],
        "account_id": await first("/operator/charge-accounts", "accounts", "id", **desk),
        "serial": await first("/operator/stickers", "stickers", "serial", **desk),
        "report_id": await first("/operator/sticker-reports", "reports", "id", **desk),
        "fitter_id": fitter["id"],
        "passkey_id": (
            await adds(program, {"access_token": driver["Authorization"][7:]}, FakeAuthenticator())
        ).json()["id"],
        "card_id": str(card.token_id),
        "vehicle_id": (await one("/me/vehicles", agreed, **driver))["id"],
        "device_id": await first("/me/devices", "devices", "id", **driver),
        "means_id": await first("/me/means", "means", "means_id", **driver),
        "top_up_id": bought["id"],
        "currency": "EUR",
        "name": (await one("/operator/hosts", {"name": "laden.hers.example"}, **desk))["name"],
        "watch_id": (await one("/me/watches", watched, **driver))["id"],
    }


async def theirs(program: Program) -> Caller:
    """Open the second operator; return who calls for it."""
    await furnish(program.world.database, OTHER_OPERATOR, mark="2")
    ben = {"operator": OTHER_OPERATOR.slug, "email": "ben@example.com"}
    tokens = await signs_in(program, **ben)
    return Caller(await desk_of(program, OTHER_OPERATOR.operator_id), shows(tokens))


async def desk_of(program: Program, operator_id: UUID) -> dict[str, str]:
    """Return the header of a key that may do everything at its operator."""
    async with program.world.database.work(operator_id) as work:
        _, text = await create_key(work, KeyOrder("desk", frozenset(Scope)))
    return {"Authorization": f"Bearer {text}"}


def rows_of(sql: psycopg.Connection, operator_id: UUID) -> dict[str, str]:
    """Return a digest of an operator's rows in every table that has operators."""
    tables = sql.execute(
        "SELECT table_name FROM information_schema.columns"
        " WHERE column_name = 'operator_id' AND table_schema = 'public'"
    ).fetchall()
    digest = SQL(
        "SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '')"
        " FROM {} t WHERE operator_id = %s"
    )
    return {
        name: (sql.execute(digest.format(Identifier(name)), (operator_id,)).fetchone() or ("",))[0]
        for (name,) in tables
    }


async def _furnish(program: Program) -> None:
    """A terminal, a campaign, a series of prices, and a sticker that somebody reported."""
    await open_bay(program.world)
    autumn = Terms("Autumn", Percent(Decimal(20)), "EUR")
    spot = Definition(
        "spot", "Europe/Amsterdam", "EUR", default="per-kwh", rails=Rails(lead_minutes=30)
    )
    async with program.world.database.work(OPERATOR) as work:
        await save_campaign(work, "autumn", autumn)
        await define_series(work, [spot])
        await report_sticker(work, "VLT1-1", 0, reason=Wrong.UNREADABLE, note="")


__all__ = ["HERS", "KEY", "Caller", "hers", "rows_of", "theirs"]
