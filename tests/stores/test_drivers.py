"""Drivers sign in with a code: bound to a browser, tried a few times, told apart by nobody."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from app.infra.database import Database
from app.people.identity.drivers.begin import begin_sign_in
from app.people.identity.drivers.errors import NotAnAddress, SignInRefused, TooManyCodes
from app.people.identity.drivers.finish import Entry, Welcome, finish_sign_in
from app.people.identity.drivers.forget import forget_sign_ins
from app.people.identity.drivers.leave import sign_out, sign_out_everywhere
from app.people.identity.drivers.model import (
    CODES_A_DAY,
    CODES_AN_HOUR,
    MOST_TRIES,
    Device,
    DeviceKind,
    code_of,
)
from app.people.identity.drivers.read import open_sign_in
from app.people.identity.drivers.recognise import recognise
from tests.fakes.clock import FakeClock
from tests.scenarios.world import OPERATOR

KEY = b"k" * 32
BROWSER = Device(DeviceKind.BROWSER, "Firefox, Android")
OTHER = OPERATOR.__class__(int=7)


async def asks(database: Database, address: str = "anna@example.com") -> tuple[str, str]:
    """A driver asks for a code; return the browser's secret and the code in the mail."""
    secret = await begin_sign_in(address, "nl", operator_id=OPERATOR, database=database)
    found = await open_sign_in(secret, operator_id=OPERATOR, database=database)
    assert found is not None
    return secret, code_of(found.sign_in_id, KEY)


async def types(database: Database, secret: str, code: str) -> Welcome:
    """A driver types a code."""
    entry = Entry(secret, code, BROWSER)
    return await finish_sign_in(entry, keys=(KEY,), operator_id=OPERATOR, database=database)


async def signs_in(database: Database, address: str = "anna@example.com") -> Welcome:
    """A driver signs in."""
    return await types(database, *await asks(database, address))


def wrong(code: str) -> str:
    """Return another code."""
    return f"{(int(code) + 1) % 10**6:06d}"


async def test_a_code_signs_in_and_makes_the_driver(database: Database):
    """The address is the driver's when its code was typed; the next sign-in is the same driver."""
    first = await signs_in(database)
    again = await signs_in(database, " Anna@Example.com ")

    assert first.driver == again.driver
    assert ("anna@example.com", "nl") == (first.driver.email, first.driver.language)
    found = await recognise(first.secret, operator_id=OPERATOR, database=database)
    assert found is not None
    assert (first.driver, None) == (found.driver, found.secret)


async def test_a_code_is_six_digits_that_are_nowhere_in_the_database(
    database: Database, sql: psycopg.Connection
):
    """Only digests are kept: of the browser's secret, and of the code nothing at all."""
    secret, code = await asks(database)
    rows = sql.execute("SELECT s::text FROM driver_sign_in s").fetchall()
    jobs = sql.execute("SELECT args::text FROM procrastinate_jobs").fetchall()

    assert len(code) == 6
    assert code.isdigit()
    assert not [text for (text,) in rows + jobs if secret in text or f'"{code}"' in text]


async def test_what_an_app_keeps_is_no_cookie(database: Database):
    """An app's secret signs no browser in, though both are kept in one place."""
    secret, code = await asks(database)
    entry = Entry(secret, code, Device(DeviceKind.APP, "Pixel 9"))
    welcome = await finish_sign_in(entry, keys=(KEY,), operator_id=OPERATOR, database=database)

    assert await recognise(welcome.secret, operator_id=OPERATOR, database=database) is None


async def test_spaces_in_a_code_do_not_matter(database: Database):
    """123 456 is 123456."""
    secret, code = await asks(database)

    assert (
        "anna@example.com"
        == (await types(database, secret, f" {code[:3]} {code[3:]} ")).driver.email
    )


