"""Whoever gets a dump of the database, or reads every log, can do nothing with it."""

import logging
from decimal import Decimal

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from app.people.identity.keys.model import Scope
from app.people.identity.openid.set_up import set_connection
from app.pricing.promotions.model import Percent
from tests.http.program import KEY, Program
from tests.http.test_api_coupons import code_of, runs
from tests.http.test_api_keys import key_for
from tests.http.test_api_sign_in import ANNA, code_for, refreshed
from tests.http.test_openid import CONNECTION
from tests.scenarios.world import CODE, OPERATOR, PASSWORD

CLIENT_SECRET = "canary-of-an-openid-client"
RECEIPT_TO = "canary@example.com"


def dump(sql: psycopg.Connection) -> str:
    """Return every row of every table, jobs and what they are told included."""
    named = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname = 'public'"
    tables = [Identifier(*row) for row in sql.execute(named)]
    rows = [
        row
        for table in tables
        for row in sql.execute(SQL("SELECT t::text FROM {} t").format(table))
    ]
    return "\n".join(text for (text,) in rows)


async def drives(program: Program) -> dict[str, str]:
    """A driver signs in, charges with a coupon and has the receipt mailed; return all secrets."""
    await runs(program, "autumn", Percent(Decimal(20)), most_minor=500)
    coupon = await code_of(program, "autumn")
    sign_in, code = await code_for(program, ANNA)
    body = {"operator": "voltstraat", "sign_in": sign_in, "code": code, "device": "Pixel 9"}
    tokens = (await program.post("/sign-in", body)).json()
    newer = await refreshed(program, tokens)
    shown = {"Authorization": f"Bearer {newer['access_token']}"}
    (offer,) = (await program.post(f"/codes/{CODE}/offers", {"coupon": coupon})).json()["offers"]
    order = await program.orders(coupon=coupon, offers=[offer["key"]])
    begun = (await program.post("/sessions", order, Idempotency_Key=KEY, **shown)).json()
    program.world.provider.approve(program.world.payment_ref)
    await program.world.webhook()
    await program.world.starts()
    await program.world.charges(minutes=30, kwh="12.340")
    control = {"Authorization": f"Bearer {begun['control']}"}
    await program.post(f"/sessions/{begun['token']}/receipt", {"email": RECEIPT_TO}, **control)
    await program.post(f"/sessions/{begun['token']}/stop", **control)
    await program.world.worker.run_due()
    await program.world.stops()
    await program.world.passes(seconds=5)
    return {
        "token": begun["token"],
        "control": begun["control"],
        "sign-in": sign_in,
        "code": f'"{code}"',
        "coupon": coupon,
        "coupon without dashes": coupon.replace("-", ""),
        "first refresh token": tokens["refresh_token"][22:],
        "refresh token": newer["refresh_token"][22:],
        "access token": newer["access_token"],
    }


async def canaries(program: Program) -> dict[str, str]:
    """Use everything that has a secret; return the secrets by what they are."""
    async with program.world.database.work(OPERATOR) as work:
        sealer = program.world.desk.openid.sealer
        await set_connection(work, CONNECTION, CLIENT_SECRET, sealer=sealer)
    key = (await key_for(program, *Scope))["Authorization"].removeprefix("Bearer ")
    await program.get("/operator/refunds", Authorization=f"Bearer {key}")
    secrets = program.world.desk.secrets
    return {
        **await drives(program),
        "API key": key,
        "secret of the API key": key.split("_", 2)[2],
        "client's secret": CLIENT_SECRET,
        "charge point's password": PASSWORD,
        "installation's key": secrets.key.hex(),
    }


async def test_no_secret_is_in_a_dump(program: Program, sql: psycopg.Connection):
    """Of a whole journey, signed in and with a coupon: digests and sealed texts, nothing more."""
    planted = await canaries(program)
    text = dump(sql)

    assert RECEIPT_TO in text, "the dump has what it should have"
    assert [] == [name for name, secret in planted.items() if secret in text]


async def test_no_secret_of_the_api_is_in_a_log(program: Program, caplog: pytest.LogCaptureFixture):
    """The same journey at the finest level; mail addresses are in no log either."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx")  # our commands, in other tests, quiet it
    planted = await canaries(program)
    planted |= {"receipt's address": RECEIPT_TO, "driver's address": ANNA["email"]}
    asked = [each for each in caplog.records if each.name.startswith(("httpx", "httpcore"))]
    assert any(planted["token"] in each.getMessage() for each in asked), "its client tells all"
    told = [
        (name, each.name, each.getMessage())
        for each in caplog.records
        if each not in asked
        for name, secret in planted.items()
        if secret in f"{each.getMessage()} {each.exc_text or ''}"
    ]

    assert [] == told