async def test_five_wrong_codes_end_it(database: Database):
    """The sixth try fails though the code is right; the answer is the same each time."""
    secret, code = await asks(database)
    said = set()
    for _ in range(MOST_TRIES):
        with pytest.raises(SignInRefused) as refused:
            await types(database, secret, wrong(code))
        said.add(refused.value.detail)

    with pytest.raises(SignInRefused) as refused:
        await types(database, secret, code)
    assert {refused.value.detail} == said


async def test_tries_at_once_are_all_counted(database: Database):
    """Thirty wrong codes at the same moment are no more than five tries."""
    secret, code = await asks(database)
    guesses = [f"{(int(code) + 1 + number) % 10**6:06d}" for number in range(30)]
    await asyncio.gather(
        *(types(database, secret, guess) for guess in guesses), return_exceptions=True
    )

    assert await open_sign_in(secret, operator_id=OPERATOR, database=database) is None


async def test_a_code_is_good_for_ten_minutes(database: Database, clock: FakeClock):
    """A code that is ten minutes old signs nobody in."""
    secret, code = await asks(database)
    clock.advance(minutes=10)

    with pytest.raises(SignInRefused):
        await types(database, secret, code)


async def test_a_code_is_good_once(database: Database):
    """Whoever reads the code later cannot use it again, not even in the same browser."""
    secret, code = await asks(database)
    await types(database, secret, code)

    with pytest.raises(SignInRefused):
        await types(database, secret, code)


async def test_a_code_is_good_in_its_own_browser_only(database: Database):
    """A code that somebody was talked into telling is of no use elsewhere."""
    _, code = await asks(database)
    other, _ = await asks(database, "mallory@example.com")

    with pytest.raises(SignInRefused):
        await types(database, other, code)
    with pytest.raises(SignInRefused):
        await types(database, "", code)


async def test_a_former_key_still_counts(database: Database):
    """A code that was mailed just before the master key was rotated is good."""
    secret, code = await asks(database)
    entry = Entry(secret, code, BROWSER)
    welcome = await finish_sign_in(
        entry, keys=(b"n" * 32, KEY), operator_id=OPERATOR, database=database
    )

    assert "anna@example.com" == welcome.driver.email


async def test_an_address_is_not_flooded(database: Database, clock: FakeClock):
    """Five codes an hour and ten a day reach one address, however it is typed."""
    for _ in range(CODES_AN_HOUR):
        await asks(database)
    with pytest.raises(TooManyCodes) as refused:
        await asks(database, "ANNA@example.com")
    assert 3601 == refused.value.facts["retry_after"]

    clock.advance(minutes=61)
    for _ in range(CODES_A_DAY - CODES_AN_HOUR):
        await asks(database)
    clock.advance(minutes=61)
    with pytest.raises(TooManyCodes):
        await asks(database)
    await asks(database, "bert@example.com")


async def test_known_and_unknown_addresses_are_answered_alike(database: Database):
    """Nothing but the secret differs between an address with a driver and one without."""
    await signs_in(database)
    known = await asks(database)
    unknown = await asks(database, "nobody@example.com")

    assert [len(part) for part in known] == [len(part) for part in unknown]


@pytest.mark.parametrize("typed", ["", "anna", "a@b", "a@b.c, d@e.f", "a@b.c\r\nBcc: d@e.f"])
async def test_only_one_address_is_written_to(database: Database, typed: str):
    """Lists, line breaks and what is no address are refused."""
    with pytest.raises(NotAnAddress):
        await begin_sign_in(typed, "en", operator_id=OPERATOR, database=database)


async def test_the_secret_of_a_browser_changes_every_day(database: Database, clock: FakeClock):
    """After a day a look gives a new secret; the old one is good for a minute more."""
    welcome = await signs_in(database)
    clock.advance(hours=24)
    found = await recognise(welcome.secret, operator_id=OPERATOR, database=database)
    assert found is not None
    assert found.secret is not None
    clock.advance(seconds=59)
    at_once = await recognise(welcome.secret, operator_id=OPERATOR, database=database)

    assert at_once is not None
    assert at_once.secret is None


async def test_a_stolen_secret_ends_the_sign_in(database: Database, clock: FakeClock):
    """When an old secret comes back, there are two browsers with one: both are signed out."""
    welcome = await signs_in(database)
    clock.advance(hours=25)
    found = await recognise(welcome.secret, operator_id=OPERATOR, database=database)
    assert found is not None
    assert found.secret is not None
    clock.advance(minutes=2)

    assert await recognise(welcome.secret, operator_id=OPERATOR, database=database) is None
    assert await recognise(found.secret, operator_id=OPERATOR, database=database) is None


async def test_a_secret_from_long_ago_ends_the_sign_in(database: Database, clock: FakeClock):
    """However often the secret has changed since: whoever has the newest may be the thief."""
    welcome = await signs_in(database)
    secret = welcome.secret
    for _ in range(3):
        clock.advance(hours=25)
        found = await recognise(secret, operator_id=OPERATOR, database=database)
        assert found is not None
        assert found.secret is not None
        secret = found.secret

    assert await recognise(welcome.secret, operator_id=OPERATOR, database=database) is None
    assert await recognise(secret, operator_id=OPERATOR, database=database) is None


async def test_who_signed_in_before_there_were_families_stays(
    database: Database, clock: FakeClock, sql: psycopg.Connection
):
    """The next secret begins a family, and is found out by what came before like any other."""
    welcome = await signs_in(database)
    sql.execute("UPDATE driver_browser SET family_digest = NULL")
    clock.advance(hours=25)
    found = await recognise(welcome.secret, operator_id=OPERATOR, database=database)
    assert found is not None
    assert found.secret is not None
    clock.advance(hours=25)
    newer = await recognise(found.secret, operator_id=OPERATOR, database=database)
    assert newer is not None
    assert newer.secret is not None

    assert await recognise(welcome.secret, operator_id=OPERATOR, database=database) is None
    assert await recognise(newer.secret, operator_id=OPERATOR, database=database) is None


async def test_signing_out_ends_one_browser_or_all(database: Database):
    """The other browsers stay signed in, unless all are signed out."""
    phone, laptop, tablet = [await signs_in(database) for _ in range(3)]
    await sign_out(phone.secret, operator_id=OPERATOR, database=database)

    assert await recognise(phone.secret, operator_id=OPERATOR, database=database) is None
    assert await recognise(laptop.secret, operator_id=OPERATOR, database=database)

    await sign_out_everywhere(laptop.secret, operator_id=OPERATOR, database=database)
    assert await recognise(tablet.secret, operator_id=OPERATOR, database=database) is None


async def test_who_stays_away_for_three_months_is_signed_out(database: Database, clock: FakeClock):
    """A browser that is used stays signed in, one that is not used does not."""
    welcome = await signs_in(database)
    clock.advance(timedelta(days=90))

    assert await recognise(welcome.secret, operator_id=OPERATOR, database=database) is None


async def test_drivers_are_their_operators(database: Database):
    """A sign-in at one operator means nothing at another."""
    secret, code = await asks(database)
    welcome = await types(database, secret, code)

    assert await recognise(welcome.secret, operator_id=OTHER, database=database) is None
    with pytest.raises(SignInRefused):
        entry = Entry(secret, code, BROWSER)
        await finish_sign_in(entry, keys=(KEY,), operator_id=OTHER, database=database)


async def test_what_signing_in_leaves_behind_is_forgotten(
    database: Database, sql: psycopg.Connection, clock: FakeClock
):
    """Codes are forgotten after two days, browsers when they are signed out; the driver stays."""
    await signs_in(database)
    clock.advance(timedelta(days=2, minutes=1))
    assert 1 == await forget_sign_ins(database=database)
    clock.advance(timedelta(days=90))
    assert 1 == await forget_sign_ins(database=database)

    assert (1,) == sql.execute("SELECT count(*) FROM driver").fetchone()
